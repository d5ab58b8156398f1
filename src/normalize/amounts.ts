import { formatUsd, parseUsd } from '../domain/money.ts';
import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { formatDecimal, parseDecimal } from '../lib/decimal.ts';
import { type Doubts, textOf } from './first.ts';
import { FLAG, type FlagBits } from './flags.ts';

/** Above this a quantity is no quantity: 10^12 units in one span. */
const WHOLE_MAX = 1_000_000_000_000;

/** The first attribute that is an amount of dollars, as plain decimal text; one that is none is flagged. */
export function firstUsd(view: AttributeView, keys: readonly KeyId[], doubts: Doubts): string | undefined {
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index]!;
    if (!view.has(key)) continue;
    const amount = parseUsd(textOf(view, key) ?? '');
    if (amount !== undefined) return formatUsd(amount);
    doubts.flags |= FLAG.bad_amount;
  }
  return undefined;
}

/** The same for a quantity of at least 0, with `scale` decimals; one that is none gets `flag`. */
export function firstDecimal(
  view: AttributeView,
  keys: readonly KeyId[],
  scale: number,
  doubts: Doubts,
  flag: FlagBits,
): string | undefined {
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index]!;
    if (!view.has(key)) continue;
    // Most quantities are small whole numbers, which need no arithmetic.
    const whole = view.number(key);
    if (whole !== undefined && whole >= 0 && whole <= WHOLE_MAX && Number.isInteger(whole))
      return String(whole);
    const value = parseDecimal(textOf(view, key) ?? '', scale);
    if (value !== undefined && value >= 0n && value <= BigInt(WHOLE_MAX) * 10n ** BigInt(scale))
      return formatDecimal(value, scale);
    doubts.flags |= flag;
  }
  return undefined;
}
