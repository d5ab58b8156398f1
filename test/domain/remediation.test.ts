import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type MicroUnits, USD_PICO_MAX, type UsdFemto } from '../../src/domain/money.ts';
import { priceMinutes } from '../../src/domain/remediation.ts';
import { table } from '../support/table.ts';

describe('minutes of a human, rounded once', () => {
  const cases = table(`
    what               micro_minutes  femto_hourly         pico             femto_minute
    half_an_hour_at_90 30000000       90000000000000000    45000000000000   1500000000000000
    a_minute_at_100    1000000        100000000000000000   1666666666667    1666666666666667
    three_at_100       3000000        100000000000000000   5000000000000    1666666666666667
    half_a_minute      500000         60000000000000000    500000000000     1000000000000000
    nothing            0              90000000000000000    0                1500000000000000
    tie_goes_to_even   1000000        30000                0                500
    next_tie           1000000        90000                2                1500
  `);
  test.each(cases)('$what', ({ micro_minutes, femto_hourly, pico, femto_minute }) => {
    expect(priceMinutes(BigInt(micro_minutes!) as MicroUnits, BigInt(femto_hourly!) as UsdFemto)).toEqual({
      amount: BigInt(pico!),
      rate: BigInt(femto_minute!),
    });
  });

  test('what one line can hold is an amount, one picodollar more is none', () => {
    const hour = 60_000_000n as MicroUnits;
    const most = (USD_PICO_MAX * 1000n) as UsdFemto;
    expect(priceMinutes(hour, most)?.amount).toBe(USD_PICO_MAX);
    expect(priceMinutes(hour, (most + 499n) as UsdFemto)?.amount).toBe(USD_PICO_MAX);
    expect(priceMinutes(hour, (most + 1000n) as UsdFemto)).toBeUndefined();
    expect(priceMinutes((10n ** 12n) as MicroUnits, (10n ** 24n) as UsdFemto)).toBeUndefined();
  });

  test('the rate that is shown is within half a femtodollar of a sixtieth; the amount is not made from it', () => {
    const minutes = fc.bigInt({ min: 0n, max: 10n ** 12n }).map((count) => count as MicroUnits);
    const hourly = fc.bigInt({ min: 0n, max: 5n * 10n ** 20n }).map((rate) => rate as UsdFemto);
    fc.assert(
      fc.property(minutes, hourly, (count, rate) => {
        const price = priceMinutes(count, rate);
        if (price === undefined) {
          expect(count * rate > USD_PICO_MAX * 60_000_000_000n).toBe(true);
          return;
        }
        const [amountOff, rateOff] = [price.amount * 60_000_000_000n - count * rate, price.rate * 60n - rate];
        expect(amountOff <= 30_000_000_000n && amountOff >= -30_000_000_000n).toBe(true);
        expect(rateOff <= 30n && rateOff >= -30n).toBe(true);
      }),
    );
  });
});
