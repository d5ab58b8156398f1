import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { UsdPico } from '../../src/domain/money.ts';
import { parseDecimal } from '../../src/lib/decimal.ts';
import { count, dollars, exactDollars, percent, rounded } from '../../src/show/figures.ts';

/** Figures as people read them: short, but never saying more or less than they know. */

const anyAmount = fc.bigInt({ min: 0n, max: 10n ** 22n }).map((pico) => pico as UsdPico);

/** The amount that a text such as `$1,234.50` names. */
const amountOf = (text: string): bigint => parseDecimal(text.replaceAll(/[$,]/g, ''), 12)!;

describe('dollars', () => {
  test('are at most half of the last digit off', () => {
    fc.assert(
      fc.property(fc.oneof(anyAmount, fc.bigInt({ min: 0n, max: 2n * 10n ** 12n })), (pico) => {
        const text = dollars(pico as UsdPico);
        if (text === '<$0.0001') return expect(pico > 0n && pico < 10n ** 8n).toBe(true);
        const off = amountOf(text) - pico;
        const half = pico < 10n ** 12n ? 5n * 10n ** 7n : 5n * 10n ** 9n;
        expect(off <= half && off >= -half).toBe(true);
        expect(text).toMatch(/^\$(\d{1,3})(,\d{3})*\.\d{2,4}$/);
      }),
    );
  });

  test('only nothing at all is $0.00', () => {
    fc.assert(
      fc.property(anyAmount, (pico) => {
        expect(dollars(pico) === '$0.00').toBe(pico === 0n);
      }),
    );
  });

  test('more is never shown as less', () => {
    const size = (text: string): bigint => (text.startsWith('<') ? 1n : amountOf(text));
    fc.assert(
      fc.property(anyAmount, fc.bigInt({ min: 0n, max: 10n ** 14n }), (pico, more) => {
        expect(size(dollars((pico + more) as UsdPico)) >= size(dollars(pico))).toBe(true);
      }),
    );
  });

  test('the exact amount is what the API says', () => {
    fc.assert(fc.property(anyAmount, (pico) => expect(amountOf(exactDollars(pico))).toBe(pico)));
    expect(exactDollars(1n as UsdPico)).toBe('$0.000000000001');
  });
});

describe('shares', () => {
  const parts = fc
    .tuple(fc.nat(10 ** 9), fc.nat(10 ** 9))
    .map(([part, rest]) => ({ part, whole: part + rest + 1 }));

  test('only none is 0 %, only all is 100 %', () => {
    fc.assert(
      fc.property(parts, ({ part, whole }) => {
        expect(percent(part / whole) === '0 %').toBe(part === 0);
        expect(percent(part / whole)).not.toBe('100 %');
      }),
    );
  });

  test.each([
    [0, '0 %'],
    [Number.MIN_VALUE, '<0.1 %'],
    [0.00099, '<0.1 %'],
    [0.001, '0.1 %'],
    [0.1234, '12.3 %'],
    [0.999, '99.9 %'],
    [0.9991, '>99.9 %'],
    [1 - Number.EPSILON, '>99.9 %'],
    [1, '100 %'],
  ])('%d is %s', (ratio, shown) => {
    expect(percent(ratio)).toBe(shown);
  });

  test('are at most a twentieth of a percent off', () => {
    fc.assert(
      fc.property(parts, ({ part, whole }) => {
        const text = percent(part / whole);
        if (/^[<>]/.test(text)) return;
        expect(Math.abs(Number.parseFloat(text) - (part / whole) * 100)).toBeLessThanOrEqual(0.0500001);
      }),
    );
  });
});

describe('counts', () => {
  test('are grouped by thousands and lose no digit', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 10n ** 30n })), (given) => {
        expect(count(given).replaceAll(',', '')).toBe(given.toString());
        expect(count(given)).toMatch(/^\d{1,3}(,\d{3})*$/);
      }),
    );
  });

  test.each([
    [0, '0.0'],
    [0.04, '0.0'],
    [99.94, '99.9'],
    [99.96, '100.0'],
    [100, '100'],
    [1234.5, '1,235'],
    [1e9, '1,000,000,000'],
  ])('%d tokens an action are shown as %s', (given, shown) => {
    expect(rounded(given)).toBe(shown);
  });
});
