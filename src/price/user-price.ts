import { openCard, type Period, type Rates, tiersOf } from './card.ts';
import { type Rate, rateOf } from './rate.ts';
import { complainOfRates } from './user-lint.ts';
import type { UserPattern, UserRow } from './user-table.ts';
import { isEmpty, type Spot, sourceOf, type YamlReader } from './yaml-reader.ts';

/** A price of the file, with the place that complaints about it name. */
export interface ReadPrice {
  readonly row: UserRow;
  readonly spot: Spot;
}

/** Units that may be priced, and what one price of each is for where the file does not say. */
export type KnownUnits = ReadonlyMap<string, number>;

const FIELDS = ['id', 'provider', 'kind', 'match', 'rates', 'usd', 'tiers', 'source'];
const KINDS = ['model', 'tool', 'vector'] as const;
type Kind = (typeof KINDS)[number];

export function readPrice(reader: YamlReader, spot: Spot, units: KnownUnits): ReadPrice | undefined {
  const fields = reader.fields(spot, FIELDS);
  if (fields === undefined) return undefined;
  const kindAt = fields.get('kind');
  const kind = kindAt === undefined ? 'model' : reader.choice<Kind>(kindAt, KINDS);
  const providerAt = fields.get('provider');
  const provider = (providerAt && reader.text(providerAt, 'a provider')?.toLowerCase()) ?? '';
  const patterns = readMatch(reader, spot, fields.get('match'));
  const periods = kind === undefined ? [] : readPeriods(reader, spot, fields, kind, units);
  const idAt = fields.get('id');
  const model = patterns[0]?.text ?? '*';
  const id =
    (idAt && reader.text(idAt, 'an id of the price')) ??
    `${provider === '' ? (kind ?? '') : provider}/${model}`;
  if (kind === undefined || patterns.length === 0 || periods.length === 0) return undefined;
  const card = openCard({ priceId: id, source: 'user', provider, model, periods });
  return { row: { kind, provider, patterns, card, line: spot.line }, spot };
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

/** `usd` straight on the price is short for one rate that always holds. */
function readPeriods(
  reader: YamlReader,
  price: Spot,
  fields: ReadonlyMap<string, Spot>,
  kind: Kind,
  units: KnownUnits,
): readonly Period[] {
  const rates = fields.get('rates');
  if ((rates === undefined) === !fields.has('usd')) {
    reader.complain(price, 'must have either usd, or rates with usd in each');
    return [];
  }
  if (rates === undefined) {
    const period = readPeriod(reader, price, fields, kind, units);
    return period === undefined ? [] : [period];
  }
  const tiers = fields.get('tiers');
  if (tiers !== undefined) reader.complain(tiers, 'belong to one of the rates, where there are rates');
  const periods = reader.items(rates, 'rates').flatMap((spot) => {
    const own = reader.fields(spot, ['valid', 'when', 'context', 'source', 'usd', 'tiers']);
    const period = own && readPeriod(reader, spot, own, kind, units);
    return period === undefined ? [] : { period, spot };
  });
  for (const [index, { period, spot }] of periods.entries())
    for (const earlier of periods.slice(0, index))
      if (period.from < earlier.period.to && earlier.period.from < period.to)
        reader.complain(spot, `holds at times at which the rate of line ${earlier.spot.line} holds too`);
  return periods.map(({ period }) => period);
}

function readPeriod(
  reader: YamlReader,
  spot: Spot,
  fields: ReadonlyMap<string, Spot>,
  kind: Kind,
  units: KnownUnits,
): Period | undefined {
  refuseSelectors(reader, fields.get('when'));
  readContext(reader, fields.get('context'));
  const [from, to] = readValidity(reader, fields.get('valid'));
  const usd = fields.get('usd');
  if (usd === undefined) return reader.complain(spot, 'must have usd: the prices by class');
  const base = readRates(reader, usd, kind, units);
  const tiersAt = fields.get('tiers');
  if (tiersAt !== undefined && kind !== 'model') reader.complain(tiersAt, 'are for kind: model');
  const tiers = tiersAt === undefined ? [] : readTiers(reader, tiersAt, kind, units);
  complainOfRates(reader, usd, base, tiers);
  return { from, to, daily: undefined, tiers: tiersOf(base, tiers) };
}

/** Selectors that are not there yet must not be passed over: their rates would hold for everybody. */
function refuseSelectors(reader: YamlReader, spot: Spot | undefined): void {
  for (const [name, at] of (spot && reader.fields(spot, undefined)) ?? []) {
    const value = sourceOf(at.node);
    if (value === '*' || (name === 'service_tier' && value === 'standard')) continue;
    reader.complain(at, `selects by ${name}, which this version cannot do; leave the rate out, or write "*"`);
  }
}

function readContext(reader: YamlReader, spot: Spot | undefined): void {
  const fields = spot && reader.fields(spot, ['basis', 'mode']);
  const [basis, mode] = [fields?.get('basis'), fields?.get('mode')];
  if (basis !== undefined) reader.choice(basis, ['prompt_total']);
  if (mode !== undefined) reader.choice(mode, ['whole']);
}

function readValidity(reader: YamlReader, spot: Spot | undefined): readonly [number, number] {
  const fields = spot && reader.fields(spot, ['from', 'to', 'confidence']);
  const [fromAt, toAt] = [fields?.get('from'), fields?.get('to')];
  const from = (fromAt && reader.time(fromAt)) ?? -Infinity;
  const to = (toAt && reader.time(toAt)) ?? Infinity;
  if (to <= from) reader.complain(spot!, 'must end after it begins: `from` holds, `to` no longer does');
  return [from, to];
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

const TOKENS = 1_000_000;
const MODEL_CLASSES: KnownUnits = new Map([
  ['input', TOKENS],
  ['output', TOKENS],
  ['cache_read', TOKENS],
  ['cache_write_5m', TOKENS],
  ['cache_write_1h', TOKENS],
  ['reasoning', TOKENS],
  ['request', 1],
]);
const CLASSES: Readonly<Record<Kind, KnownUnits>> = {
  model: MODEL_CLASSES,
  tool: new Map([['call', 1]]),
  vector: new Map([['query', 1]]),
};

/** What a unit may not be called: its own count per price would be passed over. */
export const CLASS_NAMES: ReadonlySet<string> = new Set(
  Object.values(CLASSES).flatMap((known) => [...known.keys()]),
);

function readRates(reader: YamlReader, spot: Spot, kind: Kind, units: KnownUnits): Rates {
  const classes = CLASSES[kind];
  const rates = new Map<string, Rate>();
  const fields = reader.fields(spot, undefined);
  if (fields?.size === 0) reader.complain(spot, 'must have at least one price');
  for (const [name, at] of fields ?? []) {
    const per = classes.get(name) ?? units.get(name);
    if (per === undefined)
      reader.complain(
        at,
        `is no class of a ${kind} and no unit; wanted one of ${[...classes.keys(), ...units.keys()].join(', ')}`,
      );
    else {
      const rate = readRate(reader, at, per);
      if (rate !== undefined) rates.set(name, rate);
    }
  }
  return rates;
}

/** `"2.50"` for the usual count of units, or `{per: 1M, price: "2.50"}`. */
function readRate(reader: YamlReader, spot: Spot, usual: number): Rate | undefined {
  if (isEmpty(spot) || sourceOf(spot.node) !== undefined) return rateAt(reader, spot, usual);
  const fields = reader.fields(spot, ['per', 'price']);
  if (fields === undefined) return undefined;
  const [perAt, price] = [fields.get('per'), fields.get('price')];
  if (price === undefined) return reader.complain(spot, 'must have a price');
  const per = perAt === undefined ? usual : reader.count(perAt);
  return per === undefined ? undefined : rateAt(reader, price, per);
}

const PRICE = /^\d{1,9}(\.\d{1,15})?$/;

function rateAt(reader: YamlReader, spot: Spot, per: number): Rate | undefined {
  const text = sourceOf(spot.node) ?? '';
  if (!PRICE.test(text))
    return reader.complain(spot, `must be dollars as a decimal such as "2.50", not ${JSON.stringify(text)}`);
  return (
    rateOf(text, per) ??
    reader.complain(
      spot,
      `must come to whole femtodollars (10^-15) a unit, at most 9223 dollars a unit: ${text} for ${per} does not`,
    )
  );
}
