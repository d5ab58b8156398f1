import { writeFileSync } from 'node:fs';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { liveSchedule, type Story } from './run-schedule.ts';
import { anySchedule } from './schedule.ts';

/**
 * **Goal**: whatever senders and operators do, and whenever the process dies, what was acknowledged is in the ledger once,
 * and every sum is exact. **Method**: fast-check draws lives of one process over one data directory, each with its
 * actions and its death; after the last one the ledger is compared line by line with a truth that knows nothing of Solvent.
 *
 * `npm run crash:nightly -- --schedules 500` draws more; a failure prints seed and path, and
 * `CRASH_SEED=… CRASH_PATH=… npm test -- test/crash/schedules` lives that schedule again.
 */

const { CRASH_SCHEDULES = '25', CRASH_SEED, CRASH_PATH, CRASH_RESULT, PROPERTY_SEED } = process.env;
const schedules = Number(CRASH_SCHEDULES);
const seed = Number(CRASH_SEED ?? PROPERTY_SEED ?? Date.now() % 0x7fff_ffff);
/** A process starts, and waits, for most of its life: two of them keep two cores busy. */
const LANES = CRASH_PATH === undefined ? 3 : 1;

test(
  `${schedules} crash schedules lose nothing and double nothing`,
  async () => {
    const stories: Story[] = [];
    const lane = (number: number): Promise<void> =>
      fc.assert(
        fc.asyncProperty(anySchedule, async (schedule) => {
          stories.push(await liveSchedule(schedule));
        }),
        {
          seed: seed + number,
          ...(CRASH_PATH !== undefined && { path: CRASH_PATH }),
          numRuns: Math.ceil((schedules - number) / LANES),
          endOnFailure: true,
        },
      );
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, (_, number) => lane(number)));
    if (CRASH_RESULT !== undefined) writeFileSync(CRASH_RESULT, JSON.stringify(summary(stories)));
    for (const one of lanes) if (one.status === 'rejected') throw one.reason;
  },
  schedules * 30_000,
);

function summary(stories: readonly Story[]) {
  const ends: Record<string, number> = {};
  for (const story of stories) for (const [how, times] of story.ends) ends[how] = (ends[how] ?? 0) + times;
  const sum = (of: (story: Story) => number) => stories.reduce((total, story) => total + of(story), 0);
  return {
    seed,
    schedules: stories.length,
    lives: sum(({ lives }) => lives),
    torn: sum(({ torn }) => torn),
    acked: sum(({ judged }) => judged.acked),
    lost: sum(({ judged }) => judged.lost.length),
    doubled: sum(({ judged }) => judged.doubled.length),
    ends,
  };
}
