import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  coverage,
  holdsAt,
  isZone,
  relation,
  type Schedule,
  scheduleOf,
  WEEK,
  WEEKDAYS,
} from '../../src/price/schedule.ts';
import { table } from '../support/table.ts';

const minutes = (clock: string): number => {
  const [hour, minute] = clock.split(':').map(Number);
  return hour! * 60 + minute!;
};
const hoursOf = (text: string) =>
  text.split(',').map((one) => one.split('-').map(minutes) as unknown as readonly [number, number]);
const daysOf = (text: string) =>
  text === 'all' ? WEEKDAYS : (text.split(',') as (typeof WEEKDAYS)[number][]);

describe('hours of a week', () => {
  // 2026-11-23 is a Monday.
  const cases = table(`
    zone           days         hours        at                        holds
    UTC            all          01:00-04:00  2026-11-23T00:59:59.999Z  no
    UTC            all          01:00-04:00  2026-11-23T01:00:00Z      yes
    UTC            all          01:00-04:00  2026-11-23T03:59:59.999Z  yes
    UTC            all          01:00-04:00  2026-11-23T04:00:00Z      no
    UTC            all          01:00-04:00  1969-12-30T01:00:00Z      yes
    # over midnight
    UTC            all          16:30-00:30  2026-11-23T16:29:59Z      no
    UTC            all          16:30-00:30  2026-11-23T16:30:00Z      yes
    UTC            all          16:30-00:30  2026-11-23T00:29:59Z      yes
    UTC            all          16:30-00:30  2026-11-23T00:30:00Z      no
    # the hours after midnight belong to the day on which they began, also from the week's last day to its first
    UTC            fri          22:00-06:00  2026-11-28T05:00:00Z      yes
    UTC            fri          22:00-06:00  2026-11-27T05:00:00Z      no
    UTC            sun          22:00-06:00  2026-11-23T05:00:00Z      yes
    UTC            mon          22:00-06:00  2026-11-23T05:00:00Z      no
    # weekdays
    UTC            mon,tue      01:00-04:00  2026-11-24T02:00:00Z      yes
    UTC            mon,tue      01:00-04:00  2026-11-25T02:00:00Z      no
    UTC            sat,sun      00:00-24:00  2026-11-29T23:59:59Z      yes
    UTC            sat,sun      00:00-24:00  2026-11-30T00:00:00Z      no
    # never, since it ends where it begins
    UTC            all          05:00-05:00  2026-11-23T05:00:00Z      no
    # somewhere else it is later, and another day
    Asia/Shanghai  tue          00:00-01:00  2026-11-23T16:30:00Z      yes
    Asia/Shanghai  tue          00:00-01:00  2026-11-23T17:00:00Z      no
    Asia/Kolkata   mon          05:30-06:00  2026-11-23T00:00:00Z      yes
    # the clock of New York is put back on the first of November 2026
    America/New_York  sun       00:00-01:00  2026-11-01T04:30:00Z      yes
    America/New_York  sun       03:00-04:00  2026-11-01T07:30:00Z      no
    America/New_York  sun       03:00-04:00  2026-11-01T08:30:00Z      yes
  `);
  test.each(cases)('$zone $days $hours at $at: $holds', ({ zone, days, hours, at, holds }) => {
    const schedule = scheduleOf(zone!, daysOf(days!), hoursOf(hours!));
    expect(holdsAt(schedule, Date.parse(at!))).toBe(holds === 'yes');
  });

  test('touching and overlapping hours are joined, and the week is covered once', () => {
    const day = scheduleOf('UTC', ['mon'], hoursOf('01:00-03:00,02:00-04:00,04:00-05:00'));
    expect(day.spans).toEqual([[60, 300]]);
    expect(coverage(scheduleOf('UTC', WEEKDAYS, hoursOf('00:00-24:00')))).toBe(WEEK);
  });

  test('a zone is one that there is', () => {
    expect(['UTC', 'Europe/Berlin', 'Mars/Olympus', ''].map(isZone)).toEqual([true, true, false, false]);
  });
});

describe('two schedules', () => {
  const clock = fc.integer({ min: 0, max: 1439 });
  const schedule: fc.Arbitrary<Schedule> = fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
      fc.array(fc.tuple(clock, clock), { minLength: 1, maxLength: 3 }),
    )
    .map(([days, hours]) => scheduleOf('UTC', days, hours));
  const MONDAY = Date.parse('2026-11-23T00:00:00Z');
  const minutesOf = (one: Schedule): Set<number> =>
    new Set(
      Array.from({ length: WEEK }, (_, minute) => minute).filter((minute) =>
        holdsAt(one, MONDAY + minute * 60_000),
      ),
    );

  test('lie to each other as the minutes in which they hold do', () => {
    fc.assert(
      fc.property(schedule, schedule, (left, right) => {
        const [own, other] = [minutesOf(left), minutesOf(right)];
        expect(own.size).toBe(coverage(left));
        const both = [...own].filter((minute) => other.has(minute)).length;
        const [isWithin, isAround] = [both === own.size, both === other.size];
        const wanted =
          both === 0
            ? 'apart'
            : isWithin && isAround
              ? 'equal'
              : isWithin
                ? 'within'
                : isAround
                  ? 'around'
                  : 'cross';
        expect(relation(left, right)).toBe(wanted);
      }),
      { numRuns: 30 },
    );
  });

  test('of two zones are never told apart', () => {
    const [here, there] = ['UTC', 'Asia/Tokyo'].map((zone) => scheduleOf(zone, ['mon'], [[0, 60]]));
    expect(relation(here!, there!)).toBe('cross');
  });
});
