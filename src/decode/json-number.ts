import { parseDecimal } from '../lib/decimal.ts';
import type { JsonCursor } from './json-cursor.ts';
import { malformed } from './malformed.ts';
import { STRING } from './source.ts';

/** Bytes of the longest number that is read. */
const NUMBER_BYTES_MAX = 64;
const FRACTION_DIGITS = 20;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const BEYOND_NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** A whole number as two halves, in two's complement where it is negative. Overwritten by the next one. */
export interface Halves {
  low: number;
  high: number;
}

/**
 * Reads a whole number, bare or in quotes, exactly: 64 bits do not fit in a JSON number of JavaScript.
 * Null is 0. `min` and `max` bound it.
 */
export function readInteger(cursor: JsonCursor, wanted: string, range: Range, out: Halves): void {
  out.low = out.high = 0;
  if (cursor.isNull()) return;
  const at = cursor.at;
  bareOrQuoted(cursor, wanted);
  if (cursor.length <= 19 && plainDigits(cursor, out) && isWithin(range, out)) return;
  const value = parseWhole(latin1(cursor));
  if (value === undefined || value < range.min || value > range.max) {
    throw malformed(at, `${range.name} for ${wanted}`);
  }
  out.low = Number(BigInt.asIntN(32, value));
  out.high = Number(BigInt.asIntN(32, value >> 32n));
}

export interface Range {
  readonly name: string;
  readonly min: bigint;
  readonly max: bigint;
}
export const INT64: Range = { name: 'a whole number of 64 bits', min: -(2n ** 63n), max: 2n ** 63n - 1n };
export const UINT64: Range = {
  name: 'a whole number of 64 bits, not negative',
  min: 0n,
  max: 2n ** 64n - 1n,
};
export const UINT32: Range = {
  name: 'a whole number of 32 bits, not negative',
  min: 0n,
  max: 2n ** 32n - 1n,
};
export const INT32: Range = { name: 'a whole number of 32 bits', min: -(2n ** 31n), max: 2n ** 31n - 1n };

const isWithin = (range: Range, { low, high }: Halves) =>
  range === UINT64 ||
  (range === INT64 && high >= 0) ||
  (high === 0 && (range === UINT32 || (range === INT32 && low >= 0)));

/** A double, bare or in quotes, or one of the three that JSON has no number for. */
export function readDouble(cursor: JsonCursor, wanted: string): number {
  const at = cursor.at;
  bareOrQuoted(cursor, wanted);
  const text = latin1(cursor);
  if (JSON_NUMBER.test(text)) return Number(text);
  const beyond = Object.hasOwn(BEYOND_NUMBERS, text) ? BEYOND_NUMBERS[text] : undefined;
  if (beyond === undefined) throw malformed(at, `a number for ${wanted}`);
  return beyond;
}

/** Leaves where the digits are in the cursor's `start` and `length`. */
function bareOrQuoted(cursor: JsonCursor, wanted: string): void {
  const at = cursor.at;
  if (cursor.isString()) {
    cursor.string(wanted);
    if (cursor.kind === STRING && cursor.length > 0 && cursor.length <= NUMBER_BYTES_MAX) return;
    throw malformed(at, `a number for ${wanted}`);
  }
  const byte = cursor.bytes[at]!;
  if (byte !== 0x2d && (byte < 0x30 || byte > 0x39)) throw malformed(at, `a number for ${wanted}`);
  cursor.skip();
  cursor.start = at;
  cursor.length = cursor.at - at;
}

/** Up to 19 decimal digits, without BigInt: six at a time stay exact in a double. */
function plainDigits(cursor: JsonCursor, out: Halves): boolean {
  const { bytes, start, length } = cursor;
  let low = 0;
  let high = 0;
  for (let i = 0; i < length; ) {
    let chunk = 0;
    let scale = 1;
    for (const stop = Math.min(i + 6, length); i < stop; i++) {
      const digit = bytes[start + i]! - 0x30;
      if (digit < 0 || digit > 9) return false;
      chunk = chunk * 10 + digit;
      scale *= 10;
    }
    low = low * scale + chunk;
    const carry = Math.floor(low / 2 ** 32);
    low -= carry * 2 ** 32;
    high = high * scale + carry;
  }
  out.low = low | 0;
  out.high = high | 0;
  return true;
}

/** The whole number in a decimal text with or without exponent; undefined where there is none. */
function parseWhole(text: string): bigint | undefined {
  const scaled = JSON_NUMBER.test(text) ? parseDecimal(text, FRACTION_DIGITS) : undefined;
  if (scaled === undefined) return undefined;
  const unit = 10n ** BigInt(FRACTION_DIGITS);
  return scaled % unit === 0n ? scaled / unit : undefined;
}

const latin1 = ({ source, start, length }: JsonCursor) =>
  source.bytes.toString('latin1', start, start + length);
