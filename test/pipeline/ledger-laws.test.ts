/**
 * **Goal**: whatever the order, the batches and the repetition of spans, outcomes, revisions and restatements of prices,
 * every rollup is what comes out from scratch of what the ledger keeps, the counters tell the same, and the history's
 * last word on a task is the task.
 * **Method**: random lives of a few tasks through the real pipeline, over each engine, with time that is turned by hand and
 * restarts between; after each settle everything is read back and computed anew.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { postgresLedgers } from '../ledger/postgres/databases.ts';
import { ENGINES, type OpenLedger } from '../support/any-ledger.ts';
import { describePostgres } from '../support/postgres.ts';
import { anyLife, twoTellings } from './any-life.ts';
import { LifeUnderTest } from './life.ts';

const RUNS = Number(process.env.RUNS ?? 1);

async function lives(
  open: OpenLedger,
  { runs, eachStep }: { runs: number; eachStep: boolean },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyLife, async (steps) => {
      const life = await LifeUnderTest.begin(open);
      try {
        for (const step of steps) {
          await life.live(step);
          if (eachStep) await life.check();
        }
        await life.live({ kind: 'pass', ms: 200_000_000 });
        await life.check();
      } finally {
        await life.end();
      }
    }),
    // Shrinking asks a database hundreds of times; the seed that is printed gives the same case again.
    { numRuns: runs * RUNS, endOnFailure: !eachStep },
  );
}

async function sameOutcome(open: OpenLedger, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(twoTellings, async (tellings) => {
      const told: unknown[] = [];
      for (const steps of tellings) {
        const life = await LifeUnderTest.begin(open);
        try {
          for (const step of steps) await life.live(step);
          await life.live({ kind: 'pass', ms: 200_000_000 });
          told.push(await life.outcome());
        } finally {
          await life.end();
        }
      }
      expect(told[0]).toEqual(told[1]);
    }),
    { numRuns: runs * RUNS, endOnFailure: open !== ENGINES.memory },
  );
}

const ROLLUPS = 'has the rollups, counters and history that come out from scratch, after each step';
const ORDERS = 'told in two orders, with repeats, is the same but for when it closed';

describe('any life of a few tasks, over the model', () => {
  test(ROLLUPS, () => lives(ENGINES.memory, { runs: 60, eachStep: true }));
  test(ORDERS, () => sameOutcome(ENGINES.memory, 60));
});

describe('any life of a few tasks, over DuckDB', () => {
  test(ROLLUPS, () => lives(ENGINES.duckdb, { runs: 8, eachStep: false }));
  test(ORDERS, () => sameOutcome(ENGINES.duckdb, 3));
});

describePostgres('any life of a few tasks, over PostgreSQL', (postgres) => {
  const open = postgresLedgers(postgres);
  test(ROLLUPS, () => lives(open, { runs: 4, eachStep: false }));
});
