import { type Rate, rateOf } from './rate.ts';
import type { Rates } from './tiers.ts';
import { isEmpty, type Spot, sourceOf, type YamlReader } from './yaml-reader.ts';

/** Units that may be priced, and what one price of each is for where the file does not say. */
export type KnownUnits = ReadonlyMap<string, number>;

export const KINDS = ['model', 'tool', 'vector'] as const;
export type Kind = (typeof KINDS)[number];

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

export function readRates(reader: YamlReader, spot: Spot, kind: Kind, units: KnownUnits): Rates {
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
  if (isEmpty(spot) || sourceOf(spot.node) !== undefined) return rateAt(reader, spot, usual, false);
  const fields = reader.fields(spot, ['per', 'price', 'round']);
  if (fields === undefined) return undefined;
  const [perAt, price, roundAt] = [fields.get('per'), fields.get('price'), fields.get('round')];
  if (price === undefined) return reader.complain(spot, 'must have a price');
  const per = perAt === undefined ? usual : reader.count(perAt);
  const round = roundAt !== undefined && reader.choice(roundAt, ['true', 'false']) === 'true';
  return per === undefined ? undefined : rateAt(reader, price, per, round);
}

const PRICE = /^\d{1,9}(\.\d{1,15})?$/;

function rateAt(reader: YamlReader, spot: Spot, per: number, round: boolean): Rate | undefined {
  const text = sourceOf(spot.node) ?? '';
  if (!PRICE.test(text))
    return reader.complain(spot, `must be dollars as a decimal such as "2.50", not ${JSON.stringify(text)}`);
  return (
    rateOf(text, per, round) ??
    reader.complain(
      spot,
      `must come to whole femtodollars (10^-15) a unit, at most 9223 dollars a unit: ${text} for ${per} does not`,
    )
  );
}
