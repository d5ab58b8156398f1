import { divideHalfEven, formatDecimal, parseDecimal } from '../lib/decimal.ts';

declare const unit: unique symbol;

/** Whole picodollars: 1 USD = 10^12. Money has this shape everywhere but at the rim. */
export type UsdPico = bigint & { readonly [unit]: 'UsdPico' };

/** Whole femtodollars per unit of quantity: 1 USD = 10^15. Rates only. */
export type UsdFemto = bigint & { readonly [unit]: 'UsdFemto' };

/** Whole millionths of a unit (a token, a query, a second), so that fractions of a unit can be billed. */
export type MicroUnits = bigint & { readonly [unit]: 'MicroUnits' };

export const PICO_SCALE = 12;
export const ZERO_USD = 0n as UsdPico;
/** One signed 64-bit column: about 9.2 million USD. A single line above it is refused as absurd. */
export const USD_PICO_MAX = 9_223_372_036_854_775_807n as UsdPico;

/** Dollars as text or number to picodollars; undefined where it is no finite amount of at least 0. */
export function parseUsd(text: string): UsdPico | undefined {
  const pico = parseDecimal(text, PICO_SCALE);
  return pico === undefined || pico < 0n || pico > USD_PICO_MAX ? undefined : (pico as UsdPico);
}

/** `"2.631578947368"`: dollars, no exponent, at most 12 decimals, no trailing zeros. */
export const formatUsd = (amount: UsdPico): string => formatDecimal(amount, PICO_SCALE);

/** Whole units to micro-units. */
export const units = (count: number): MicroUnits => (BigInt(count) * 1_000_000n) as MicroUnits;

/** quantity x rate with the line's one rounding, half-even, to picodollars. */
export function amountOf(quantity: MicroUnits, rate: UsdFemto): UsdPico {
  return divideHalfEven(quantity * rate, 1_000_000_000n) as UsdPico;
}

/** A sum of money over a count of tasks, half-even at 12 decimals; undefined for no tasks. */
export function perTask(total: UsdPico, tasks: number): UsdPico | undefined {
  return tasks === 0 ? undefined : (divideHalfEven(total, BigInt(tasks)) as UsdPico);
}

export const addUsd = (left: UsdPico, right: UsdPico): UsdPico => (left + right) as UsdPico;

/**
 * Dollars as a float, for gauges only: the one nearest to the amount. So is the quotient of two numbers that floats hold
 * exactly, and thousands of gauges are made at each scrape without a text.
 */
export const usdNumber = (amount: UsdPico): number =>
  amount < FLOAT_EXACT && amount > -FLOAT_EXACT ? Number(amount) / 1e12 : Number(formatUsd(amount));

/** Whole numbers below it are floats. */
const FLOAT_EXACT = 9_007_199_254_740_992n;
