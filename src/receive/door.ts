import type { Accept, Refusal } from '../domain/request.ts';
import type { Count, LabelsOf } from '../domain/self-metrics.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Admission } from './admission.ts';

/** A port at which spans arrive. */
export interface Door {
  /** Rejects with an Error of one clear line where it cannot bind. Port 0 picks a free one. */
  listen(at: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }>;
  /** Stops accepting, lets what is in flight finish for at most `closeTimeoutMs`, then cuts it off. */
  close(): Promise<void>;
}

export interface DoorParts {
  readonly accept: Accept;
  readonly admission: Admission;
  readonly count: Count;
  readonly log: Log;
  readonly limits: DoorLimits;
  /** Times the slow senders over gRPC and the end of `close`. The system's where absent. */
  readonly clock?: Clock;
}

export interface DoorLimits {
  /** Bytes of one body, before and after decompression. */
  readonly bodyBytesMax: number;
  /** What a sender is asked to wait where the fault is ours. */
  readonly retryAfterMs: number;
  /** A request must have arrived whole within this; 60 s where absent. */
  readonly requestTimeoutMs?: number;
  /** Connections held at once; 4096 where absent. */
  readonly connectionsMax?: number;
  /** How long `close` waits for what is in flight; 10 s where absent. */
  readonly closeTimeoutMs?: number;
}

export const DOOR_DEFAULTS = {
  requestTimeoutMs: 60_000,
  connectionsMax: 4096,
  closeTimeoutMs: 10_000,
} as const;

/**
 * The largest body that this door takes. Its compressed and its inflated form are held together for a moment: one that could
 * never fit below the bound is too large, and not a case of overload, for its sender would resend it for ever.
 */
export function bodyBytesMaxOf({ limits, admission }: Pick<DoorParts, 'limits' | 'admission'>): number {
  return Math.min(limits.bodyBytesMax, Math.floor(admission.inflightBytesMax / 2));
}

/** Reasons that only a transport has; final for the sender, like `malformed`. */
export const TRANSPORT_REASONS = [
  'unknown_path',
  'wrong_method',
  'unknown_media_type',
  'unknown_coding',
  'bad_request',
  'headers_too_large',
] as const;
export type TransportReason = (typeof TRANSPORT_REASONS)[number];
export type DoorRefusal = Refusal | { readonly reason: TransportReason; readonly message: string };

/** How an answer is called in `solvent_requests_total`. A closed list: nothing that a sender writes becomes a label. */
const ANSWER_NAMES = [
  'accepted',
  'partial',
  'malformed',
  'too_large',
  'overloaded',
  'unavailable',
  ...TRANSPORT_REASONS,
] as const;
export type AnswerName = (typeof ANSWER_NAMES)[number];

/** The label sets of one transport, built once. */
export function answerLabels(transport: 'http' | 'grpc'): Readonly<Record<AnswerName, LabelsOf<'requests'>>> {
  const sets = ANSWER_NAMES.map((answer) => [answer, { transport, answer }] as const);
  return Object.fromEntries(sets) as Record<AnswerName, LabelsOf<'requests'>>;
}
