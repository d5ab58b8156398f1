import type { Task } from './task.ts';

/**
 * One change of a task, as a settle step or a re-pricing made it. Kept for ever, also of a task that is gone.
 *
 * Told of are: every change of state, outcome, close time, value and identity; every change of the cost of a task that
 * is or was closed; every trace that came from another task or went to one; and what a re-pricing did. An open task
 * that only grows is not told of: what it cost stands in the change that closes it.
 */
export interface TaskEvent {
  readonly taskId: string;
  /** Milliseconds since 1970 at which the ledger took it. */
  readonly atMs: number;
  /** What made it, at least one. */
  readonly by: readonly Cause[];
  /** The fields that it changed, and the cost where state or outcome changed; undefined where no such task was. */
  readonly before: TaskSight | undefined;
  /** The same fields as they are now; undefined where the task is gone. */
  readonly after: TaskSight | undefined;
  /** Traces that were another's, with the tasks that lost them. */
  readonly cameFrom: readonly TraceMove[];
  /** Traces that are no longer of this task, with the tasks that have them now: none where nothing of them is left. */
  readonly wentTo: readonly TraceMove[];
}

export type Cause =
  /** Spans that were settled; at most ten of their traces. */
  | { readonly kind: 'spans'; readonly traceIds: readonly string[] }
  /** A report; of many at once the ten that came last. */
  | { readonly kind: 'report'; readonly source: string; readonly key: string }
  /** Time: nothing more was heard, so the roots or the policy decided. */
  | { readonly kind: 'policy' }
  /** A restatement of prices: its number, and who asked for it. */
  | { readonly kind: 'repricing'; readonly id: number; readonly by: string };

export interface TraceMove {
  readonly traceId: string;
  readonly taskIds: readonly string[];
}

/** The fields of a task whose changes are told of. */
export const SEEN_FIELDS = [
  'state',
  'outcome',
  'closedBy',
  'closedAt',
  'value',
  'agentType',
  'taskType',
  'promptVersion',
  'user',
  'dimensions',
  'cost',
  'unpricedCalls',
] as const satisfies readonly (keyof Task)[];
export type SeenField = (typeof SEEN_FIELDS)[number];

/** Some fields of a task. One that is present and undefined had no value. */
export type TaskSight = { readonly [K in SeenField]?: Task[K] | undefined };

export interface HistoryQuery {
  readonly taskId: string;
  readonly limit: number;
  /** As given by the page before. An unreadable one is answered by an InvalidCursor error. */
  readonly cursor?: string;
}

/** Oldest first. */
export interface HistoryPage {
  readonly events: readonly TaskEvent[];
  readonly nextCursor: string | undefined;
}
