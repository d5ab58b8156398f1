import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger } from '../../src/domain/ledger.ts';
import { InvalidCursor, type TaskQuery } from '../../src/domain/ledger-reads.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import { OUTCOMES, type Task } from '../../src/domain/task.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { anyTask, KNOWN, NOTHING, settleChange } from './changes.ts';
import type { Given } from './contract.ts';
import { aCharge, aTask } from './samples.ts';

const SORTS = ['cost', 'closed_at', 'started_at'] as const;
const time = fc.bigInt({ min: KNOWN.start - 1n, max: KNOWN.start + 41n });
const name = fc.constantFrom(...KNOWN.names, 'never heard of');

/** Any mix of filters, each there in half of the cases. */
const filters = fc.record(
  {
    agentType: name,
    taskType: name,
    outcome: fc.constantFrom(...OUTCOMES, 'open' as const),
    model: fc.constantFrom(...KNOWN.models, 'never heard of'),
    from: time,
    to: time,
    minCost: fc.bigInt({ min: -1n, max: 2n ** 61n }) as fc.Arbitrary<UsdPico>,
  },
  { requiredKeys: [] },
);
const query: fc.Arbitrary<TaskQuery> = fc
  .record({ filters, sort: fc.constantFrom(...SORTS), limit: fc.integer({ min: 1, max: 30 }) })
  .map(({ filters: some, ...rest }) => ({ ...some, ...rest }));

/** Up to 25 tasks, each once, so that there is something to choose from. */
const tasks = fc
  .array(anyTask, { minLength: 1, maxLength: 25 })
  .map((list) =>
    list.map((task, index) => ({ task: { ...task, taskId: `${task.taskId} ${index}` }, charges: [] })),
  );

/** Which tasks a query finds, in which order, page by page. */
export function taskPages({ engine, runs, endOnFailure, fresh }: Given): void {
  describe(`${engine}: tasks`, () => {
    test('are found by any mix of filters, in any order, as the model finds them, to the cursors', async () => {
      await fc.assert(
        fc.asyncProperty(
          tasks,
          settleChange,
          fc.array(query, { minLength: 5, maxLength: 10 }),
          async (list, change, queries) => {
            const ledger = await fresh();
            const model = openMemoryLedger();
            const traces = change.traces.map((trace, index) => ({
              ...trace,
              traceId: trace.traceId.slice(0, -1) + index,
            }));
            for (const one of [
              { ...change, traces },
              { ...NOTHING, tasks: list },
            ]) {
              await ledger.apply(one);
              await model.apply(one);
            }
            for (const one of queries) {
              expect(await ledger.tasks(one)).toEqual(await model.tasks(one));
              expect(await allPages(ledger, one)).toEqual((await model.tasks({ ...one, limit: 100 })).tasks);
            }
          },
        ),
        { numRuns: runs / 2, endOnFailure },
      );
    });

    test('that close between two pages are on neither twice, and those behind stay', async () => {
      const ledger = await fresh();
      const at = (index: number, cost: number) => ({
        task: aTask({ taskId: `task ${index}`, inference: BigInt(cost) }),
        charges: [],
      });
      await ledger.apply({ ...NOTHING, tasks: [50, 40, 30, 20, 10].map((cost, index) => at(index, cost)) });
      const first = await ledger.tasks({ sort: 'cost', limit: 2 });
      expect(ids(first.tasks)).toEqual(['task 0', 'task 1']);
      // One before the page's end grows, one behind it grows past it, one is new behind it.
      await ledger.apply({ ...NOTHING, tasks: [at(0, 60), at(3, 70), at(5, 15)] });
      const rest = await ledger.tasks({ sort: 'cost', limit: 9, cursor: first.nextCursor! });
      expect(ids(rest.tasks)).toEqual(['task 2', 'task 5', 'task 4']);
      expect(rest.nextCursor).toBeUndefined();
    });
  });

  describe(`${engine}: a page of a model`, () => {
    // By the place in the list: how dear a task is, and when it ended. Ties of any length, and of none.
    test.each([
      ['with keys of their own', (index: number) => index],
      ['ten to a key', (index: number) => Math.floor(index / 10)],
      ['all with one key', () => 0],
    ])('holds those that used it, however many did, %s', async (_, keyOf) => {
      const ledger = await fresh();
      const model = openMemoryLedger();
      const change = { ...NOTHING, tasks: Array.from({ length: 260 }, (_, at) => usedBy(at, keyOf(at))) };
      await ledger.apply(change);
      await model.apply(change);
      for (const name of ['every', 'third', 'late', 'two', 'never heard of'])
        for (const sort of SORTS)
          for (const limit of [3, 20]) {
            const first = await model.tasks({ sort, model: name, limit });
            expect(await ledger.tasks({ sort, model: name, limit })).toEqual(first);
            const cursor = first.nextCursor;
            if (cursor === undefined) continue;
            const next = { sort, model: name, limit, cursor, minCost: 0n as UsdPico };
            expect(await ledger.tasks(next)).toEqual(await model.tasks(next));
          }
    });
  });

  describe(`${engine}: a page after a page`, () => {
    test.each(['cost', 'closed_at', 'started_at'] as const)(
      'by %s shows every task once, in order',
      async (sort) => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { maxLength: 12 }),
            fc.integer({ min: 1, max: 4 }),
            async (shapes, limit) => {
              const ledger = await fresh();
              const tasks = shapes.map(([size, closed], index) =>
                aTask({ taskId: `task ${index}`, inference: BigInt(size), at: BigInt(size), closed }),
              );
              await ledger.apply({ ...NOTHING, tasks: tasks.map((task) => ({ task, charges: [] })) });
              const paged = await allPages(ledger, { sort, limit });
              const whole = await ledger.tasks({ sort, limit: 100 });
              expect(whole.nextCursor).toBeUndefined();
              expect(paged).toEqual(whole.tasks);
              expect(new Set(paged.map((task) => task.taskId)).size).toBe(tasks.length);
            },
          ),
          { numRuns: runs / 6, endOnFailure },
        );
      },
    );

    test.each([
      ['nonsense', 'nonsense'],
      ['empty', ''],
      ['another shape', Buffer.from('{"a":1}').toString('base64url')],
      ['no number', Buffer.from('["cost","1;DROP TABLE tasks","x"]').toString('base64url')],
      ['no id', Buffer.from('["cost","1",7]').toString('base64url')],
      ['of another sort', Buffer.from('["closed_at","1","x"]').toString('base64url')],
    ])('a cursor that is %s is refused as such', async (_, cursor) => {
      const ledger = await fresh();
      await expect(ledger.tasks({ sort: 'cost', limit: 5, cursor })).rejects.toThrow(InvalidCursor);
    });
  });
}

/** Every task used one model; one in three another; those with the smallest keys one more; two of all the last one. */
function usedBy(index: number, key: number) {
  const taskId = `task ${index}`;
  const models = ['every'];
  if (index % 3 === 0) models.push('third');
  if (index < 30) models.push('late');
  if (index % 130 === 1) models.push('two');
  return {
    task: aTask({ taskId, inference: BigInt(key), at: BigInt(1000 + key), closed: index % 20 !== 0 }),
    charges: models.map((model, line) =>
      aCharge({ traceId: '', spanId: '', taskId, line, model, amount: 0n }),
    ),
  };
}

const ids = (list: readonly Task[]) => list.map((task) => task.taskId);

async function allPages(ledger: Ledger, query: TaskQuery) {
  const tasks = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ledger.tasks(cursor === undefined ? query : { ...query, cursor });
    tasks.push(...page.tasks);
    cursor = page.nextCursor;
    if (cursor === undefined) return tasks;
    expect(page.tasks).toHaveLength(query.limit);
  }
}
