import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_COST, totalCost } from '../../src/domain/economics.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import type { Task } from '../../src/domain/task.ts';
import { ENGINES } from '../support/any-ledger.ts';
import { ledgerOf, NOON, openTask, task } from '../support/tasks.ts';
import { column, dig, withWeb } from '../support/web.ts';

type Sort = 'cost' | 'closed_at' | 'started_at';
const SORTS: readonly Sort[] = ['cost', 'closed_at', 'started_at'];

/** Few values of each, so that there are ties to be broken. */
const anyTask = fc.record({
  agentType: fc.constantFrom('A', 'B'),
  closed: fc.boolean(),
  cost: fc.constantFrom(0n, 1n, 5n * 10n ** 18n, 9n * 10n ** 18n),
  startedAt: fc.constantFrom(NOON - 2n, NOON - 1n, NOON - 10n ** 15n),
  closedAt: fc.constantFrom(NOON, NOON + 1n),
});
const anyTasks = fc.array(anyTask, { maxLength: 14 }).map((all) =>
  all.map(({ cost, closed, closedAt, ...rest }, index): Task => {
    const given = { taskId: `t"${index}/é`, ...rest, cost: { ...NO_COST, tooling: cost as UsdPico } };
    return closed ? task({ ...given, closedAt }) : openTask(given);
  }),
);

const KEYS: Readonly<Record<Sort, (task: Task) => bigint | undefined>> = {
  cost: ({ cost }) => totalCost(cost),
  closed_at: ({ closedAt }) => closedAt,
  started_at: ({ startedAt }) => startedAt,
};

/** What the API promises: largest first, what has no key last, ties by id. */
function inOrder(tasks: readonly Task[], sort: Sort): readonly string[] {
  const keyOf = KEYS[sort];
  return [...tasks]
    .sort((a, b) => {
      const [left = -1n, right = -1n] = [keyOf(a), keyOf(b)];
      return left === right ? (a.taskId < b.taskId ? -1 : 1) : left > right ? -1 : 1;
    })
    .map(({ taskId }) => taskId);
}

/** All pages of a question, each as the ids on it. */
async function pagesOf(ask: (path: string) => Promise<{ body: unknown }>, query: Record<string, string>) {
  const pages: unknown[][] = [];
  let more: Record<string, string> = {};
  for (;;) {
    const { body } = await ask(`/api/v1/tasks?${new URLSearchParams({ ...query, ...more })}`);
    pages.push(column(dig(body, 'tasks'), 'task_id'));
    const cursor = dig(body, 'next_cursor');
    if (cursor === null) return pages;
    expect(pages.at(-1)).toHaveLength(Number(query.limit));
    more = { cursor: String(cursor) };
  }
}

describe.each(Object.entries(ENGINES))('pages of the %s ledger', (name, open) => {
  test('join to the whole list in its order, for every sort, size of page and filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTasks,
        fc.constantFrom(...SORTS),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom<Record<string, string>>(
          {},
          { agent_type: 'A' },
          { outcome: 'open' },
          { outcome: 'solved' },
        ),
        async (tasks, sort, limit, filter) => {
          const opened = await open();
          try {
            const kept = tasks.filter(
              ({ agentType, outcome = 'open' }) =>
                agentType === (filter.agent_type ?? agentType) && outcome === (filter.outcome ?? outcome),
            );
            await withWeb(await ledgerOf({ tasks }, opened.ledger), {}, async ({ json }) => {
              const pages = await pagesOf(json, { sort, limit: String(limit), ...filter });
              expect(pages.flat()).toEqual(inOrder(kept, sort));
              expect(pages).toHaveLength(Math.max(1, Math.ceil(kept.length / limit)));
            });
          } finally {
            await opened.close();
          }
        },
      ),
      { numRuns: name === 'memory' ? 60 : 5 },
    );
  });

  test('a page goes on where it ended although tasks came and went in between', async () => {
    const opened = await open();
    const ids = ['a', 'b', 'c', 'd'];
    const ledger = await ledgerOf({ tasks: ids.map((taskId) => task({ taskId })) }, opened.ledger);
    await withWeb(ledger, {}, async ({ json }) => {
      const first = await json('/api/v1/tasks?sort=started_at&limit=2');
      expect(column(dig(first.body, 'tasks'), 'task_id')).toEqual(['a', 'b']);
      const [tasks, removed] = [[{ task: task({ taskId: 'aa' }), charges: [] }], ['b', 'c']];
      const nothing = { traces: [], reports: [], counters: [], position: undefined, forgetBefore: undefined };
      await ledger.apply({ ...nothing, tasks, removed });
      const cursor = String(dig(first.body, 'next_cursor'));
      const second = await json(`/api/v1/tasks?sort=started_at&limit=2&cursor=${cursor}`);
      expect(column(dig(second.body, 'tasks'), 'task_id')).toEqual(['d']);
    });
    await opened.close();
  });

  test('a cursor of one sort is refused by the others, by name and with what was wanted', async () => {
    const opened = await open();
    const tasks = ['a', 'b'].map((taskId) => task({ taskId }));
    await withWeb(await ledgerOf({ tasks }, opened.ledger), {}, async ({ json }) => {
      for (const made of SORTS) {
        const { body } = await json(`/api/v1/tasks?limit=1&sort=${made}`);
        const cursor = String(dig(body, 'next_cursor'));
        for (const sort of SORTS) {
          const { status, body: told } = await json(`/api/v1/tasks?limit=1&sort=${sort}&cursor=${cursor}`);
          if (sort === made) expect(column(dig(told, 'tasks'), 'task_id')).toEqual(['b']);
          else
            expect({ status, told }).toMatchObject({
              status: 400,
              told: {
                parameter: 'cursor',
                detail: expect.stringMatching(/^cursor is ".*, but should be a next_cursor of this list$/),
              },
            });
        }
      }
    });
    await opened.close();
  });
});
