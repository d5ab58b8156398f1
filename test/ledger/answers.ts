import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { ChargeLine, LineQuery } from '../../src/domain/charge-line.ts';
import type { TaskEvent } from '../../src/domain/history.ts';
import type { Ledger, SettleChange } from '../../src/domain/ledger.ts';
import type { TaskQuery } from '../../src/domain/ledger-reads.ts';
import type { ZERO_USD } from '../../src/domain/money.ts';
import { adjustedLine, type RepriceScope } from '../../src/domain/repricing.ts';
import type { TaskPart } from '../../src/domain/task.ts';
import type { CallKey } from '../../src/domain/twins.ts';
import { anyKey } from './any-twins.ts';
import { KNOWN } from './changes.ts';

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
const LINES: readonly LineQuery[] = [
  {},
  { from: START + 10n, to: START + 25n },
  { model: "mo'del" },
  { model: 'never seen' },
  { agentType: 'support', to: START + 30n },
  { agentType: '', taskType: 'coder' },
  { taskType: 'never seen' },
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

const EVERYTHING: RepriceScope = { from: undefined, to: undefined, model: undefined, only: 'all' };
const SCOPES: readonly Partial<RepriceScope>[] = [
  {},
  { only: 'unpriced', model: "mo'del" },
  { only: 'waiting', from: START + 10n, to: START + 35n },
];

/** All pages of a scope, one behind the other; as many traces a page as makes pages meet. */
export async function allRepriceable(ledger: Ledger, scope: RepriceScope, limit = 3) {
  const traces = [];
  const until = await ledger.lastTrace();
  for (let after = 0; ; ) {
    const page = await ledger.repriceable({ scope, after, until, limit });
    if (page.next === undefined) return traces;
    if (page.next <= after) throw new Error('a page that leads nowhere');
    traces.push(...page.traces.map((trace) => ({ ...trace, skeleton: [...trace.skeleton] })));
    after = page.next;
  }
}

/** All pages of a task's history, one behind the other; undefined where no task has the id, and none had. */
export async function wholeHistory(
  ledger: Pick<Ledger, 'history'>,
  taskId: string,
  limit = 2,
): Promise<readonly TaskEvent[] | undefined> {
  const events: TaskEvent[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ledger.history({ taskId, limit, ...(cursor !== undefined && { cursor }) });
    if (page === undefined) return undefined;
    events.push(...page.events);
    if (page.nextCursor === undefined) return events;
    if (page.events.length !== limit) throw new Error('a page that is not full, with one behind it');
    cursor = page.nextCursor;
  }
}

/** All pages of one snapshot; a page is never empty. */
export async function linesOf(ledger: Ledger, query: LineQuery): Promise<readonly ChargeLine[]> {
  const snapshot = await ledger.snapshot();
  const lines: ChargeLine[] = [];
  for await (const page of snapshot.lines(query)) {
    if (page.length === 0) throw new Error('an empty page');
    lines.push(...page);
  }
  await snapshot.close();
  return lines;
}

/** Keys of all sorts, at the edges of what is near. */
const KEYS: readonly CallKey[] = fc.sample(anyKey, { numRuns: 40, seed: 7 });

/** Every answer that a ledger gives, lists without a promised order sorted; `known` are the ids that are asked for. */
export async function everything(
  ledger: Ledger,
  known: { readonly traces: readonly string[]; readonly tasks: readonly string[] } = KNOWN,
) {
  const economics = [];
  for (const groupBy of GROUPS)
    for (const window of WINDOWS) economics.push(await ledger.unitEconomics({ ...window, groupBy }));
  return {
    economics,
    tasks: await each(QUERIES, (query) => ledger.tasks(query)),
    details: await each(known.tasks, (id) => ledger.task(id)),
    charges: await each(known.tasks, (id) => ledger.charges(id)),
    lines: await each(LINES, (query) => linesOf(ledger, query)),
    adjustments: await each(known.tasks, (id) => ledger.adjustments(id)),
    histories: await each(known.tasks, (id) => wholeHistory(ledger, id)),
    repricings: await ledger.repricings(),
    repriceable: await each(SCOPES, (scope) => allRepriceable(ledger, { ...EVERYTHING, ...scope })),
    lastTrace: await ledger.lastTrace(),
    traces: [...(await ledger.traces(known.traces))]
      .sort(byKey)
      .map(([id, state]) => [id, { ...state, skeleton: [...state.skeleton] }]),
    kin: (await each(KEYS, (key) => ledger.kin([key]))).map((ids) => [...ids].sort()),
    kinOfAll: [...(await ledger.kin(KEYS))].sort(),
    states: [...(await ledger.tasksState(known.tasks))].sort(byKey),
    open: sorted(await ledger.openTasks()),
    collections: await each(GROUPS, (groupBy) => collectionOf(ledger, groupBy)),
    counters: sorted(await ledger.counters()),
    unpriced: sorted(await ledger.unpriced()),
    reported: sorted(await ledger.reportedCosts()),
    health: await ledger.dataHealth(),
    rolledOff: await ledger.rolledOff(),
    position: await ledger.position(),
    due: await each([0, 50, 100], (now) => ledger.dueTasks(now, 2)),
    nextDue: await ledger.nextDue(),
  };
}

/** Of windows that overlap, meet, are empty, and end before they begin. */
async function collectionOf(ledger: Ledger, groupBy: readonly string[]) {
  const windows = [
    ...WINDOWS,
    { from: START + 20n, to: START + 40n },
    { from: START + 40n, to: 2n ** 70n },
    { from: START, to: START },
    { from: START + 25n, to: START + 10n },
  ];
  const { closed, open, counters } = await ledger.collect({ windows, groupBy });
  const totals = counters.map(({ labels, total }) => ({ ...labels, by: total }));
  expect(sorted(totals)).toEqual(sorted(await ledger.counters()));
  return { closed, open: sorted(open) };
}

export async function each<T, U>(items: readonly T[], ask: (item: T) => Promise<U>): Promise<readonly U[]> {
  const answers: U[] = [];
  for (const item of items) answers.push(await ask(item));
  return answers;
}

const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]) =>
  left < right ? -1 : 1;

export function sorted<T extends object>(rows: readonly T[]): readonly T[] {
  const text = (row: T) =>
    JSON.stringify(
      Object.entries(row).sort(([left], [right]) => (left < right ? -1 : 1)),
      (_, value) => (typeof value === 'bigint' ? value.toString() : value),
    );
  return [...rows].sort((left, right) => (text(left) < text(right) ? -1 : 1));
}

/**
 * Says of each trace truly whether the ledger knew it before the change. Only what is known is priced anew, and its
 * parts keep all but their costs.
 */
export function withFreshness(changes: readonly SettleChange[]): readonly SettleChange[] {
  const kept = new Map<string, readonly TaskPart[]>();
  return changes.map((change) => {
    const traces = change.traces.map((trace) => ({ ...trace, fresh: !kept.has(trace.traceId) }));
    const settled = new Set(traces.map(({ traceId }) => traceId));
    const repriced = (change.repriced ?? []).flatMap((one) => {
      const parts = kept.get(one.traceId);
      if (parts === undefined || settled.has(one.traceId)) return [];
      return { ...one, parts: parts.map((part, at) => ({ ...part, ...costsOf(one.parts[at]) })) };
    });
    for (const { traceId, parts } of traces) kept.set(traceId, parts);
    const adjustments = (change.adjustments ?? []).filter((one) => kept.has(adjustedLine(one).traceId));
    return { ...change, traces, repriced, adjustments };
  });
}

const costsOf = (part: TaskPart | undefined) =>
  part && { costs: part.costs, unpricedCalls: part.unpricedCalls, flags: part.flags };
