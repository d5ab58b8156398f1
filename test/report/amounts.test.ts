import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dollars, grouped, percent, runCost, usd } from '../../src/report/amounts.ts';
import { table } from '../support/table.ts';
import { frugal, thorough } from './answers.ts';

describe('money to the cent', () => {
  test.each(
    table(`
      usd                shown
      0                  $0.00
      0.000000000001     <$0.01
      0.005              <$0.01
      0.0050001          $0.01
      0.015              $0.02
      0.025              $0.02
      2.631578947368     $2.63
      11                 $11.00
      1234.5             $1,234.50
      1234567.899        $1,234,567.90
      -0.4               -$0.40
      -1234.567          -$1,234.57
    `),
  )('$usd is $shown', (row) => {
    expect(dollars(usd(row.usd!))).toBe(row.shown);
  });

  test('is never further off than half a cent', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 10n, max: 10n ** 21n }), (pico) => {
        const text = dollars(pico as Parameters<typeof dollars>[0]).replaceAll(/[$,]/g, '');
        const off = usd(text) - pico;
        expect(off <= 5_000_000_000n && off >= -5_000_000_000n).toBe(true);
      }),
    );
  });
});

test('thousands', () => {
  expect([0, 12, 999, 1000, 123456, 1234567].map(grouped)).toEqual([
    '0',
    '12',
    '999',
    '1,000',
    '123,456',
    '1,234,567',
  ]);
});

test('only all is 100 %, only none is 0 %', () => {
  expect([0, 0.0001, 0.001, 0.5, 0.999, 0.9999, 1].map(percent)).toEqual([
    '0.0 %',
    '<0.1 %',
    '0.1 %',
    '50.0 %',
    '99.9 %',
    '>99.9 %',
    '100.0 %',
  ]);
});

test('a run costs all but what humans cost', () => {
  expect([runCost(frugal), runCost(thorough)]).toEqual([500_000_000_000n, 2_000_000_000_000n]);
  const none = { ...frugal, tasks: { solved: 0, remediated: 0, failed: 0, abandoned: 0 } };
  expect(runCost(none)).toBeUndefined();
});
