/**
 * **Goal**: whatever the order, the batches and the repetition of spans, outcomes, revisions and restatements of prices,
 * every rollup is what comes out from scratch of what the ledger keeps, the counters tell the same, and the history's
 * last word on a task is the task.
 * **Method**: random lives of a few tasks through the real pipeline, over each engine, with time that is turned by hand and
 * restarts between; after each settle everything is read back and computed anew.
 */
import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { anyLife } from './any-life.ts';
import { LifeUnderTest } from './life.ts';

const RUNS = Number(process.env.RUNS ?? 1);

describe.each([
  ['memory', 60],
  ['duckdb', 8],
] as const)('any life of a few tasks, over the %s ledger', (engine, runs) => {
  test('has the rollups, counters and history that come out from scratch, after each step', async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, async (steps) => {
        const life = await LifeUnderTest.begin(engine);
        try {
          for (const step of steps) {
            await life.live(step);
            if (engine === 'memory') await life.check();
          }
          await life.live({ kind: 'pass', ms: 200_000_000 });
          await life.check();
        } finally {
          await life.end();
        }
      }),
      { numRuns: runs * RUNS, endOnFailure: engine === 'duckdb' },
    );
  });
});
