/** Hours of a week in which a rate holds, in a time zone: `Mon-Fri 09:00-18:00 Asia/Shanghai`. */
export interface Schedule {
  /** An IANA name. */
  readonly zone: string;
  /** Minutes since Monday 00:00 in that zone, from and before; ascending, apart from each other, within the week. */
  readonly spans: readonly (readonly [number, number])[];
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY = 1440;
export const WEEK = 7 * DAY;
const MINUTE_MS = 60_000;
/** 1970-01-01 was a Thursday. */
const EPOCH_MINUTE = 3 * DAY;

/** The same hours on each of the days; hours that end before they begin run into the next day, equal ones are none. */
export function scheduleOf(
  zone: string,
  days: readonly Weekday[],
  hours: readonly (readonly [number, number])[],
): Schedule {
  const spans = days.flatMap((day) =>
    hours.flatMap(([from, to]) => {
      if (from === to) return [];
      const start = WEEKDAYS.indexOf(day) * DAY + from;
      const end = start + (to > from ? to - from : to - from + DAY);
      return end <= WEEK ? [[start, end] as const] : [[start, WEEK] as const, [0, end - WEEK] as const];
    }),
  );
  return { zone, spans: joined(spans) };
}

function joined(spans: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const merged: [number, number][] = [];
  for (const [from, to] of spans.toSorted((left, right) => left[0] - right[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Whether it holds at a time: milliseconds since 1970. */
export function holdsAt(schedule: Schedule, atMs: number): boolean {
  const minute = minuteOfWeek(schedule.zone, atMs);
  for (const [from, to] of schedule.spans) if (minute >= from && minute < to) return true;
  return false;
}

/** Minutes of the week in which it holds. */
export const coverage = ({ spans }: Schedule): number =>
  spans.reduce((sum, [from, to]) => sum + to - from, 0);

/** How the hours of one lie to those of another. Two zones shift against each other, so they are never told apart. */
export function relation(left: Schedule, right: Schedule): 'equal' | 'within' | 'around' | 'apart' | 'cross' {
  if (left.zone !== right.zone) return 'cross';
  const both = left.spans.reduce(
    (sum, [from, to]) =>
      sum + right.spans.reduce((all, [start, end]) => all + overlap(from, to, start, end), 0),
    0,
  );
  if (both === 0) return 'apart';
  const [own, other] = [coverage(left), coverage(right)];
  if (both === own) return both === other ? 'equal' : 'within';
  return both === other ? 'around' : 'cross';
}

const overlap = (from: number, to: number, start: number, end: number): number =>
  Math.max(0, Math.min(to, end) - Math.max(from, start));

function minuteOfWeek(zone: string, atMs: number): number {
  const local = Math.floor((atMs + offsetOf(zone, atMs)) / MINUTE_MS) + EPOCH_MINUTE;
  return ((local % WEEK) + WEEK) % WEEK;
}

/** Offsets change on the quarter hour at the soonest, so one answer is good for it. */
const QUARTER_MS = 15 * MINUTE_MS;
const OFFSETS_KEPT_MAX = 1024;
const offsets = new Map<string, number>();
const formats = new Map<string, Intl.DateTimeFormat>();

function offsetOf(zone: string, atMs: number): number {
  if (zone === 'UTC') return 0;
  const quarter = Math.floor(atMs / QUARTER_MS);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= OFFSETS_KEPT_MAX) offsets.clear();
  const offset = localMs(zone, quarter * QUARTER_MS) - quarter * QUARTER_MS;
  offsets.set(key, offset);
  return offset;
}

/** What a clock of the zone shows, read as if it were UTC. */
function localMs(zone: string, atMs: number): number {
  const format = formats.get(zone) ?? formatOf(zone);
  formats.set(zone, format);
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(atMs)) parts[type] = Number(value);
  return Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
}

const formatOf = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

/** Whether there is a time zone of that name. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}
