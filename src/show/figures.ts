import { formatUsd, type UsdPico } from '../domain/money.ts';
import { divideHalfEven, formatDecimal } from '../lib/decimal.ts';

/** Amounts as a page shows them: short, with the exact one beside in a title. */

/** `$1,234.50`; below a dollar four decimals at most (`$0.0021`), and below that `<$0.0001`. */
export function dollars(amount: UsdPico): string {
  if (amount < 0n) return `-${dollars(-amount as UsdPico)}`;
  if (amount === 0n) return '$0.00';
  if (amount < SMALLEST) return '<$0.0001';
  const places = amount < DOLLAR ? 4 : 2;
  const rounded = divideHalfEven(amount, 10n ** BigInt(12 - places));
  const [whole = '0', fraction = ''] = formatDecimal(rounded, places).split('.');
  return `$${grouped(whole)}.${fraction.padEnd(2, '0')}`;
}

const DOLLAR = 1_000_000_000_000n;
const SMALLEST = 100_000_000n;

export const exactDollars = (amount: UsdPico): string => `$${formatUsd(amount)}`;

/** `94.7 %`; a share that is not quite none or all never reads as if it were. */
export function percent(ratio: number): string {
  const points = ratio * 100;
  if (points > 0 && points < 0.1) return '<0.1 %';
  if (points < 100 && points > 99.9) return '>99.9 %';
  return `${points.toFixed(1).replace(/\.0$/, '')} %`;
}

export const count = (value: number | bigint): string => grouped(value.toString());

/** `1,234`, or `12.3` where small: tokens per action. */
export const rounded = (value: number): string =>
  value >= 100 ? grouped(Math.round(value).toString()) : value.toFixed(1);

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');
