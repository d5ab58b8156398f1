import type { Charge, Component, UnpricedReason } from './charge.ts';
import type { HistoryPage, HistoryQuery } from './history.ts';
import type { CounterDelta, CounterTotal } from './ledger.ts';
import type { LedgerSnapshot } from './ledger-snapshot.ts';
import type { UsdPico } from './money.ts';
import type { Adjustment, Repricing } from './repricing.ts';
import type { ClosedBy, Outcome, Task, TaskDetail } from './task.ts';
import type { Tokens } from './usage.ts';

/** What the API, the pages and the gauges ask. All times Unix nanoseconds unless the name says Ms. */
export interface LedgerReads {
  tasks(
    query: TaskQuery,
  ): Promise<{ readonly tasks: readonly Task[]; readonly nextCursor: string | undefined }>;
  task(taskId: string): Promise<TaskDetail | undefined>;
  /** Lines that are kept, by time, trace, span and line; undefined for an unknown task. */
  charges(taskId: string): Promise<readonly Charge[] | undefined>;
  /** What restatements of prices changed, in the order in which they did; undefined for an unknown task. */
  adjustments(taskId: string): Promise<readonly Adjustment[] | undefined>;
  /** What changed of a task, oldest first; undefined where no task has the id, and none had. */
  history(query: HistoryQuery): Promise<HistoryPage | undefined>;
  /** By number. */
  repricings(): Promise<readonly Repricing[]>;
  unitEconomics(query: EconomicsQuery): Promise<readonly EconomicsRow[]>;
  openTasks(): Promise<readonly OpenRow[]>;
  /** Running totals since the ledger began. */
  counters(): Promise<readonly CounterDelta[]>;
  /** All that one page of metrics shows. */
  collect(query: CollectionQuery): Promise<Collection>;
  /** Of the lines that are kept. */
  unpriced(): Promise<readonly UnpricedRow[]>;
  /** Calls whose emitter reports a cost, as they stand, and whose lines are kept. */
  reportedCosts(): Promise<readonly ReportedRow[]>;
  dataHealth(): Promise<DataHealth>;
  /** Everything as of now. */
  snapshot(): Promise<LedgerSnapshot>;
  /** What `Ledger.rollOff` let go so far. */
  rolledOff(): Promise<RolledOff>;
}

export interface RolledOff {
  /** Traces settled last before this time (ms, the begin of a month in UTC) have no lines; 0 for none. */
  readonly beforeMs: number;
  /** Traces that are marked `rolledOff`: those, and what was settled again after its lines had gone. */
  readonly traces: number;
}

export interface TaskQuery {
  readonly agentType?: string;
  readonly taskType?: string;
  readonly outcome?: Outcome | 'open';
  /** Tasks that used it, as `EconomicsRow` by model counts them; also where the lines that say so rolled off. */
  readonly model?: string;
  /** Tasks closed, or if open started, at or after / before. */
  readonly from?: bigint;
  readonly to?: bigint;
  readonly minCost?: UsdPico;
  /** Largest or newest first. Ties by task id. */
  readonly sort: 'cost' | 'closed_at' | 'started_at';
  readonly limit: number;
  /** As given by the page before. An unreadable one is answered by an InvalidCursor error. */
  readonly cursor?: string;
}

/** A cursor that this ledger did not give. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

export interface EconomicsQuery {
  /** Tasks closed at or after `from` and before `to`. */
  readonly from: bigint;
  readonly to: bigint;
  /** Any of `agent_type`, `task_type`, `model`, or `dimension:<position>`; empty is one row over all (none if there are no tasks). */
  readonly groupBy: readonly string[];
}

/**
 * One group of closed tasks. Grouped by `model`, a row holds the inference spent on that model (other
 * components under the model '') and counts each task under every model that it used.
 */
export interface EconomicsRow {
  /** Values in the order of `groupBy`. */
  readonly group: readonly string[];
  readonly tasks: Readonly<Record<Outcome, number>>;
  readonly closedBy: Readonly<Record<ClosedBy, number>>;
  readonly cost: Readonly<Record<Component, UsdPico>>;
  /** Cost of tasks that carried neither session nor task id. */
  readonly untaggedCost: UsdPico;
  readonly tokens: Tokens;
  readonly actions: number;
  /** Inference, embedding, rerank calls. */
  readonly modelCalls: number;
  readonly unpricedCalls: number;
}

export interface CollectionQuery {
  /** As in an EconomicsQuery; they may overlap. */
  readonly windows: readonly Pick<EconomicsQuery, 'from' | 'to'>[];
  /** As in an EconomicsQuery, of every window; never `model`. */
  readonly groupBy: readonly string[];
}

/** **Invariant**: all of it is as of one moment. What a change closed, left open and counted is in here whole or not at all. */
export interface Collection {
  /** By window, in the order of the query; each as `unitEconomics` gives it. */
  readonly closed: readonly (readonly EconomicsRow[])[];
  /** As `openTasks` and `counters` give them. */
  readonly open: readonly OpenRow[];
  readonly counters: readonly CounterTotal[];
}

export interface OpenRow {
  readonly agentType: string;
  readonly taskType: string;
  readonly dimensions: readonly string[];
  readonly tasks: number;
  readonly cost: UsdPico;
}

export interface UnpricedRow {
  readonly component: Component;
  readonly provider: string;
  readonly model: string;
  readonly resource: string;
  readonly unit: string;
  readonly reason: UnpricedReason;
  readonly calls: number;
  /** Tokens or units, in millionths. */
  readonly quantity: bigint;
  readonly firstSeen: bigint;
  readonly lastSeen: bigint;
}

export interface ReportedRow {
  readonly provider: string;
  readonly model: string;
  /** Calls with both costs, and the sums of both. */
  readonly calls: number;
  readonly reported: UsdPico;
  readonly computed: UsdPico;
  /** Calls that the price table has no cost for. */
  readonly uncomputed: number;
}

/** Shares are of tasks, but for the amounts. Everything since the ledger began. */
export interface DataHealth {
  readonly tasks: number;
  readonly tasksClosed: number;
  readonly untaggedTasks: number;
  readonly untaggedCost: UsdPico;
  readonly totalCost: UsdPico;
  readonly inferredTasks: number;
  readonly expiredTasks: number;
  readonly unpricedCalls: number;
  readonly modelCalls: number;
  readonly lowerBoundTasks: number;
  /** Spans whose usage or action was not counted, by rule. */
  readonly suppressed: Readonly<Record<string, number>>;
  /** Tasks by flag: `late`, `clock_skewed`, `assumed_inclusive`, ... */
  readonly flags: Readonly<Record<string, number>>;
}
