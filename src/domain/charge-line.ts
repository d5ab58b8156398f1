import type { Charge } from './charge.ts';
import type { Task } from './task.ts';

/** What the charges of one model, class and price have in common; what differs is who, when, how many and how much. */
export type ChargeKind = Pick<
  Charge,
  | 'component'
  | 'provider'
  | 'model'
  | 'resource'
  | 'class'
  | 'rate'
  | 'priceId'
  | 'tableHash'
  | 'flags'
  | 'reason'
  | 'served'
>;

/** What a line says of its task: who, and how it ended as of now. */
export type LineTask = Pick<
  Task,
  | 'taskId'
  | 'agentType'
  | 'taskType'
  | 'promptVersion'
  | 'user'
  | 'dimensions'
  | 'state'
  | 'outcome'
  | 'closedBy'
  | 'closedAt'
>;

/**
 * One charge as an export tells it. `kind` and `task` are the same object for lines that share them, so that what is
 * made of them can be kept by identity.
 */
export interface ChargeLine
  extends Pick<Charge, 'traceId' | 'spanId' | 'line' | 'at' | 'quantity' | 'amount' | 'beside'> {
  readonly kind: ChargeKind;
  readonly task: LineTask;
}

/** Lines that ended at or after `from` and before `to` (Unix nanoseconds); what is left out bounds nothing. */
export interface LineQuery {
  readonly from?: bigint;
  readonly to?: bigint;
  readonly agentType?: string;
  readonly taskType?: string;
  readonly model?: string;
}

/** The labels of a task of which no row is kept. */
export const unknownTask = (taskId: string): LineTask => ({
  taskId,
  agentType: '',
  taskType: '',
  promptVersion: undefined,
  user: undefined,
  dimensions: [],
  state: 'open',
  outcome: undefined,
  closedBy: undefined,
  closedAt: undefined,
});
