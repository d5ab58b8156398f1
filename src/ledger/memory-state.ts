import { type Charge, COMPONENTS } from '../domain/charge.ts';
import type { CounterDelta, TraceState } from '../domain/ledger.ts';
import { addUsd, type UsdPico, ZERO_USD } from '../domain/money.ts';
import type { OutcomeReport, Task, TaskPart } from '../domain/task.ts';

/** All that a ledger keeps, in plain maps. */
export interface MemoryState {
  readonly traces: Map<string, KeptTrace>;
  readonly tasks: Map<string, { readonly task: Task; readonly charges: readonly Charge[] }>;
  /** By task, then by key, in order of arrival. */
  readonly reports: Map<string, Map<string, OutcomeReport>>;
  readonly counters: Map<string, CounterDelta>;
}

export interface KeptTrace extends TraceState {
  readonly charges: readonly Charge[];
  readonly settledAt: number;
}

/** A task's parts in the order of their trace ids. */
export const partsOfTask = (state: MemoryState, taskId: string): readonly TaskPart[] =>
  [...state.traces.values()]
    .flatMap((trace) => trace.parts)
    .filter((part) => part.taskId === taskId)
    .sort((left, right) => (left.traceId < right.traceId ? -1 : 1));

export const tasksOf = (state: MemoryState): readonly Task[] =>
  [...state.tasks.values()].map((row) => row.task);

export const everyCharge = (state: MemoryState): readonly Charge[] => [
  ...[...state.traces.values()].flatMap((trace) => trace.charges),
  ...[...state.tasks.values()].flatMap((row) => row.charges),
];

export const allCharges = (state: MemoryState, taskId: string): readonly Charge[] =>
  everyCharge(state).filter((charge) => charge.taskId === taskId);

export const totalOf = (task: Task): UsdPico =>
  COMPONENTS.reduce((total, component) => addUsd(total, task.cost[component]), ZERO_USD);

/** Order of UTF-8 bytes, as databases sort. */
export const compareTexts = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));
