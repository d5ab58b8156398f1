import type { Fault } from './audit.ts';
import type { Charge } from './charge.ts';
import type { ChargeLine, LineQuery } from './charge-line.ts';
import type { TaskEvent } from './history.ts';
import type { CounterDelta, TaskState } from './ledger.ts';
import type { Adjustment, Repricing } from './repricing.ts';
import type { TaskPart } from './task.ts';

/**
 * The ledger as it stood at one moment, for what reads more than one answer holds: settling goes on beside it and
 * changes nothing in it. Whoever asks for one closes it; an engine keeps old versions of rows until then.
 */
export interface LedgerSnapshot {
  /**
   * Every charge in range, those of tasks themselves too, in pages that are never empty. By time, trace, span, line
   * and, for the charges of tasks themselves, task id: an order that is the same in every engine. One walk at a time.
   */
  lines(query: LineQuery): AsyncIterable<readonly ChargeLine[]>;
  /**
   * Everything that is kept, to be compared with what it follows from; each walk to its end, one at a time. Where numbers
   * lead nowhere (`loose`), the others cannot be read.
   */
  loose(): AsyncIterable<readonly Fault[]>;
  traces(): AsyncIterable<AuditPage<AuditTrace>>;
  tasks(): AsyncIterable<AuditPage<AuditTask>>;
  books(): Promise<AuditBooks>;
  close(): Promise<void>;
}

export interface AuditPage<T> {
  readonly items: readonly T[];
  /** What the engine found wrong of these in tables of its own. */
  readonly faults: readonly Fault[];
  /** How much of the walk is done, 0 to 1. */
  readonly progress: number;
}

export interface AuditTrace {
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly settledAt: number;
  readonly parts: readonly TaskPart[];
  readonly charges: readonly Charge[];
  readonly adjustments: readonly Adjustment[];
  readonly rolledOff: boolean;
}

/** A task, or the id of one that is no more. */
export interface AuditTask extends TaskState {
  readonly taskId: string;
  readonly events: readonly TaskEvent[];
}

export interface AuditBooks {
  readonly counters: readonly CounterDelta[];
  readonly repricings: readonly Repricing[];
}
