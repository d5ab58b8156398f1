import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type MicroUnits, USD_PICO_MAX, units } from '../../src/domain/money.ts';
import { amountOfCount, amountOfQuantity, rateOf } from '../../src/price/rate.ts';
import { table } from '../support/table.ts';

describe('a published price as an integer', () => {
  const cases = table(`
    text                   per      femto                pico
    0                      1        0                    0
    1                      1        1000000000000000     1000000000000
    2.50                   1000000  2500000000           2500000
    0.003625               1000000  3625000              3625
    0.0000000000000010     1        1                    _
    0.000000000000999      1        999                  _
    0.000000000001         1        1000                 1
    0.083333333            1000000  83333333             _
    10                     1000     10000000000000       10000000000
    3                      3        1000000000000000     1000000000000
    1                      3        _                    _
    0.0000000000000001     1        _                    _
    0.0000000001           1000000  _                    _
    9223.372036854775807   1        9223372036854775807  _
    9223.372036854775808   1        _                    _
    9223372036.854775807   1000000  9223372036854775807  _
    -1                     1        _                    _
    -0                     1        0                    0
    USER-SET               1        _                    _
    _                      1        _                    _
  `);
  test.each(cases)('"$text" for $per', ({ text, per, femto, pico }) => {
    const rate = rateOf(text!, Number(per));
    expect(rate?.usd.toString() ?? '').toBe(femto);
    expect(rate?.pico?.toString() ?? '').toBe(pico);
    if (rate !== undefined) expect([rate.text, rate.per]).toEqual([text, Number(per)]);
  });

  test('a rate times what it is for is the price, to the last digit', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(digits, fc.constantFrom(1, 10, 1000, 1_000_000), (micro, per) => {
        const text = `${micro / 1_000_000n}.${String(micro % 1_000_000n).padStart(6, '0')}`;
        const rate = rateOf(text, per);
        if (rate !== undefined) expect(rate.usd * BigInt(per)).toBe(micro * 1_000_000_000n);
        // Six decimals a million are whole femtodollars, so only the size can refuse it.
        else expect(micro * 1_000_000_000n > 9_223_372_036_854_775_807n * BigInt(per)).toBe(true);
      }),
    );
  });
});

describe('amounts', () => {
  const rate = fc
    .bigInt({ min: 0n, max: 10n ** 9n })
    .map((femto) => rateOf(`0.${String(femto).padStart(15, '0')}`, 1)!);

  test('of whole units are the same both ways, with and without a rounding', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000_000 }), rate, (count, one) => {
        expect(amountOfCount(count, one)).toBe(amountOfQuantity(units(count), one));
      }),
    );
  });

  test('up to what a line can hold, and not a picodollar more', () => {
    const pico = rateOf('0.000000000001', 1)!;
    expect(amountOfCount(1, rateOf('9223.372036854775807', 1)!)).toBe(9_223_372_036_854_776n);
    expect(amountOfQuantity((USD_PICO_MAX * 1_000_000n) as MicroUnits, pico)).toBe(USD_PICO_MAX);
    expect(amountOfQuantity(((USD_PICO_MAX + 1n) * 1_000_000n) as MicroUnits, pico)).toBeUndefined();
    const kilo = rateOf('1000', 1)!;
    expect(amountOfCount(9223, kilo)).toBe(9_223_000_000_000_000_000n);
    expect(amountOfCount(9224, kilo)).toBeUndefined();
    const odd = rateOf('1000.000000000000001', 1)!;
    expect([odd.pico, amountOfCount(9223, odd), amountOfCount(9224, odd)]).toEqual([
      undefined,
      9_223_000_000_000_000_009n,
      undefined,
    ]);
  });

  test('of a fraction round half to even, once', () => {
    const femto = rateOf('0.000000000000001', 1)!;
    const of = (micro: bigint) => amountOfQuantity(micro as MicroUnits, femto);
    expect([0n, 499_999_999n, 500_000_000n, 500_000_001n, 1_500_000_000n, 2_500_000_000n].map(of)).toEqual([
      0n,
      0n,
      0n,
      1n,
      2n,
      2n,
    ]);
  });
});
