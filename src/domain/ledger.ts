import type { Charge, Component, UnpricedReason } from './charge.ts';
import type { UsdPico } from './money.ts';
import type { Adjustment, RepricedTrace, RepricePage, RepriceQuery, Repricing } from './repricing.ts';
import type { ClosedBy, Outcome, OutcomeReport, Task, TaskDetail, TaskPart } from './task.ts';
import type { CallKey, Verdict } from './twins.ts';
import type { Tokens } from './usage.ts';

/**
 * What every ledger engine promises. One settle writer; any number of readers.
 *
 * `apply` is one transaction: traces, parts, charges, tasks, reports, counters and the journal position
 * change together or not at all.
 *
 * **Invariant**: a task's sums equal the fold of its parts and its own charges; a part equals the fold of
 * its trace's charges; applying the same change twice leaves the same ledger, but for the counters, which
 * the caller derives from what it loaded.
 */
export interface Ledger extends LedgerReads {
  /** What is kept of these traces; a trace never settled is absent. */
  traces(traceIds: readonly string[]): Promise<ReadonlyMap<string, TraceState>>;
  /** Ids of the traces that keep a call which may be one with any of these; see `mayBeOne`. In any order. */
  kin(keys: readonly CallKey[]): Promise<readonly string[]>;
  /** What is kept of these tasks; a task never heard of is absent. */
  tasksState(taskIds: readonly string[]): Promise<ReadonlyMap<string, TaskState>>;
  apply(change: SettleChange): Promise<void>;
  /** Journal position up to which everything is in here; '' for none. */
  position(): Promise<string>;
  /** Open tasks whose `dueAt` is not after `now`, oldest first. */
  dueTasks(now: number, limit: number): Promise<readonly string[]>;
  /** The earliest `dueAt` of all open tasks. */
  nextDue(): Promise<number | undefined>;
  /** Traces with a charge in scope, in the order of their numbers. */
  repriceable(query: RepriceQuery): Promise<RepricePage>;
  /** The number of the trace that was first settled last; 0 for none. */
  lastTrace(): Promise<number>;
  close(): Promise<void>;
}

export interface TraceState {
  /** The trace's facts as a journal record; see fact-codec.ts. Empty once it was let go (`forgetBefore`). */
  readonly skeleton: Uint8Array;
  readonly parts: readonly TaskPart[];
  /** What other traces change about it; goes with the skeleton. */
  readonly verdict: Verdict;
}

export interface TaskState {
  readonly task: Task | undefined;
  readonly parts: readonly TaskPart[];
  readonly reports: readonly OutcomeReport[];
  /** Charges of the task itself, e.g. imputed remediation. */
  readonly charges: readonly Charge[];
}

export interface SettleChange {
  /** Each replaces what was kept of that trace: skeleton, charges and parts. */
  readonly traces: readonly TraceChange[];
  /** Each replaces the task row and the task's own charges. */
  readonly tasks: readonly { readonly task: Task; readonly charges: readonly Charge[] }[];
  /** Tasks that lost their last part to a better identity and have no report: they go, with their own charges. */
  readonly removed: readonly string[];
  /** A report whose key is already kept for its task changes nothing. */
  readonly reports: readonly OutcomeReport[];
  readonly counters: readonly CounterDelta[];
  /** Undefined leaves the position as it is. */
  readonly position: string | undefined;
  /**
   * Skeletons of traces settled before this time (ms) are let go, with what finds them, but for those with a charge
   * that waits for a price; undefined keeps all.
   */
  readonly forgetBefore: number | undefined;
  /** Known traces, none of them in `traces`. */
  readonly repriced?: readonly RepricedTrace[];
  /** Kept for ever. Those that one re-pricing makes of one trace replace each other. */
  readonly adjustments?: readonly Adjustment[];
  /** Replaces what was kept under its number. */
  readonly repricing?: Repricing;
}

export interface TraceChange {
  readonly traceId: string;
  /** True where `traces()` did not know it: nothing has to be deleted first. */
  readonly fresh: boolean;
  readonly skeleton: Uint8Array;
  readonly parts: readonly TaskPart[];
  readonly charges: readonly Charge[];
  /** By what other traces find it; they go with the skeleton. */
  readonly calls: readonly CallKey[];
  readonly verdict: Verdict;
  /** Milliseconds since 1970. */
  readonly settledAt: number;
}

/** A change of a monotone counter. `by` > 0. Money in picodollars, all else in whole units. */
export type CounterDelta = CounterLabels & { readonly by: bigint };
export type CounterLabels = {
  readonly agentType: string;
  readonly taskType: string;
  readonly dimensions: readonly string[];
} & (
  | {
      readonly counter: 'cost' | 'credited';
      readonly component: Component;
      readonly provider: string;
      readonly model: string;
    }
  | {
      readonly counter: 'tokens';
      readonly provider: string;
      readonly model: string;
      readonly tokenClass: keyof Tokens;
    }
  | { readonly counter: 'actions'; readonly tool: string; readonly status: 'ok' | 'error' }
);

/** What the API, the pages and the gauges ask. All times Unix nanoseconds unless the name says Ms. */
export interface LedgerReads {
  tasks(
    query: TaskQuery,
  ): Promise<{ readonly tasks: readonly Task[]; readonly nextCursor: string | undefined }>;
  task(taskId: string): Promise<TaskDetail | undefined>;
  /** Ordered by time, trace, span, line; undefined for an unknown task. */
  charges(taskId: string): Promise<readonly Charge[] | undefined>;
  /** What restatements of prices changed, in the order in which they did; undefined for an unknown task. */
  adjustments(taskId: string): Promise<readonly Adjustment[] | undefined>;
  /** By number. */
  repricings(): Promise<readonly Repricing[]>;
  unitEconomics(query: EconomicsQuery): Promise<readonly EconomicsRow[]>;
  openTasks(): Promise<readonly OpenRow[]>;
  /** Running totals since the ledger began. */
  counters(): Promise<readonly CounterDelta[]>;
  unpriced(): Promise<readonly UnpricedRow[]>;
  /** Calls whose emitter reports a cost, as they stand. */
  reportedCosts(): Promise<readonly ReportedRow[]>;
  dataHealth(): Promise<DataHealth>;
}

export interface TaskQuery {
  readonly agentType?: string;
  readonly taskType?: string;
  readonly outcome?: Outcome | 'open';
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
