import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  amountOf,
  formatUsd,
  parseUsd,
  perTask,
  type UsdFemto,
  type UsdPico,
  units,
} from '../../src/domain/money.ts';
import { table } from '../support/table.ts';

describe('dollars as text', () => {
  const cases = table(`
    text              pico               back
    5.5               5500000000000      5.5
    11                11000000000000     11
    0.000000000001    1                  0.000000000001
    0.0000000000005   0                  0
    0.0000000000015   2                  0.000000000002
    1e-3              1000000000         0.001
    -1                _                  _
    NaN               _                  _
    Infinity          _                  _
    1,5               _                  _
    9223372.036854775807  9223372036854775807  9223372.036854775807
    9223372.036854775808  _              _
  `);
  test.each(cases)('$text', ({ text, pico, back }) => {
    const amount = parseUsd(text!);
    expect(amount?.toString() ?? '').toBe(pico);
    if (amount !== undefined) expect(formatUsd(amount)).toBe(back);
  });

  test('every amount survives being written and read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (pico) => {
        expect(parseUsd(formatUsd(pico as UsdPico))).toBe(pico);
      }),
    );
  });
});

describe('one rounding per line, half to even', () => {
  const cases = table(`
    tokens   femto_rate   pico
    1        3000000000   3000000
    1        500          0
    1        1500         2
    3        500          2
    1000000  150000000000 150000000000000
  `);
  test.each(cases)('$tokens at $femto_rate', ({ tokens, femto_rate, pico }) => {
    expect(amountOf(units(Number(tokens)), BigInt(femto_rate!) as UsdFemto)).toBe(BigInt(pico!));
  });
});

test('the dearer agent is cheaper: 50/19 at twelve places, and no value for no tasks', () => {
  const total = parseUsd('2500')!;
  expect(formatUsd(perTask(total, 950)!)).toBe('2.631578947368');
  expect(perTask(total, 0)).toBeUndefined();
});
