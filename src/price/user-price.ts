import type { Period } from './card.ts';
import { type Rates, type Tiers, tiersOf } from './tiers.ts';
import { complainOfRates } from './user-lint.ts';
import { KINDS, type Kind, type KnownUnits, readRates } from './user-rates.ts';
import type { UserPattern, UserRow } from './user-table.ts';
import { readContext, readValidity, readWhen } from './user-when.ts';
import { openWhen, relationOf } from './when.ts';
import type { Spot, YamlReader } from './yaml-reader.ts';

/** What the rest of the file says of units. */
export interface UnitFacts {
  readonly known: KnownUnits;
  /** Those that are counted from the span's duration alone. */
  readonly timed: ReadonlySet<string>;
}

const FIELDS = ['id', 'provider', 'kind', 'match', 'rates', 'usd', 'tiers', 'context', 'source'];

export function readPrice(reader: YamlReader, spot: Spot, units: UnitFacts): UserRow | undefined {
  const fields = reader.fields(spot, FIELDS);
  if (fields === undefined) return undefined;
  const kindAt = fields.get('kind');
  const kind = kindAt === undefined ? 'model' : reader.choice<Kind>(kindAt, KINDS);
  const providerAt = fields.get('provider');
  const provider = (providerAt && reader.text(providerAt, 'a provider')?.toLowerCase()) ?? '';
  const patterns = readMatch(reader, spot, fields.get('match'));
  const idAt = fields.get('id');
  const model = patterns[0]?.text ?? '*';
  const priceId =
    (idAt && reader.text(idAt, 'an id of the price')) ??
    `${provider === '' ? (kind ?? '') : provider}/${model}`;
  const periods = kind === undefined ? [] : readPeriods({ reader, kind, units, priceId }, spot, fields);
  if (kind === undefined || patterns.length === 0 || periods.length === 0) return undefined;
  return { kind, provider, patterns, priceId, periods, file: reader.file, line: spot.line };
}

function readMatch(reader: YamlReader, price: Spot, spot: Spot | undefined): readonly UserPattern[] {
  if (spot === undefined) {
    reader.complain(price, 'must say what it is for, e.g. match: {exact: [gpt-4o]} or {glob: "*"}');
    return [];
  }
  const before = reader.complaints.length;
  const fields = reader.fields(spot, ['exact', 'prefix', 'glob', 'dated_snapshots']);
  if (fields === undefined) return [];
  const dated = fields.get('dated_snapshots');
  const isDated = dated !== undefined && reader.choice(dated, ['true', 'false']) === 'true';
  const patterns = (['exact', 'prefix', 'glob'] as const).flatMap((kind) => {
    const at = fields.get(kind);
    const texts = at === undefined ? [] : reader.texts(at, 'names');
    const starred = kind === 'glob' ? undefined : texts.find((text) => text !== '*' && text.includes('*'));
    if (at !== undefined && starred !== undefined)
      reader.complain(at, `reads ${starred} letter by letter; a name with * is a glob`);
    return texts.map((text) => patternOf(kind, text.toLowerCase(), isDated));
  });
  if (patterns.length === 0 && reader.complaints.length === before)
    reader.complain(spot, 'must name something: exact, prefix or glob');
  return patterns;
}

/** `exact: ["*"]` is what people write for all of them. */
function patternOf(kind: 'exact' | 'prefix' | 'glob', text: string, dated: boolean): UserPattern {
  if (text === '*') return { kind: 'glob', text };
  return { kind: kind === 'exact' && dated ? 'dated' : kind, text };
}

/** What all rates of a price are read with. */
interface Reading {
  readonly reader: YamlReader;
  readonly kind: Kind;
  readonly units: UnitFacts;
  readonly priceId: string;
}

type Fields = ReadonlyMap<string, Spot>;
interface Read {
  readonly period: Period;
  readonly spot: Spot;
}

/** `usd` straight on the price is short for one rate that always holds. */
function readPeriods(reading: Reading, price: Spot, fields: Fields): readonly Period[] {
  const { reader } = reading;
  const rates = fields.get('rates');
  if ((rates === undefined) === !fields.has('usd')) {
    reader.complain(price, 'must have either usd, or rates with usd in each');
    return [];
  }
  if (rates === undefined) {
    const period = readPeriod(reading, price, fields, []);
    return period === undefined ? [] : [period];
  }
  for (const name of ['tiers', 'context']) {
    const at = fields.get(name);
    if (at !== undefined) reader.complain(at, 'belong to one of the rates, where there are rates');
  }
  const read: Read[] = [];
  for (const spot of reader.items(rates, 'rates')) {
    const own = reader.fields(spot, ['valid', 'when', 'inherit', 'context', 'source', 'usd', 'tiers']);
    const period = own && readPeriod(reading, spot, own, read);
    if (period !== undefined) read.push({ period, spot });
  }
  return read.map(({ period }) => period);
}

function readPeriod(
  { reader, kind, units, priceId }: Reading,
  spot: Spot,
  fields: Fields,
  earlier: readonly Read[],
): Period | undefined {
  const when = openWhen(readWhen(reader, fields.get('when')));
  const basis = readContext(reader, fields.get('context'));
  const [from, to] = readValidity(reader, fields.get('valid'));
  const usd = fields.get('usd');
  if (usd === undefined) return reader.complain(spot, 'must have usd: the prices by class');
  const own = readRates(reader, usd, kind, units.known);
  const tiersAt = fields.get('tiers');
  if (tiersAt !== undefined && kind !== 'model' && basis !== 'each')
    reader.complain(tiersAt, 'are for kind: model, or with context: {mode: marginal}');
  const above = tiersAt === undefined ? [] : readTiers(reader, tiersAt, kind, units.known);
  const inheritAt = fields.get('inherit');
  const parent = inheritAt && readParent(reader, inheritAt, { when, from, to }, earlier);
  if (parent !== undefined && parent.tiers.length > 1 && above.length === 0)
    reader.warn(spot, 'has no tiers of its own: above the first threshold the standard prices are taken');
  const tiers = parent === undefined ? tiersOf(own, above) : inherited(parent.tiers, own, above);
  complainOfRates(reader, usd, tiers[0].rates, above);
  const timed = [...tiers[0].rates.keys()].some((name) => units.timed.has(name));
  return { priceId, source: 'user', from, to, when, basis, tiers, timed, note: '', line: spot.line };
}

/**
 * `inherit: standard`: what this rate leaves out is as in the narrowest earlier rate of the standard tier that holds for
 * the same calls, whatever their tier.
 */
function readParent(
  reader: YamlReader,
  spot: Spot,
  own: Pick<Period, 'when' | 'from' | 'to'>,
  earlier: readonly Read[],
): Period | undefined {
  if (reader.choice(spot, ['standard']) === undefined) return undefined;
  const { tier: _, ...elsewhere } = own.when;
  const fits = earlier
    .map(({ period }) => period)
    .filter(({ when, from, to }) => when.tier === undefined && from <= own.from && to >= own.to)
    .filter(({ when }) => ['equal', 'around'].includes(relationOf(when, elsewhere)));
  const [narrowest] = fits.sort((left, right) => right.when.score - left.when.score);
  return (
    narrowest ??
    reader.complain(spot, 'must come after a rate of the standard tier for the same calls and time')
  );
}

/** Key by key: the parent's tiers, with what this rate says in their place. */
function inherited(parent: Tiers, own: Rates, above: readonly ReadTier[]): Tiers {
  const base = new Map([...parent[0].rates, ...own]);
  const kept = parent.slice(1).map((tier) => {
    const said = above.find((one) => one.above === tier.above);
    return { above: tier.above, rates: new Map([...tier.own, ...(said?.rates ?? [])]) };
  });
  const added = above.filter((tier) => !kept.some((one) => one.above === tier.above));
  return tiersOf(base, [...kept, ...added]);
}

interface ReadTier {
  readonly above: number;
  readonly rates: Rates;
  readonly spot: Spot;
}

function readTiers(reader: YamlReader, spot: Spot, kind: Kind, units: KnownUnits): readonly ReadTier[] {
  const begun = new Map<number, Spot>();
  return reader.items(spot, 'tiers').flatMap((at) => {
    const fields = reader.fields(at, ['gt', 'gte', 'usd']);
    if (fields === undefined) return [];
    const [gt, gte, usd] = [fields.get('gt'), fields.get('gte'), fields.get('usd')];
    if ((gt === undefined) === (gte === undefined) || usd === undefined)
      return reader.complain(at, 'must have usd, and either gt or gte: a count of input tokens') ?? [];
    const count = reader.count((gt ?? gte)!);
    if (count === undefined) return [];
    // Tokens are whole: at least n is more than n - 1.
    const above = gt === undefined ? count - 1 : count;
    const twin = begun.get(above);
    if (twin !== undefined) reader.complain(at, `begins where ${twin.path} of line ${twin.line} begins`);
    begun.set(above, at);
    return { above, rates: readRates(reader, usd, kind, units), spot: at };
  });
}
