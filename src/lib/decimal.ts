/**
 * Exact decimals as scaled integers: no float is ever between a text and an amount.
 * A number is read through its shortest decimal form, so 0.1 means one tenth.
 */

const DECIMAL = /^([+-]?)(\d{1,30})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** `"3.75"` at scale 6 is `3750000n`; undefined where it is no decimal; digits past the scale round half-even. */
export function parseDecimal(text: string, scale: number): bigint | undefined {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = scale + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const size = shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfEven(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -size : size;
}

/** The plain decimal text of `value / 10^scale`: no exponent, no trailing zeros (`"5.5"`, `"11"`, `"-0.25"`). */
export function formatDecimal(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return (value < 0n ? '-' : '') + whole + (fraction === '' ? '' : `.${fraction}`);
}

/** Integer division rounded half to even; `divisor` must be positive. */
export function divideHalfEven(value: bigint, divisor: bigint): bigint {
  const negative = value < 0n;
  const size = negative ? -value : value;
  const floor = size / divisor;
  const twice = (size - floor * divisor) * 2n;
  const up = twice > divisor || (twice === divisor && (floor & 1n) === 1n);
  const rounded = up ? floor + 1n : floor;
  return negative ? -rounded : rounded;
}
