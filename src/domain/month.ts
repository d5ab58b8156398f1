/** Months of the calendar in UTC, by which charge lines are kept and let go. Times are milliseconds since 1970. */

const LAST_MS = Date.UTC(9999, 11, 31);

/** `202611`. A time before 1970 or past the year 9999 is of the nearest month that there is. */
export function monthOf(ms: number): number {
  const date = dateOf(ms);
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
}

/** The first millisecond of the month that a time is in. */
export function monthStart(ms: number): number {
  const date = dateOf(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** The first millisecond of a month as `monthOf` gives it. */
export const startOfMonth = (month: number): number => Date.UTC(Math.floor(month / 100), (month % 100) - 1);

const dateOf = (ms: number): Date => new Date(Math.min(Math.max(ms, 0), LAST_MS));
