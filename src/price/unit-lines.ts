import type { UnpricedReason } from '../domain/charge.ts';
import type { Fact } from '../domain/fact.ts';
import { type MicroUnits, units } from '../domain/money.ts';
import type { ModelUse, Use } from '../domain/use.ts';
import { divideHalfEven, parseDecimal } from '../lib/decimal.ts';
import { type Chosen, choose } from './card.ts';
import { isDetail } from './details.ts';
import type { Sheet } from './sheet.ts';
import type { UnitPrices } from './unit-prices.ts';
import type { UserUnit } from './user-table.ts';

/**
 * A tool call or vector query: its own price (`call`, `query`) and a line per unit that it reports. With no
 * rate at all it is free, and listed as `no_rate`. A reported unit without a rate is unknown money, unless
 * the call as a whole has a price.
 */
export function writeAction(use: ActionUse, unitPrices: UnitPrices, sheet: Sheet): void {
  const { fact, kind } = use;
  const name = kind === 'tool' ? 'call' : 'query';
  const atMs = Number(fact.end / 1_000_000n);
  const chosen = unitPrices
    .rows(kind, fact.tool ?? '')
    .flatMap((card) => choose(card, fact.served, atMs) ?? []);
  const priced = writeWhole(name, chosen, sheet);
  const timed = chosen.some(({ period }) => period.timed);
  if (use.units.length > 0 || timed)
    writeUnits(use, chosen, priced ? 'no_rate' : 'unit_unknown', unitPrices, sheet);
  else if (!priced) {
    // Where somebody set a price by units, a call that reports none is unknown money, not a free one.
    const wanted = chosen.some(({ period }) => period.tiers[0].rates.size > 0);
    sheet.unpriced(name, units(1), wanted ? 'usage_missing' : 'no_rate');
  }
}

export type ActionUse = Extract<Use, { kind: 'tool' | 'vector' }>;

function writeWhole(name: string, rows: readonly Chosen[], sheet: Sheet): boolean {
  for (const { period, flags } of rows) {
    const rate = period.tiers[0].rates.get(name);
    if (rate === undefined) continue;
    sheet.count(name, 1, rate, period.priceId, flags);
    return true;
  }
  return false;
}

/** One line per unit that the use reports; nothing used is no line. A quantity that is no amount is unknown usage. */
export function writeUnits(
  use: ActionUse | ModelUse,
  rows: readonly Chosen[],
  reason: UnpricedReason,
  unitPrices: UnitPrices,
  sheet: Sheet,
): void {
  const ofModel = use.kind !== 'tool' && use.kind !== 'vector';
  for (const { unit, quantity } of use.units) {
    if (ofModel && isDetail(unit)) continue;
    const declared = unitPrices.unit(unit);
    writeUnit(use, unit, quantityOf(quantity, declared, use.fact), { declared, rows, reason }, sheet);
  }
  for (const unit of timedUnits(rows, unitPrices)) {
    const quantity = seconds(use.fact, unit.over);
    writeUnit(use, unit.unit, quantity, { declared: unit, rows, reason }, sheet);
  }
}

interface UnitContext {
  readonly declared: UserUnit | undefined;
  readonly rows: readonly Chosen[];
  readonly reason: UnpricedReason;
}

function writeUnit(
  use: ActionUse | ModelUse,
  unit: string,
  amount: MicroUnits | undefined,
  { declared, rows, reason }: UnitContext,
  sheet: Sheet,
): void {
  if (declared?.component !== undefined) sheet.open(use, declared.component, use.fact.tool ?? '');
  if (amount === 0n) return;
  const row = rows.find(({ period }) => period.tiers[0].rates.has(unit));
  if (amount === undefined) sheet.unpriced(unit, units(0), 'usage_missing', BAD_COUNT);
  else if (row === undefined) sheet.unpriced(unit, amount, reason);
  else writeSlices(unit, amount, row, sheet);
}

/** What lies between two thresholds is at the rate of the lower one; nearly always there is but one tier. */
function writeSlices(unit: string, amount: MicroUnits, { period, flags }: Chosen, sheet: Sheet): void {
  const tiers = period.basis === 'each' ? period.tiers : [period.tiers[0]];
  tiers.forEach(({ above, rates }, index) => {
    const from = above < 0 ? 0n : units(above);
    const end = tiers[index + 1];
    const to = end === undefined || units(end.above) > amount ? amount : units(end.above);
    const rate = rates.get(unit);
    if (to > from && rate !== undefined)
      sheet.quantity(unit, (to - from) as MicroUnits, rate, period.priceId, flags);
  });
}

/** Units of the span's duration that a row has a rate of. */
function timedUnits(rows: readonly Chosen[], unitPrices: UnitPrices): readonly UserUnit[] {
  const names = rows
    .filter(({ period }) => period.timed)
    .flatMap(({ period }) => [...period.tiers[0].rates.keys()]);
  return [...new Set(names)].flatMap((name) => {
    const unit = unitPrices.unit(name);
    return unit?.duration === 'is' ? unit : [];
  });
}

const BAD_COUNT: readonly string[] = ['bad_count'];

const QUANTITY_MAX = 9_223_372_036_854_775_807n;

/** What the attribute says, times the span's seconds where the unit is counted so, to the millionth, half-even. */
function quantityOf(text: string, declared: UserUnit | undefined, fact: Fact): MicroUnits | undefined {
  const told = parseDecimal(text, 6);
  if (told === undefined || told < 0n || told > QUANTITY_MAX) return undefined;
  const over = BigInt(declared?.over ?? 1);
  const micro =
    declared?.duration === 'times'
      ? divideHalfEven(told * (fact.end - fact.start), 1_000_000_000n * over)
      : divideHalfEven(told, over);
  return micro > QUANTITY_MAX ? undefined : (micro as MicroUnits);
}

const seconds = ({ start, end }: Fact, over: number): MicroUnits =>
  divideHalfEven(end - start, 1000n * BigInt(over)) as MicroUnits;
