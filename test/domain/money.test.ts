import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addUsd,
  amountOf,
  formatUsd,
  type MicroUnits,
  PICO_SCALE,
  parseUsd,
  perTask,
  USD_PICO_MAX,
  type UsdFemto,
  type UsdPico,
  units,
  usdNumber,
  ZERO_USD,
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
    9223372.0368547758074  9223372036854775807  9223372.036854775807
    9223372.0368547758075  _             _
    9223372.036854775808  _              _
    0                 0                  0
    -0                0                  0
    -0.0000000000004  0                  0
    -0.000000000001   _                  _
    1e6               1000000000000000000  1000000
    1e7               _                  _
    _                 _                  _
    $5                _                  _
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

const pico = fc.bigInt({ min: 0n, max: USD_PICO_MAX }).map((amount) => amount as UsdPico);
const femto = fc.bigInt({ min: 0n, max: 10n ** 19n }).map((rate) => rate as UsdFemto);
const micro = fc.bigInt({ min: 0n, max: 10n ** 18n }).map((count) => count as MicroUnits);

describe('laws of amounts', () => {
  test('an amount is within half a picodollar of its product', () => {
    fc.assert(
      fc.property(micro, femto, (quantity, rate) => {
        const off = amountOf(quantity, rate) * 1_000_000_000n - quantity * rate;
        expect(off <= 500_000_000n && off >= -500_000_000n).toBe(true);
      }),
    );
  });

  test('where the rate is whole picodollars and the units are whole nothing rounds, so parts add up', () => {
    const whole = fc.nat({ max: 1_000_000_000 });
    const rate = fc.bigInt({ min: 0n, max: 10n ** 15n }).map((one) => (one * 1000n) as UsdFemto);
    fc.assert(
      fc.property(whole, whole, rate, (one, other, at) => {
        const parts = addUsd(amountOf(units(one), at), amountOf(units(other), at));
        expect(parts).toBe(amountOf(units(one + other), at));
      }),
    );
  });

  test('more units, or a dearer rate, never cost less', () => {
    fc.assert(
      fc.property(micro, femto, micro, femto, (quantity, rate, more, dearer) => {
        const base = amountOf(quantity, rate);
        expect(amountOf((quantity + more) as MicroUnits, rate) >= base).toBe(true);
        expect(amountOf(quantity, (rate + dearer) as UsdFemto) >= base).toBe(true);
      }),
    );
  });

  test('tasks times what each costs is the total, but for half a picodollar a task', () => {
    fc.assert(
      fc.property(pico, fc.integer({ min: 1, max: 1_000_000 }), (total, tasks) => {
        const off = perTask(total, tasks)! * BigInt(tasks) * 2n - total * 2n;
        expect(off <= BigInt(tasks) && off >= -BigInt(tasks)).toBe(true);
      }),
    );
  });

  test('one task costs all', () => {
    fc.assert(fc.property(pico, (total) => expect(perTask(total, 1)).toBe(total)));
  });
});

describe('at the rim', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['5.5', 5.5],
    ['0.000000000001', 1e-12],
    ['9223372.036854775807', 9223372.036854776],
  ])('%s dollars are the float %d', (text, float) => {
    expect(usdNumber(parseUsd(text)!)).toBe(float);
  });

  test('it is the very float that the text is read as, for any amount and around what floats hold exactly', () => {
    const around = fc.tuple(
      fc.constantFrom(0n, 2n ** 53n, 2n ** 54n, 10n ** 16n),
      fc.bigInt({ min: -9n, max: 9n }),
    );
    const amounts = fc.oneof(
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
      fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }),
      around.map(([at, off]) => at + off),
    );
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(usdNumber(amount as UsdPico)).toBe(Number(formatUsd(amount as UsdPico)));
      }),
      { numRuns: 2000 },
    );
  });

  test('to six figures a float says what the text says', () => {
    const cents = fc.nat({ max: 99_999_999 });
    fc.assert(
      fc.property(cents, (count) => {
        const amount = (BigInt(count) * 10_000_000_000n) as UsdPico;
        expect(String(usdNumber(amount))).toBe(formatUsd(amount));
      }),
    );
  });

  test('the units: a dollar is 10^12 picodollars, a unit a million micro-units', () => {
    expect(PICO_SCALE).toBe(12);
    expect(parseUsd('1')).toBe(10n ** 12n);
    expect(ZERO_USD).toBe(0n);
    expect(USD_PICO_MAX).toBe(2n ** 63n - 1n);
    expect([0, 1, 12, Number.MAX_SAFE_INTEGER].map(units)).toEqual([
      0n,
      1_000_000n,
      12_000_000n,
      9_007_199_254_740_991_000_000n,
    ]);
  });
});
