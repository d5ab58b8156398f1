import type { Charge, Component } from './charge.ts';
import type { TaskEvent } from './history.ts';
import type { LedgerReads } from './ledger-reads.ts';
import type { Adjustment, RepricedTrace, RepricePage, RepriceQuery, Repricing } from './repricing.ts';
import type { OutcomeReport, Task, TaskPart } from './task.ts';
import type { CallKey, Verdict } from './twins.ts';
import type { Tokens } from './usage.ts';

/**
 * What every ledger engine promises. One settle writer in a process; any number of readers.
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
  /**
   * Ends what was begun by reading. Rejects with LedgerConflict where what `traces`, `tasksState` or `repriceable` gave
   * since the last `apply` is not so any more, because other processes write to the same database.
   */
  apply(change: SettleChange): Promise<void>;
  /** Journal position up to which everything is in here; '' for none. */
  position(): Promise<string>;
  /** Open tasks whose `dueAt` is not after `now`, oldest first. */
  dueTasks(now: number, limit: number): Promise<readonly string[]>;
  /** The earliest `dueAt` of all open tasks. */
  nextDue(): Promise<number | undefined>;
  /** Traces with a charge in scope, all of whose lines are kept, in the order of their numbers. */
  repriceable(query: RepriceQuery): Promise<RepricePage>;
  /** The number of the trace that was first settled last; 0 for none. */
  lastTrace(): Promise<number>;
  /**
   * Lets charge lines go for good, and gives how many went; 0 where there are none left to go. Each call is a short
   * transaction of its own, to be called again between two settle steps.
   *
   * The lines of a trace go together, once the month (UTC) in which it was settled last had ended by `beforeMs`; so does
   * what is left of its skeleton, calls and verdict. All else stays as it is: tasks, their own charges, parts, reports,
   * counters, adjustments, and every sum, also by model.
   *
   * What is settled after it with a clock that was set back counts as settled at `rolledOff().beforeMs`.
   */
  rollOff(beforeMs: number): Promise<number>;
  close(): Promise<void>;
}

export interface TraceState {
  /** The trace's facts as a journal record; see fact-codec.ts. Empty once it was let go (`forgetBefore`). */
  readonly skeleton: Uint8Array;
  readonly parts: readonly TaskPart[];
  /** What other traces change about it; goes with the skeleton. */
  readonly verdict: Verdict;
  /**
   * True where lines of it rolled off, and then for ever. A change of such a trace has the lines that are left, and those
   * to be added; its parts are whole. The ledger adds what went to the sums by model, and does not price it anew.
   */
  readonly rolledOff?: true;
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
  /** Known traces, none of them in `traces` or `rolledOff`. */
  readonly repriced?: readonly RepricedTrace[];
  /** Kept for ever. Those that one re-pricing makes of one trace replace each other. */
  readonly adjustments?: readonly Adjustment[];
  /** Replaces what was kept under its number. */
  readonly repricing?: Repricing;
  /** Kept for ever, in this order. One that is kept already, word for word and of the same time, is not kept again. */
  readonly history?: readonly TaskEvent[];
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
/** A running total of a counter since the ledger began. */
export interface CounterTotal {
  /** The same object for the same counter as long as the ledger is open, so that what is made of labels can be kept. */
  readonly labels: CounterLabels;
  readonly total: bigint;
}
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

/** The ledger can be neither read nor written now: its disk is full, failing or damaged. Ask again later. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** Another writer changed what this change is made of, after it was read. Nothing of it was kept: read anew, and make it anew. */
export class LedgerConflict extends Error {
  override readonly name = 'LedgerConflict';
}
