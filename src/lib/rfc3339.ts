/** Times as RFC 3339 text and as Unix nanoseconds, without losing either's precision. */

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,18}))?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/;

/** `"2026-11-23T12:00:00.5+01:00"` as Unix nanoseconds; undefined where it is no such time. Digits past the ninth are dropped. */
export function parseTime(text: string): bigint | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six;
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 60) return undefined;
  const offsetMinutes = offsetOf(match[9], Number(match[10] ?? 0), Number(match[11] ?? 0));
  if (offsetMinutes === undefined) return undefined;
  // Not Date.UTC(year, ...): that reads the years 0 to 99 as 1900 to 1999.
  const days = new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000;
  const seconds = days * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second;
  return BigInt(seconds) * 1_000_000_000n + BigInt((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
}

/** Unix nanoseconds as UTC text: `"2026-11-23T12:00:00Z"`, and a fraction without trailing zeros where there is one. */
export function formatTime(nanos: bigint): string {
  const fraction = ((nanos % SECOND) + SECOND) % SECOND;
  const seconds = new Date(Number((nanos - fraction) / 1_000_000n)).toISOString().slice(0, -5);
  if (fraction === 0n) return `${seconds}Z`;
  return `${seconds}.${fraction.toString().padStart(9, '0').replace(/0+$/, '')}Z`;
}

const SECOND = 1_000_000_000n;

export const nanosOfMs = (ms: number): bigint => BigInt(ms) * 1_000_000n;

type Six = [number, number, number, number, number, number];

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}

function offsetOf(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}
