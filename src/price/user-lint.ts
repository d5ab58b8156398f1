import type { Period } from './card.ts';
import { openProviderNames } from './providers.ts';
import type { Rates } from './tiers.ts';
import type { UserAlias, UserPattern, UserRow } from './user-table.ts';
import { globsMeet, meetOf, relationOf } from './when.ts';
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

/**
 * Two rates that hold for one call at one time, and neither is the more specific: whichever were taken, the other
 * would be wrong. Each complaint is a line with its file. Where two cross, a third that is exactly what they share
 * settles it.
 */
export function tiesIn(rows: readonly UserRow[]): readonly string[] {
  const groups = new Map<string, Entry[]>();
  for (const row of rows)
    for (const pattern of row.patterns) {
      const key = [row.kind, canonical(row), rankOf(pattern)].join(' ');
      const entries = row.periods.map((period) => ({ row, pattern, period }));
      groups.set(key, [...(groups.get(key) ?? []), ...entries]);
    }
  const found = [...groups.values()].flatMap((entries) =>
    entries.flatMap((entry, index) => {
      const rival = entries.slice(0, index).find((other) => isTie(entry, other, entries));
      return rival === undefined ? [] : [tieOf(entry, rival)];
    }),
  );
  return [...new Set(found)];
}

interface Entry {
  readonly row: UserRow;
  readonly pattern: UserPattern;
  readonly period: Period;
}

function isTie(left: Entry, right: Entry, all: readonly Entry[]): boolean {
  if (left.period === right.period || !globsMeet(globText(left.pattern), globText(right.pattern)))
    return false;
  const from = Math.max(left.period.from, right.period.from);
  const to = Math.min(left.period.to, right.period.to);
  if (from >= to) return false;
  const relation = relationOf(left.period.when, right.period.when);
  if (relation !== 'cross') return relation === 'equal';
  const meet = meetOf(left.period.when, right.period.when);
  return !all.some(
    ({ pattern, period }) =>
      globText(pattern) === globText(left.pattern) &&
      period.from <= from &&
      period.to >= to &&
      meet !== undefined &&
      relationOf(period.when, meet) === 'equal',
  );
}

function tieOf({ row, pattern, period }: Entry, rival: Entry): string {
  const other = rival.row.file === row.file ? '' : ` of ${rival.row.file}`;
  return `${row.file}:${period.line}: prices ${pattern.text} for calls that line ${rival.period.line}${other} prices too, and neither is the more specific`;
}

/** As in user-match.ts: of names the text tells, of patterns how many letters they have. */
const rankOf = ({ kind, text }: UserPattern): string =>
  kind === 'exact' || kind === 'dated' ? `= ${text}` : String(text.replaceAll('*', '').length);

const globText = ({ kind, text }: UserPattern): string => (kind === 'prefix' ? `${text}*` : text);

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
