/**
 * **Goal**: what several traces show of one call is charged once, and neither the order nor the batches in which their
 * spans came, nor any repeats, can be seen in what was charged.
 * **Method**: few response ids, token counts, times and sessions over a few traces, so that ids meet within and beyond
 * their reach, calls look alike and parallel, wrappers and running totals stand around them; through the real settle
 * path, told all at once and told in any other way.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/domain/fact.ts';
import { ENGINES } from '../support/any-ledger.ts';
import { anyDelivery, anyTraces, layAll, outcomeOf, verdictsIn } from './any-traces.ts';

const RUNS = Number(process.env.RUNS ?? 1);
const told = anyTraces.chain((facts) =>
  fc.record({ facts: fc.constant(facts), batches: anyDelivery(facts) }),
);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function fresh(engine: keyof typeof ENGINES) {
  const { ledger, close } = await ENGINES[engine]();
  closing.push(close);
  return ledger;
}

async function check(
  engine: keyof typeof ENGINES,
  {
    facts,
    batches,
    suspect,
  }: { facts: readonly Fact[]; batches: readonly (readonly Fact[])[]; suspect: boolean },
): Promise<void> {
  const [once, pieces] = [await fresh('memory'), await fresh(engine)];
  await layAll(once, [facts], suspect);
  await layAll(pieces, batches, suspect);
  expect(await outcomeOf(pieces)).toEqual(await outcomeOf(once));
  const { kept, whole } = await verdictsIn(pieces, suspect);
  expect(kept).toEqual(whole);
  for (const close of closing.splice(0)) await close();
}

describe('several traces of the same calls', () => {
  test('give one outcome in any order, in any batches, with any repeats', async () => {
    await fc.assert(
      fc.asyncProperty(told, fc.boolean(), async ({ facts, batches }, suspect) => {
        await check('memory', { facts, batches, suspect });
      }),
      { numRuns: 150 * RUNS },
    );
  });

  test('and in DuckDB that of the model', async () => {
    await fc.assert(
      fc.asyncProperty(told, ({ facts, batches }) => check('duckdb', { facts, batches, suspect: true })),
      { numRuns: 10 * RUNS, endOnFailure: true },
    );
  });
});
