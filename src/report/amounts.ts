import { PICO_SCALE, perTask, type UsdPico } from '../domain/money.ts';
import { assert } from '../lib/assert.ts';
import { divideHalfEven, parseDecimal } from '../lib/decimal.ts';
import type { CpstRow } from './answers.ts';

/** The API's decimal text as an exact amount. */
export function usd(text: string): UsdPico {
  const amount = parseDecimal(text, PICO_SCALE);
  assert(amount !== undefined, 'money in an answer that passed its schema is a decimal');
  return amount as UsdPico;
}

const PICO_PER_CENT = 10_000_000_000n;

/** `$1,234.50`: to the cent, half-even. What is not zero and rounds to it is `<$0.01`, since it is not free. */
export function dollars(amount: UsdPico): string {
  const cents = divideHalfEven(amount, PICO_PER_CENT);
  if (cents === 0n && amount !== 0n) return '<$0.01';
  const size = cents < 0n ? -cents : cents;
  return `${cents < 0n ? '-' : ''}$${grouped(size / 100n)}.${String(size % 100n).padStart(2, '0')}`;
}

/** `1,234,567`. */
export const grouped = (count: number | bigint): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `95.0 %`. Only what is all says 100, and only what is none says 0. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %';
  if (share < 1 && share > 0.999) return '>99.9 %';
  return `${(share * 100).toFixed(1)} %`;
}

export const tasksOf = ({ tasks }: CpstRow): number =>
  tasks.solved + tasks.remediated + tasks.failed + tasks.abandoned;

/** What one attempt costs before any human: all cost but remediation, per closed task. */
export function runCost(row: CpstRow): UsdPico | undefined {
  return perTask((usd(row.cost_usd.total) - usd(row.cost_usd.remediation)) as UsdPico, tasksOf(row));
}
