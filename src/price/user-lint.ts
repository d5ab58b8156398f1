import type { Rates } from './card.ts';
import { openProviderNames } from './providers.ts';
import type { ReadPrice } from './user-price.ts';
import type { UserAlias, UserPattern, UserRow } from './user-table.ts';
import type { Spot, YamlReader } from './yaml-reader.ts';

interface LintedTier {
  readonly rates: Rates;
  readonly spot: Spot;
}

/** A slipped digit is the commonest mistake of a price table: some relations hold for every provider. */
export function complainOfRates(
  reader: YamlReader,
  spot: Spot,
  base: Rates,
  tiers: readonly LintedTier[],
): void {
  for (const { rates, spot: at } of [{ rates: base, spot }, ...tiers]) {
    if (above(rates, 'cache_read', 'input'))
      reader.complain(at, 'asks more for cache_read than for input; a cached token is never dearer');
    if (above(rates, 'cache_write_5m', 'cache_write_1h'))
      reader.complain(
        at,
        'asks more for cache_write_5m than for cache_write_1h; the longer one is never cheaper',
      );
  }
  for (const tier of tiers) warnOfTier(reader, tier, base);
}

function warnOfTier(reader: YamlReader, { rates, spot }: LintedTier, base: Rates): void {
  for (const [name, rate] of base) {
    const own = rates.get(name);
    if (own === undefined) reader.warn(spot, `has no price of ${name}: the base price is taken`);
    else if (own.usd < rate.usd) reader.warn(spot, `asks less for ${name} than below it`);
  }
}

function above(rates: Rates, left: string, right: string): boolean {
  const [one, other] = [rates.get(left), rates.get(right)];
  return one !== undefined && other !== undefined && one.usd > other.usd;
}

/** Two prices of one thing at one time: whichever were taken, the other would be wrong. */
export function complainOfTies(reader: YamlReader, prices: readonly ReadPrice[]): void {
  const seen = new Map<string, UserRow[]>();
  for (const { row, spot } of prices)
    for (const pattern of row.patterns) {
      const key = [row.kind, canonical(row), wideness(pattern), pattern.text].join(' ');
      const others = seen.get(key) ?? [];
      const tie = others.find((other) => other !== row && overlap(other, row));
      if (tie !== undefined)
        reader.complain(spot, `prices ${pattern.text} at times at which line ${tie.line} prices it too`);
      seen.set(key, [...others, row]);
    }
}

/** Two aliases of one name: whichever were taken, the other would be wrong. */
export function complainOfTwins(
  reader: YamlReader,
  aliases: readonly { readonly alias: UserAlias; readonly spot: Spot }[],
): void {
  const seen = new Map<string, Spot>();
  for (const { alias, spot } of aliases) {
    const provider = alias.provider === '' ? '*' : (NAMES(alias.provider) ?? alias.provider.toLowerCase());
    const key = `${provider} ${alias.model}`;
    const twin = seen.get(key);
    if (twin !== undefined) reader.complain(spot, `names ${alias.model}, which line ${twin.line} names too`);
    seen.set(key, spot);
  }
}

const NAMES = openProviderNames([], []);

/** `azure` and `azure.ai.openai` sell the same models. */
const canonical = ({ kind, provider }: UserRow): string =>
  (kind === 'model' ? NAMES(provider) : undefined) ?? provider;

/** A dated name holds for the bare name as well, so it ties with an exact one. */
const wideness = ({ kind }: UserPattern): string => (kind === 'dated' ? 'exact' : kind);

const overlap = (left: UserRow, right: UserRow): boolean =>
  left.card.periods.some((one) =>
    right.card.periods.some((other) => one.from < other.to && other.from < one.to),
  );
