import { expect, test } from '@jest/globals';
import type { Log } from '../../src/lib/log.ts';
import { watchPriceAge } from '../../src/price-age.ts';
import { handClock } from '../support/clock.ts';

const DAY = 86_400_000;

/** What is told while a list of that age grows older by some days. */
function told(ageDays: number, forDays: number): { readonly days: unknown[]; readonly close: () => void } {
  const clock = handClock();
  const published = clock.now() - ageDays * DAY;
  const days: unknown[] = [];
  const log = { warn: (about: { days: number }) => void days.push(about.days) } as unknown as Log;
  const close = watchPriceAge({ prices: { ageMs: (nowMs) => nowMs - published }, clock, log });
  clock.advance(forDays * DAY);
  close();
  clock.advance(10 * DAY);
  return { days, close };
}

test('list prices are told of once they are more than 45 days old: at the start, then once a day, until it is closed', () => {
  expect(told(46, 0).days).toEqual([46]);
  expect(told(45, 2).days).toEqual([46, 47]);
  expect(told(65, 2).days).toEqual([65, 66, 67]);
  expect(told(0, 45).days).toEqual([]);
});
