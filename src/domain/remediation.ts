import { divideHalfEven } from '../lib/decimal.ts';
import { type MicroUnits, USD_PICO_MAX, type UsdFemto, type UsdPico } from './money.ts';

/** What minutes of a human cost. `rate` is for showing only: an hourly rate need not divide by 60. */
export interface MinutesPrice {
  /** Minutes x hourly rate / 60, rounded half-even once, from the whole product. */
  readonly amount: UsdPico;
  /** Femtodollars per minute, rounded half-even. */
  readonly rate: UsdFemto;
}

/** `hourly` is femtodollars per hour. Undefined where the amount is above what one line can hold. */
export function priceMinutes(minutes: MicroUnits, hourly: UsdFemto): MinutesPrice | undefined {
  const amount = divideHalfEven(minutes * hourly, 60_000_000_000n);
  if (amount > USD_PICO_MAX) return undefined;
  return { amount: amount as UsdPico, rate: divideHalfEven(hourly, 60n) as UsdFemto };
}
