import { type Charge, COMPONENTS } from '../domain/charge.ts';
import type { TaskEvent } from '../domain/history.ts';
import type { CounterDelta, CounterTotal, TraceState } from '../domain/ledger.ts';
import { addUsd, type UsdPico, ZERO_USD } from '../domain/money.ts';
import type { Adjustment, Repricing } from '../domain/repricing.ts';
import type { OutcomeReport, Task, TaskPart } from '../domain/task.ts';
import type { CallKey } from '../domain/twins.ts';

/** All that a ledger keeps, in plain maps. */
export interface MemoryState {
  readonly traces: Map<string, KeptTrace>;
  readonly tasks: Map<string, { readonly task: Task; readonly charges: readonly Charge[] }>;
  /** By task, then by key, in order of arrival. */
  readonly reports: Map<string, Map<string, OutcomeReport>>;
  readonly counters: Map<string, CounterTotal>;
  readonly adjustments: Adjustment[];
  readonly repricings: Map<number, Repricing>;
  /** In the order in which they were kept. */
  readonly history: TaskEvent[];
  /** Traces settled last before this time (ms) have no lines. */
  rolledOffMs: number;
}

export interface KeptTrace extends TraceState {
  readonly charges: readonly Charge[];
  readonly calls: readonly CallKey[];
  readonly settledAt: number;
  /** In the order in which traces were first settled, from 1. */
  readonly number: number;
  /** Lines that rolled off: still in the sums by model, and in no answer. */
  readonly bygone: readonly Charge[];
}

/** Every task's parts, in the order of their trace ids. */
export function partsByTask(state: MemoryState): ReadonlyMap<string, readonly TaskPart[]> {
  const parts = [...state.traces.values()].flatMap((trace) => trace.parts);
  return byTask(parts.sort((left, right) => compareTexts(left.traceId, right.traceId)));
}

export const tasksOf = (state: MemoryState): readonly Task[] =>
  [...state.tasks.values()].map((row) => row.task);

export const everyCharge = (state: MemoryState): readonly Charge[] => [
  ...[...state.traces.values()].flatMap((trace) => trace.charges),
  ...[...state.tasks.values()].flatMap((row) => row.charges),
];

/** All that the sums by model are made of. */
export const summedByTask = (state: MemoryState): ReadonlyMap<string, readonly Charge[]> =>
  byTask([...everyCharge(state), ...[...state.traces.values()].flatMap((trace) => trace.bygone)]);

function byTask<T extends { readonly taskId: string }>(
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const lists = new Map<string, T[]>();
  for (const item of items) {
    const list = lists.get(item.taskId);
    if (list === undefined) lists.set(item.taskId, [item]);
    else list.push(item);
  }
  return lists;
}

export const totalOf = (task: Task): UsdPico =>
  COMPONENTS.reduce((total, component) => addUsd(total, task.cost[component]), ZERO_USD);

/** Order of UTF-8 bytes, as databases sort. */
export const compareTexts = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

/** What a ledger that has only these totals was told to add. */
export const countersOf = (state: MemoryState): readonly CounterDelta[] =>
  [...state.counters.values()].map(({ labels, total }) => ({ ...labels, by: total }));
