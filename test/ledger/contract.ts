import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { COMPONENTS } from '../../src/domain/charge.ts';
import { InvalidCursor, type Ledger, type SettleChange, type TaskQuery } from '../../src/domain/ledger.ts';
import { ZERO_USD } from '../../src/domain/money.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { KNOWN, NOTHING, settleChange } from './changes.ts';
import { aCharge, aTask, aTrace } from './samples.ts';

export interface OpenLedger {
  readonly ledger: Ledger;
  /** Closes it and opens what it left behind. */
  reopen(): Promise<OpenLedger>;
  close(): Promise<void>;
}

/**
 * What every ledger promises.
 *
 * **Goal**: whatever is applied, every answer is that of the model. **Method**: fast-check draws sequences of
 * changes over few names, so that traces move between tasks, reports repeat and sums meet; the model in memory,
 * which computes every answer anew, is the judge.
 */
export function ledgerContract(engine: string, open: () => Promise<OpenLedger>, runs = 60): void {
  // Shrinking asks a database hundreds of times; the seed that is printed gives the same case again.
  const endOnFailure = engine !== 'memory';
  let opened: OpenLedger | undefined;
  const fresh = async () => {
    await opened?.close();
    opened = await open();
    return opened.ledger;
  };
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });

  describe(`${engine}: any sequence of changes`, () => {
    const sequence = fc.array(settleChange, { minLength: 1, maxLength: 5 });

    test('gives the answers of the model, also after it was closed and opened again', async () => {
      await fc.assert(
        fc.asyncProperty(sequence, async (changes) => {
          const ledger = await fresh();
          const model = openMemoryLedger();
          for (const change of await withFreshness(changes)) {
            await ledger.apply(change);
            await model.apply(change);
          }
          const judged = await everything(model);
          expect(await everything(ledger)).toEqual(judged);
          opened = await opened!.reopen();
          expect(await everything(opened.ledger)).toEqual(judged);
        }),
        { numRuns: runs, endOnFailure },
      );
    });

    test('applied twice leaves the same ledger, but for the counters', async () => {
      await fc.assert(
        fc.asyncProperty(sequence, async (changes) => {
          const ledger = await fresh();
          const marked = await withFreshness(changes);
          for (const change of marked) await ledger.apply(change);
          const { counters, ...before } = await everything(ledger);
          await ledger.apply(marked.at(-1)!);
          const { counters: more, ...after } = await everything(ledger);
          expect(after).toEqual(before);
          expect(more.length).toBe(counters.length);
        }),
        { numRuns: runs / 2, endOnFailure },
      );
    });
  });

  describe(`${engine}: the same key three times in one change`, () => {
    test('counts all three deltas of a counter, new and known', async () => {
      const ledger = await fresh();
      const delta = { counter: 'actions', agentType: 'a', taskType: 't', dimensions: [], tool: 'x' } as const;
      const three = [1n, 1n, 1n].map((by) => ({ ...delta, status: 'ok' as const, by }));
      await ledger.apply({ ...NOTHING, counters: three });
      await ledger.apply({ ...NOTHING, counters: three });
      expect(await ledger.counters()).toEqual([{ ...delta, status: 'ok', by: 6n }]);
    });

    test('keeps a trace and a task as they came last, a report as it came first', async () => {
      const ledger = await fresh();
      const report = {
        taskId: 'ticket-1',
        outcome: 'solved' as const,
        at: 5n,
        remediation: undefined,
        value: undefined,
        source: 'crm',
        key: 'k',
      };
      for (let times = 0; times < 2; times += 1)
        await ledger.apply({
          ...NOTHING,
          traces: [1n, 2n, 3n].map((amount) =>
            aTrace({ fresh: times === 0, charges: [aCharge({ amount })] }),
          ),
          tasks: [1n, 2n, 3n].map((cost) => ({ task: aTask({ inference: cost }), charges: [] })),
          reports: ['first', 'second', 'third'].map((source) => ({ ...report, source })),
        });
      expect((await ledger.charges('ticket-1'))!.map((one) => one.amount)).toEqual([3n]);
      expect((await ledger.task('ticket-1'))!.cost.inference).toBe(3n);
      expect((await ledger.dataHealth()).tasks).toBe(1);
      const state = (await ledger.tasksState(['ticket-1'])).get('ticket-1')!;
      expect(state.reports.map((one) => one.source)).toEqual(['first']);
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

  describe(`${engine}: by model`, () => {
    test('a task counts once under every model that it used, however many traces used it', async () => {
      const ledger = await fresh();
      const call = (traceId: string, model: string, amount: bigint) =>
        aTrace({ traceId, charges: [aCharge({ traceId, model, amount })] });
      await ledger.apply({
        ...NOTHING,
        traces: [
          call('a'.repeat(32), 'gpt', 1n),
          call('b'.repeat(32), 'gpt', 2n),
          call('c'.repeat(32), 'opus', 4n),
        ],
        tasks: [{ task: aTask({ inference: 7n }), charges: [] }],
      });
      const rows = await ledger.unitEconomics({ from: 0n, to: 100n, groupBy: ['model'] });
      expect(rows.map((row) => [row.group[0], row.tasks.solved, row.cost.inference, row.modelCalls])).toEqual(
        [
          ['gpt', 1, 3n, 2],
          ['opus', 1, 4n, 1],
        ],
      );
    });

    test('what is no inference, and a task that used nothing, stand under the empty name', async () => {
      const ledger = await fresh();
      const human = aCharge({ traceId: '', spanId: '', component: 'remediation', amount: 10n, model: '' });
      await ledger.apply({
        ...NOTHING,
        tasks: [
          { task: aTask({ taskId: 'helped' }), charges: [{ ...human, taskId: 'helped' }] },
          { task: aTask({ taskId: 'idle' }), charges: [] },
        ],
      });
      const rows = await ledger.unitEconomics({ from: 0n, to: 100n, groupBy: ['model'] });
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ group: [''], tasks: { solved: 2 }, cost: { remediation: 10n } });
    });
  });

  test(`${engine}: a trace whose skeleton was let go is still known, by its parts`, async () => {
    const ledger = await fresh();
    await ledger.apply({ ...NOTHING, traces: [aTrace({ settledAt: 10 })], forgetBefore: 11 });
    const [traceId] = [aTrace({}).traceId];
    const state = (await ledger.traces([traceId])).get(traceId)!;
    expect(state.skeleton).toHaveLength(0);
  });

  test(`${engine}: an empty ledger has answers for everything`, async () => {
    const ledger = await fresh();
    expect(await ledger.position()).toBe('');
    expect(await ledger.unitEconomics({ from: 0n, to: 2n ** 63n, groupBy: [] })).toEqual([]);
    expect(await ledger.task('nobody')).toBeUndefined();
    expect(await ledger.charges('nobody')).toBeUndefined();
    expect(await ledger.nextDue()).toBeUndefined();
    expect((await ledger.dataHealth()).totalCost).toBe(ZERO_USD);
    expect(COMPONENTS.length).toBe(5);
  });
}

/** Says of each trace truly whether the ledger knew it before the change. */
async function withFreshness(changes: readonly SettleChange[]): Promise<readonly SettleChange[]> {
  const seen = new Set<string>();
  return changes.map((change) => {
    const traces = change.traces.map((trace) => ({ ...trace, fresh: !seen.has(trace.traceId) }));
    for (const { traceId } of traces) seen.add(traceId);
    return { ...change, traces };
  });
}

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

const START = KNOWN.start;
const QUERIES: readonly TaskQuery[] = [
  { sort: 'cost', limit: 100 },
  { sort: 'closed_at', limit: 100 },
  { sort: 'started_at', limit: 2 },
  { sort: 'cost', limit: 100, agentType: 'support' },
  { sort: 'cost', limit: 100, taskType: 'coder', outcome: 'open' },
  { sort: 'cost', limit: 100, outcome: 'failed' },
  { sort: 'cost', limit: 100, model: "mo'del" },
  { sort: 'cost', limit: 100, model: 'never seen' },
  { sort: 'cost', limit: 100, from: START + 10n, to: START + 30n },
  { sort: 'cost', limit: 100, minCost: (2n ** 59n) as typeof ZERO_USD },
];
const GROUPS = [
  [],
  ['agent_type'],
  ['task_type', 'dimension:1'],
  ['dimension:0', 'agent_type', 'dimension:1'],
  ['model'],
  ['agent_type', 'model', 'dimension:0'],
];
const WINDOWS = [
  { from: 0n, to: 2n ** 63n - 1n },
  { from: START + 10n, to: START + 25n },
];

/** Every answer that a ledger gives, lists without a promised order sorted. */
async function everything(ledger: Ledger) {
  const economics = [];
  for (const groupBy of GROUPS)
    for (const window of WINDOWS) economics.push(await ledger.unitEconomics({ ...window, groupBy }));
  return {
    economics,
    tasks: await each(QUERIES, (query) => ledger.tasks(query)),
    details: await each(KNOWN.tasks, (id) => ledger.task(id)),
    charges: await each(KNOWN.tasks, (id) => ledger.charges(id)),
    traces: [...(await ledger.traces(KNOWN.traces))]
      .sort(byKey)
      .map(([id, state]) => [id, { ...state, skeleton: [...state.skeleton] }]),
    states: [...(await ledger.tasksState(KNOWN.tasks))].sort(byKey),
    open: sorted(await ledger.openTasks()),
    counters: sorted(await ledger.counters()),
    unpriced: sorted(await ledger.unpriced()),
    health: await ledger.dataHealth(),
    position: await ledger.position(),
    due: await each([0, 50, 100], (now) => ledger.dueTasks(now, 2)),
    nextDue: await ledger.nextDue(),
  };
}

async function each<T, U>(items: readonly T[], ask: (item: T) => Promise<U>): Promise<readonly U[]> {
  const answers: U[] = [];
  for (const item of items) answers.push(await ask(item));
  return answers;
}

const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]) =>
  left < right ? -1 : 1;

function sorted<T extends object>(rows: readonly T[]): readonly T[] {
  const text = (row: T) =>
    JSON.stringify(
      Object.entries(row).sort(([left], [right]) => (left < right ? -1 : 1)),
      (_, value) => (typeof value === 'bigint' ? value.toString() : value),
    );
  return [...rows].sort((left, right) => (text(left) < text(right) ? -1 : 1));
}
