import type { Component } from './charge.ts';
import type { MicroUnits, UsdPico } from './money.ts';
import type { Tokens } from './usage.ts';
import type { TaskClaim } from './use.ts';

export const OUTCOMES = ['solved', 'remediated', 'failed', 'abandoned'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const isOutcome = (text: string): text is Outcome => (OUTCOMES as readonly string[]).includes(text);

export type ClosedBy = 'reported' | 'inferred' | 'expired';

export const CALL_KINDS = ['inference', 'embedding', 'rerank', 'vector', 'tool'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** What one trace adds to one task: the fold of its charges. Replaced as a whole when the trace is settled again. */
export interface TaskPart {
  readonly traceId: string;
  readonly taskId: string;
  readonly claim: TaskClaim;
  readonly costs: readonly CostShare[];
  readonly tokens: readonly TokenShare[];
  readonly actions: readonly ActionShare[];
  readonly calls: Readonly<Record<CallKind, number>>;
  /** Calls and units that make the total a lower bound. */
  readonly unpricedCalls: number;
  /** Flags of the charges, without repeats. */
  readonly flags: readonly string[];
  /**
   * `tableMark` of the one price table that the whole trace was priced by, in one go. Absent where lines of it stayed as
   * another had priced them, or where an older version kept the part.
   */
  readonly table?: string;
}

/** Sixteen digits of a hash tell it from every other; a part is kept for ever. */
export const tableMark = (tableHash: string): string => tableHash.slice(0, 16);

export interface CostShare {
  readonly component: Component;
  readonly provider: string;
  readonly model: string;
  readonly amount: UsdPico;
}

export interface TokenShare {
  readonly provider: string;
  readonly model: string;
  readonly tokens: Tokens;
}

export interface ActionShare {
  readonly tool: string;
  readonly status: 'ok' | 'error';
  readonly count: number;
}

/** An outcome told by `POST /api/v1/outcomes`, as the journal and the ledger keep it. */
export interface OutcomeReport {
  readonly taskId: string;
  readonly outcome: Outcome;
  /** Unix nanoseconds. */
  readonly at: bigint;
  /** What a human cost: an amount, or minutes to be priced at the configured hourly rate. */
  readonly remediation: { readonly cost?: UsdPico; readonly minutes?: MicroUnits } | undefined;
  readonly value: UsdPico | undefined;
  readonly source: string;
  /** The sender's key, or a digest of the report: repeats are one. */
  readonly key: string;
}

/** A task as the ledger keeps it and the API shows it. Sums are over all its parts and its own charges. */
export interface Task {
  readonly taskId: string;
  readonly agentType: string;
  readonly taskType: string;
  readonly promptVersion: string | undefined;
  /** Whom the agent worked for; never the empty text. */
  readonly user: string | undefined;
  /** By position in the settings' `dimensions`; an empty string is unset. */
  readonly dimensions: readonly string[];
  readonly tagged: boolean;
  readonly state: 'open' | 'closed';
  readonly outcome: Outcome | undefined;
  readonly closedBy: ClosedBy | undefined;
  readonly startedAt: bigint;
  readonly closedAt: bigint | undefined;
  /** Milliseconds since 1970 at which an open task must be looked at again; undefined if nothing but news changes it. */
  readonly dueAt: number | undefined;
  readonly value: UsdPico | undefined;
  readonly cost: Readonly<Record<Component, UsdPico>>;
  readonly tokens: Tokens;
  readonly calls: Readonly<Record<CallKind, number>>;
  /** Tool executions that did not fail, plus one for the final answer of a solved task. */
  readonly actions: number;
  readonly unpricedCalls: number;
  readonly flags: readonly string[];
}

/** A task with what only its own page shows. */
export interface TaskDetail extends Task {
  readonly traceIds: readonly string[];
  readonly suppressed: readonly { readonly spanId: string; readonly rule: string }[];
  /** True where lines of one of its traces rolled off: its charges that are left do not make its cost. */
  readonly rolledOff?: true;
}
