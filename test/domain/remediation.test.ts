import { describe, expect, test } from '@jest/globals';
import type { MicroUnits, UsdFemto } from '../../src/domain/money.ts';
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

  test('more than one line can hold is no amount', () => {
    expect(priceMinutes((10n ** 12n) as MicroUnits, (10n ** 24n) as UsdFemto)).toBeUndefined();
  });
});
