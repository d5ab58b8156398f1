import type { FactFlag } from './fact.ts';
import type { Usage } from './usage.ts';
import type { ModelUse } from './use.ts';

/**
 * By what one trace's call, or running total, is found from another trace that may show it too. All fields are whole
 * numbers below 2^53, so that an engine keeps and compares them as they are; 0 says that there is nothing to find by.
 */
export interface CallKey {
  /** Of the response id; of a running total: of the agent that it belongs to. */
  readonly same: number;
  /** Of kind, model family and token counts. */
  readonly alike: number;
  /** Of the dialect, doubled, plus one where there is a response id; TOTAL_TELLER for a running total. */
  readonly teller: number;
  /** Of the session, or where there is none of the finer task; 0 where the trace knows neither. */
  readonly session: number;
  /** Unix milliseconds, rounded outwards. */
  readonly fromMs: number;
  readonly toMs: number;
}

export const TOTAL_TELLER = -1;

/** Within a session one response id is one call for this long: some local servers count theirs from 0 again. */
export const SESSION_REACH_MS = 3_600_000;
/** Where one of two says nothing of a session, the times must meet, but for what clocks of two machines differ. */
export const CLOCK_REACH_MS = 10_000;

/** Whether two keys can be of one call or one running total. Symmetric; engines say the same in their own words. */
export function mayBeOne(left: CallKey, right: CallKey): boolean {
  return maySame(left, right) || mayAlike(left, right);
}

export function maySame(left: CallKey, right: CallKey): boolean {
  if (left.same === 0 || left.same !== right.same) return false;
  if (left.teller === TOTAL_TELLER || right.teller === TOTAL_TELLER) return left.teller === right.teller;
  return gapMs(left, right) <= reachMs(left, right);
}

/** How far apart the times of one response id may be; below zero where two sessions make it two calls. */
export function reachMs({ session }: CallKey, { session: other }: CallKey): number {
  if (session === 0 || other === 0) return CLOCK_REACH_MS;
  return session === other ? SESSION_REACH_MS : -1;
}

/** Milliseconds between two calls; none where they overlap. */
export const gapMs = (left: CallKey, right: CallKey): number =>
  Math.max(0, left.fromMs - right.toMs, right.fromMs - left.toMs);

/**
 * Two spans of one dialect are two calls, for no instrumentation tells a call in two traces; and so are two different
 * response ids, and what two sessions did.
 */
export function mayAlike(left: CallKey, right: CallKey): boolean {
  if (left.alike === 0 || left.alike !== right.alike) return false;
  if (left.teller === TOTAL_TELLER || right.teller === TOTAL_TELLER) return false;
  if (left.teller >> 1 === right.teller >> 1 || (left.teller & right.teller & 1) !== 0) return false;
  return reachMs(left, right) >= 0 && gapMs(left, right) === 0;
}

/** A trace as others know it that show the same calls. */
export interface TraceMark {
  readonly traceId: string;
  /** The task of the call in question. */
  readonly taskId: string;
  /** The task has a session or task id. */
  readonly tagged: boolean;
  /** An agent, a workflow or a tool is in the trace: it is more than calls that somebody else wrapped. */
  readonly working: boolean;
  /** Unix nanoseconds, as decimal text. */
  readonly startedAt: string;
}

/** One model call, or one wrapper's running total, as a trace shows it once its own spans are untangled. */
export interface Sighting {
  readonly spanId: string;
  readonly kind: ModelUse['kind'] | 'total';
  readonly mark: TraceMark;
  readonly key: CallKey;
  readonly responseId: string | undefined;
  readonly start: bigint;
  readonly end: bigint;
  readonly usage: Usage | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly flags: readonly FactFlag[] | undefined;
  /** Empty where nothing names it. */
  readonly service: string;
  /** A gateway told it: a service of its own that shows the calls of others. */
  readonly gateway: boolean;
}

/**
 * What other traces change about one call of a trace. A trace's verdict is its list of rulings: a function of all
 * sightings that the ledger keeps, whatever the order in which they came; empty for almost every trace.
 */
export type Ruling = {
  readonly spanId: string;
  readonly kind: Sighting['kind'];
  /** The other traces that show the call; of a running total those next to it. */
  readonly others: readonly string[];
} & (
  | {
      readonly as: 'dropped';
      readonly rule: 'response_twin' | 'suspected_twin';
      /** Where the call is charged. */
      readonly keeper: TraceMark;
    }
  | {
      readonly as: 'kept';
      readonly suspected: boolean;
      /** As far as another trace knows better. */
      readonly usage?: Usage;
      readonly provider?: string;
      readonly model?: string;
      /** Doubts about the call that another trace has not. */
      readonly cured?: readonly FactFlag[];
    }
  /** A running total: what it was before, unless it began anew. */
  | { readonly as: 'grown'; readonly base?: Usage }
);
export type Verdict = readonly Ruling[];
