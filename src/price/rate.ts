import {
  amountOf,
  type MicroUnits,
  USD_PICO_MAX,
  type UsdFemto,
  type UsdPico,
  units,
} from '../domain/money.ts';
import { divideHalfEven, parseDecimal } from '../lib/decimal.ts';

/** A price of one class, as an integer: decided when a table is compiled, never per span. */
export interface Rate {
  /** Femtodollars per unit. */
  readonly usd: UsdFemto;
  /** The same in picodollars where that is whole: then an amount is one product and nothing rounds. */
  readonly pico: bigint | undefined;
  /** As published: `text` dollars for `per` units. */
  readonly text: string;
  readonly per: number;
}

const FINE_SCALE = 30;
const FEMTO_SCALE = 15;
/** One signed 64-bit column of femtodollars: about 9,223 USD a unit. */
const FEMTO_MAX = 9_223_372_036_854_775_807n;

/**
 * Undefined where the price is no decimal of at least 0, or above 9,223 USD a unit, or finer than a femtodollar a unit
 * without leave to `round` it half-even: an hour's price has no whole number of them a second.
 */
export function rateOf(text: string, per: number, round = false): Rate | undefined {
  const fine = parseDecimal(text, FINE_SCALE);
  const divisor = BigInt(per) * 10n ** BigInt(FINE_SCALE - FEMTO_SCALE);
  if (fine === undefined || fine < 0n || (!round && fine % divisor !== 0n)) return undefined;
  const usd = divideHalfEven(fine, divisor);
  if (usd > FEMTO_MAX) return undefined;
  return { usd: usd as UsdFemto, pico: usd % 1000n === 0n ? usd / 1000n : undefined, text, per };
}

/** The amount of whole units; undefined where it is above what one line can hold. */
export function amountOfCount(count: number, rate: Rate): UsdPico | undefined {
  const amount = rate.pico === undefined ? amountOf(units(count), rate.usd) : BigInt(count) * rate.pico;
  return amount > USD_PICO_MAX ? undefined : (amount as UsdPico);
}

/** The same for fractions of units. */
export function amountOfQuantity(quantity: MicroUnits, rate: Rate): UsdPico | undefined {
  const amount = amountOf(quantity, rate.usd);
  return amount > USD_PICO_MAX ? undefined : amount;
}
