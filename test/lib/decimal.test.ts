import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { divideHalfEven, formatDecimal, parseDecimal } from '../../src/lib/decimal.ts';
import { table } from '../support/table.ts';

/**
 * **Goal**: no digit of money is lost or invented. **Method**: tables for what is a decimal at all, and a slow reference
 * that looks for the nearest whole number among its two neighbours and knows nothing of the way it is done here.
 */

/** The whole number nearest to `value / divisor`; of two that are as near the even one. */
function nearest(value: bigint, divisor: bigint): bigint {
  const toward = value / divisor;
  const off = (whole: bigint) => abs(whole * divisor - value);
  return [toward - 1n, toward, toward + 1n].reduce((best, whole) => {
    if (off(whole) === off(best)) return whole % 2n === 0n ? whole : best;
    return off(whole) < off(best) ? whole : best;
  });
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

describe('what is a decimal, at scale 3', () => {
  const cases = table(`
    text         value
    0            0
    -0           0
    7            7000
    +7           7000
    -7           -7000
    007          7000
    1.5          1500
    1.           1000
    ·1.5·        1500
    1e3          1000000
    1E+3         1000000
    1e-3         1
    1.25e2       125000
    12.5e-1      1250
    0.0004       0
    0.0005       0
    0.0015       2
    0.0025       2
    0.00251      3
    -0.0015      -2
    -0.0025      -2
    -0.00251     -3
    1e-999       0
    0e999        0
    _            _
    .5           _
    -            _
    +            _
    1,5          _
    1·5          _
    1_000        _
    --1          _
    +-1          _
    1e           _
    1e1.5        _
    1e+          _
    1e1000       _
    0x10         _
    1n           _
    NaN          _
    Infinity     _
    $1           _
    1.2.3        _
    ١            _
  `);
  test.each(cases)('"$text" is $value', ({ text, value }) => {
    expect(parseDecimal(text!, 3)?.toString() ?? '').toBe(value);
  });

  test('thirty digits before the point and forty behind it are read, one more is refused', () => {
    expect(parseDecimal('9'.repeat(30), 0)).toBe(10n ** 30n - 1n);
    expect(parseDecimal('9'.repeat(31), 0)).toBeUndefined();
    expect(parseDecimal(`0.${'9'.repeat(40)}`, 40)).toBe(10n ** 40n - 1n);
    expect(parseDecimal(`0.${'9'.repeat(41)}`, 41)).toBeUndefined();
    expect(parseDecimal('1e999', 0)).toBe(10n ** 999n);
  });
});

describe('laws of reading', () => {
  const digits = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });
  const parts = fc.record({
    sign: fc.constantFrom('', '+', '-'),
    whole: digits(30),
    fraction: digits(40),
    exponent: fc.integer({ min: -60, max: 60 }),
    scale: fc.nat({ max: 30 }),
  });

  test('the nearest whole number of the scale, ties to even', () => {
    fc.assert(
      fc.property(parts, ({ sign, whole, fraction, exponent, scale }) => {
        const power = scale + exponent - fraction.length;
        const size = BigInt(whole + fraction);
        const signed = sign === '-' ? -size : size;
        const wanted = power >= 0 ? signed * 10n ** BigInt(power) : nearest(signed, 10n ** BigInt(-power));
        expect(parseDecimal(`${sign}${whole}.${fraction}e${exponent}`, scale)).toBe(wanted);
      }),
    );
  });

  test('a float is read as the shortest text that means it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), fc.nat({ max: 9 }), (whole, places) => {
        const float = Number(`${whole}e-${places}`);
        expect(parseDecimal(String(float), 9)).toBe(BigInt(whole) * 10n ** BigInt(9 - places));
      }),
    );
  });

  test('what JavaScript would call no number is none here, and nothing is an exception', () => {
    const alike = fc.string({ unit: fc.constantFrom(...'0123456789.eE+- x'), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(alike, fc.string()), fc.nat({ max: 30 }), (text, scale) => {
        const value = parseDecimal(text, scale);
        if (Number.isNaN(Number(text)) || text.trim() === '') expect(value).toBeUndefined();
      }),
    );
  });
});

describe('writing', () => {
  const cases = table(`
    value                 scale  text
    0                     0      0
    0                     12     0
    7                     0      7
    -7                    0      -7
    70                    0      70
    5500                  3      5.5
    -250                  3      -0.25
    1                     12     0.000000000001
    -1                    12     -0.000000000001
    1000                  3      1
    1001                  3      1.001
    10                    3      0.01
    9223372036854775807   12     9223372.036854775807
  `);
  test.each(cases)('$value at $scale is $text', ({ value, scale, text }) => {
    expect(formatDecimal(BigInt(value!), Number(scale))).toBe(text);
  });

  test('every number comes back, in one spelling: no exponent, no zeros that say nothing', () => {
    const any = fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n });
    fc.assert(
      fc.property(any, fc.nat({ max: 30 }), (value, scale) => {
        const text = formatDecimal(value, scale);
        expect(parseDecimal(text, scale)).toBe(value);
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(text).not.toBe('-0');
      }),
    );
  });
});

describe('division', () => {
  const cases = table(`
    value  divisor  quotient
    0      5        0
    1      2        0
    3      2        2
    5      2        2
    7      2        4
    -1     2        0
    -3     2        -2
    -5     2        -2
    4      3        1
    5      3        2
    -4     3        -1
    -5     3        -2
    6      3        2
    9      1        9
  `);
  test.each(cases)('$value by $divisor is $quotient', ({ value, divisor, quotient }) => {
    expect(divideHalfEven(BigInt(value!), BigInt(divisor!))).toBe(BigInt(quotient!));
  });

  const value = fc.oneof(
    fc.bigInt({ min: -20n, max: 20n }),
    fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }),
  );
  const divisor = fc.oneof(fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: 2n ** 70n }));

  test('is the nearest whole number, ties to even', () => {
    fc.assert(
      fc.property(value, divisor, (one, by) => {
        expect(divideHalfEven(one, by)).toBe(nearest(one, by));
      }),
    );
  });

  test('knows no side: what is owed and what is owned round alike', () => {
    fc.assert(
      fc.property(value, divisor, (one, by) => {
        expect(divideHalfEven(-one, by)).toBe(-divideHalfEven(one, by));
      }),
    );
  });
});
