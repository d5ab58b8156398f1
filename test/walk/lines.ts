import { expect } from '@jest/globals';
import type { ChargeJson, House } from '../support/house.ts';

/** Decimal text as an integer of 10^-24: quantities, rates and amounts of the API all fit. */
function fine(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,24}))?$/.exec(text);
  if (match === null) throw new Error(`no decimal: ${text}`);
  const [, minus, whole = '', fraction = ''] = match;
  const digits = BigInt(whole + fraction.padEnd(24, '0'));
  return minus === '-' ? -digits : digits;
}

const ONE = 10n ** 24n;
const PICO = 10n ** 12n;

/** Half-even to whole picodollars, in the same unit. */
function rounded(value: bigint): bigint {
  const [whole, rest] = [value / PICO, value % PICO];
  const up = rest * 2n > PICO || (rest * 2n === PICO && whole % 2n === 1n);
  return (up ? whole + 1n : whole) * PICO;
}

/**
 * The charges of a task, each calculated again: an amount is its quantity times its rate, or is told and has no
 * rate; a line without an amount has a reason; by component and in all they are the task's cost.
 */
export async function checkedLines(house: House, taskId: string): Promise<readonly ChargeJson[]> {
  const [task, charges] = [await house.task(taskId), await house.charges(taskId)];
  const sums: Record<string, bigint> = {};
  for (const line of charges) {
    expect(line.amount_usd === null).toBe(line.reason !== null);
    if (line.amount_usd === null) continue;
    const amount = fine(line.amount_usd);
    if (line.rate_usd !== null) {
      expect(amount).toBe(rounded((fine(line.rate_usd) * fine(String(line.quantity))) / ONE));
    }
    sums[line.component] = (sums[line.component] ?? 0n) + amount;
    sums.total = (sums.total ?? 0n) + amount;
  }
  for (const [name, text] of Object.entries(task.cost_usd))
    expect([name, fine(text)]).toEqual([name, sums[name] ?? 0n]);
  const keys = charges.map((line) => `${line.trace_id} ${line.span_id} ${line.line}`);
  expect(new Set(keys).size).toBe(keys.length);
  return charges;
}
