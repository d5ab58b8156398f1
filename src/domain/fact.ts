import type { Component } from './charge.ts';
import type { Served } from './served.ts';
import type { Outcome } from './task.ts';
import type { Usage } from './usage.ts';

/**
 * What a span is in our vocabulary. `agent` and `workflow` are wrappers; `retrieval` is a framework's
 * retriever around the database span; `edge` is any span that only holds the tree together.
 */
export const FACT_KINDS = [
  'edge',
  'inference',
  'embedding',
  'rerank',
  'tool',
  'vector',
  'retrieval',
  'agent',
  'workflow',
] as const;
export type FactKind = (typeof FACT_KINDS)[number];

/** Doubts about a span, kept with it and shown on its charges and task. The order is the bit order in the journal. */
export const FACT_FLAGS = [
  /** No evidence whether input includes cached tokens; read as inclusive. */
  'assumed_inclusive',
  /** Detail was larger than its total and was cut to it. */
  'clamped',
  /** A count was negative, NaN, fractional or absurd and was left out. */
  'bad_count',
  /** The span ended before it started, or far in the past or future. */
  'clock_skewed',
  /** The session id or another text was longer than its limit and was cut. */
  'text_cut',
  /** An amount of money was negative, NaN or no number and was left out. */
  'bad_amount',
  /** The outcome attribute holds no outcome that exists, and was left out. */
  'bad_outcome',
  /** A stated cost names a component that does not exist; it was put under `tooling`. */
  'bad_component',
  /** The emitter never says how much of the input was cached: it is all charged as fresh, which is too much if any was. */
  'cache_unreported',
  /** The emitter never says how much of the output was thoughts: reasoning is counted as none. */
  'reasoning_unreported',
  /** The emitter may have counted the tokens itself, by a tokenizer, where the provider did not say them. */
  'usage_estimated',
  /** Tokens written to Anthropic's cache, and nothing says for how long: charged as for five minutes, the cheaper one. */
  'cache_ttl_assumed',
  /** The service tier is the one that was asked for; the span does not say which one served. */
  'tier_requested',
  /** The application's own cache gave the answer: no provider was asked, and none bills it. */
  'cache_hit',
  /** A reported cost is in another currency than dollars and was left out. */
  'foreign_currency',
] as const;
export type FactFlag = (typeof FACT_FLAGS)[number];

/** What one layer of a call leaves out another may say: these are doubts about the call, not about the span. */
export const CALL_DOUBTS: readonly FactFlag[] = [
  'cache_unreported',
  'reasoning_unreported',
  'cache_ttl_assumed',
  'usage_estimated',
];

/** Who a span says it belongs to. Every field is a claim of this span alone. */
export interface Identity {
  /** From Solvent's own session attributes. */
  readonly session?: string;
  /** From a dialect's session attribute; believed where no span has `session`. */
  readonly dialectSession?: string;
  /** `agent.task.id`. */
  readonly task?: string;
  /** `agent.type` and its spellings. */
  readonly agentType?: string;
  /** `gen_ai.agent.name` and its like. */
  readonly agentName?: string;
  readonly taskType?: string;
  readonly promptVersion?: string;
  /** Whom the agent works for (`user.id` and its like). */
  readonly user?: string;
  /** By position in the settings' `dimensions`; an empty string is unset. */
  readonly dimensions?: readonly string[];
}

/** What the resource says for all its spans. The same object for all spans of one resource in one request. */
export interface Context extends Identity {
  readonly service?: string;
  /** What the resource says its tasks are worth; a span's own word comes before it. */
  readonly valueUsd?: string;
}

/** A measured amount of a unit that a price row may name, e.g. `pinecone_read_unit`: `12`. */
export interface UnitCount {
  readonly unit: string;
  /** Decimal text. */
  readonly quantity: string;
}

/**
 * What the usage on a wrapper of this emitter is the sum of, where that is known: one `run`, so that what its calls
 * do not explain is spent all the same; or the whole `life` of the agent object, earlier runs included.
 */
export type Covers = 'run' | 'life';

/** What a span says, without its ids and times: made by normalize. */
export interface Meaning {
  readonly kind: FactKind;
  readonly context: Context;
  readonly identity?: Identity;
  /** File name of the dialect that read it; empty for an edge. */
  readonly dialect: string;
  /** Present where the span reports tokens, even zeros. */
  readonly usage?: Usage;
  /** Only on wrappers with usage. */
  readonly covers?: Covers;
  readonly provider?: string;
  /** The response's model before the request's. */
  readonly model?: string;
  readonly responseId?: string;
  /** How and where the call was served, where the span says it. */
  readonly served?: Served;
  /** Tool name, or the database system of a vector span. */
  readonly tool?: string;
  readonly callId?: string;
  readonly units?: readonly UnitCount[];
  /** A cost that the agent states itself (`agent.cost.usd`). Decimal text in USD, >= 0. */
  readonly stated?: { readonly usd: string; readonly component: Component };
  /** A cost that the emitter computed (`gen_ai.usage.cost`, ...). Kept beside ours, never added. Decimal text. */
  readonly reportedUsd?: string;
  readonly outcome?: { readonly outcome: Outcome; readonly at: bigint };
  readonly valueUsd?: string;
  readonly remediation?: { readonly costUsd?: string; readonly minutes?: string };
  readonly flags?: readonly FactFlag[];
  /** The dialect saw an error that the span's status does not tell. */
  readonly error?: true;
}

/** One span as the journal keeps it. */
export interface Fact extends Omit<Meaning, 'error'> {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** 16 hex digits; empty for a root. */
  readonly parentId: string;
  /** The sender's SDK says that the parent is in another process. */
  readonly remoteParent: boolean;
  /** Unix nanoseconds. `end >= start`: a span that ended before it started is flagged and ends at its start. */
  readonly start: bigint;
  readonly end: bigint;
  /** Status ERROR, or what the dialect counts as an error. */
  readonly error: boolean;
  /** Milliseconds since 1970 when it was received. */
  readonly receivedAt: number;
}
