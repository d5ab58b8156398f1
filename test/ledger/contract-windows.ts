import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { KNOWN, NOTHING } from './changes.ts';
import type { Given } from './contract.ts';
import { aCharge, aTask } from './samples.ts';

const HOUR = 3_600_000_000_000n;
/** Lengths by which an engine may keep sums of closed tasks. */
const PIECES = [HOUR, 24n * HOUR, 32n * 24n * HOUR, 30n * 24n * HOUR];

/** Where pieces of time begin, and a nanosecond on either side. */
const edge = fc
  .tuple(fc.constantFrom(...PIECES), fc.bigInt({ min: -2n, max: 3n }), fc.bigInt({ min: -1n, max: 1n }))
  .map(([piece, count, off]) => (KNOWN.start / piece + count) * piece + off);

const closing = fc.record({
  taskId: fc.constantFrom('one', 'two', 'three', 'four', 'five'),
  at: edge,
  closed: fc.boolean(),
  agentType: fc.constantFrom('support', 'coder'),
  inference: fc.bigInt({ min: 0n, max: 9n }),
  help: fc.option(fc.bigInt({ min: 1n, max: 9n })),
});

/** Sums of windows that begin and end anywhere, over tasks that closed over months and are restated. */
export function windows({ engine, runs, endOnFailure, fresh }: Given): void {
  describe(`${engine}: windows of hours, days and months`, () => {
    test('hold the tasks that closed in them, also those that were closed again elsewhere', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(closing, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
          fc.array(fc.record({ from: edge, to: edge }), { minLength: 4, maxLength: 8 }),
          async (changes, asked) => {
            const ledger = await fresh();
            const model = openMemoryLedger();
            for (const list of changes) {
              const tasks = list.map(({ agentType, help, ...shape }) => ({
                task: { ...aTask(shape), agentType },
                charges: help === null ? [] : [helped(shape.taskId, help)],
              }));
              await ledger.apply({ ...NOTHING, tasks });
              await model.apply({ ...NOTHING, tasks });
            }
            for (const window of asked)
              for (const groupBy of [[], ['agent_type'], ['model', 'agent_type']]) {
                const question = { ...window, groupBy };
                expect(await ledger.unitEconomics(question)).toEqual(await model.unitEconomics(question));
              }
          },
        ),
        { numRuns: runs / 2, endOnFailure },
      );
    });
  });
}

const helped = (taskId: string, amount: bigint) =>
  aCharge({ taskId, traceId: '', spanId: '', component: 'remediation', model: '', amount });
