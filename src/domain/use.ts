import type { Component } from './charge.ts';
import type { Fact, UnitCount } from './fact.ts';
import type { UsdPico } from './money.ts';
import type { Outcome } from './task.ts';
import type { Sighting } from './twins.ts';
import type { Usage } from './usage.ts';

/** What a trace really did, after untangling: each item is to be priced and counted once. */
export type Use =
  | ModelUse
  | {
      readonly kind: 'tool' | 'vector';
      readonly fact: Fact;
      readonly taskId: string;
      readonly units: readonly UnitCount[];
    }
  /** A cost that the agent states itself, where no component of the span already has it. */
  | {
      readonly kind: 'stated';
      readonly fact: Fact;
      readonly taskId: string;
      readonly component: Component;
      readonly usd: string;
    }
  /** Remediation reported on a span. */
  | {
      readonly kind: 'remediation';
      readonly fact: Fact;
      readonly taskId: string;
      readonly costUsd?: string;
      readonly minutes?: string;
    };

/** One model call. `usage` is undefined where no layer of the call reported any. */
export interface ModelUse {
  readonly kind: 'inference' | 'embedding' | 'rerank';
  /** The span that is charged: the layer that is believed. */
  readonly fact: Fact;
  readonly taskId: string;
  /** The session that the call is in, whatever finer task it belongs to. */
  readonly session?: string | undefined;
  readonly usage: Usage | undefined;
  readonly units: readonly UnitCount[];
  /** Shown on its charges; absent where there is no doubt. */
  readonly doubts?: readonly UseDoubt[];
}

/** What is not certain about a model call as it is charged. */
export const USE_DOUBTS = [
  /** Not a call that was seen: what a run reports beyond its calls. */
  'residual',
  /** The growth of an agent's running total since its span before. */
  'running_total',
  /** A span of another trace has its service, model, tokens and time, and is taken for the same call. */
  'suspected_twin',
] as const;
export type UseDoubt = (typeof USE_DOUBTS)[number];

/** Why a span's usage, action or query was not counted. */
export const SUPPRESSION_RULES = [
  /** A wrapper (agent, workflow, chain) with usage over descendants that report it. */
  'wrapper_over_children',
  /** The same call seen by two nested layers. */
  'nested_call',
  /** A call of another trace, with another response id or none: taken for the same by service, model, tokens and time. */
  'suspected_twin',
  /** A second span of one response: by its id, or beside the first with its figures, from another instrumentation. */
  'response_twin',
  /** A tool span below the span of the same action. */
  'nested_tool',
  /** A database span above a deeper one. */
  'outer_vector',
  /** A retriever around a database span. */
  'retrieval_over_vector',
  /** A tool span beside that of the same action, within its time, from another instrumentation. */
  'tool_twin',
] as const;
export type SuppressionRule = (typeof SUPPRESSION_RULES)[number];

/** What a trace says about one of its tasks, besides what it did. */
export interface TaskClaim {
  readonly taskId: string;
  /** False where neither session nor task id was found and the trace itself is the task. */
  readonly tagged: boolean;
  readonly agentType: string;
  /** How good the claim is: 0 `agent.type` on a span, 1 on the resource, 2 agent name, 3 `service.name`, 4 none. */
  readonly agentTypeRank: number;
  readonly taskType: string | undefined;
  readonly promptVersion: string | undefined;
  readonly user: string | undefined;
  readonly dimensions: readonly string[];
  readonly startedAt: bigint;
  /** End of the newest span. */
  readonly lastEnd: bigint;
  /** The newest root of this task in this trace (no parent, or a remote one); undefined until one is known. */
  readonly root: RootEnd | undefined;
  /**
   * The newest of the task's top-most facts, parents unseen or not: it stands in for a root that never comes,
   * once the trace has been quiet for `Policy.orphanRootMs`. fold decides; untangle needs no option for it.
   */
  readonly topmost: RootEnd;
  /** The last outcome said by an attribute, by its time. */
  readonly outcome: { readonly outcome: Outcome; readonly at: bigint } | undefined;
  readonly value: UsdPico | undefined;
  readonly suppressed: readonly { readonly spanId: string; readonly rule: SuppressionRule }[];
  /** Tokens that wrappers report beyond what is charged below them; absent where there are none. */
  readonly unattributed?: { readonly input: number; readonly output: number };
  /** Flags of the facts of this task, without repeats. */
  readonly flags: readonly string[];
  /** Milliseconds since 1970 of the newest arrival. */
  readonly receivedAt: number;
}

export interface RootEnd {
  readonly end: bigint;
  readonly error: boolean;
}

/** A trace untangled by itself, with what other traces may show too. */
export interface Sighted extends Untangled {
  readonly sightings: readonly Sighting[];
}

/** A trace, untangled. Pure function of its set of facts, whatever their order and repetition. */
export interface Untangled {
  readonly traceId: string;
  readonly uses: readonly Use[];
  readonly claims: readonly TaskClaim[];
  /** Facts that were the same span again. */
  readonly repeats: number;
}
