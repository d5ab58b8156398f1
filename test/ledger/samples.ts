import type { Charge } from '../../src/domain/charge.ts';
import type { TraceChange } from '../../src/domain/ledger.ts';
import type { MicroUnits, UsdPico } from '../../src/domain/money.ts';
import type { Task, TaskPart } from '../../src/domain/task.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';

/** Whole things of which a test names only what it is about. Money may be given as a plain bigint. */
type Loose<T> = { readonly [K in keyof T]?: T[K] extends UsdPico | null ? bigint | null : T[K] };

export const aCharge = (fields: Loose<Charge> = {}): Charge =>
  ({
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    line: 0,
    taskId: 'ticket-1',
    at: 5n,
    component: 'inference',
    provider: 'openai',
    model: 'gpt-4o',
    resource: '',
    class: 'input',
    quantity: 1_000_000n as MicroUnits,
    rate: null,
    amount: 1n,
    priceId: null,
    tableHash: null,
    flags: [],
    reason: null,
    ...fields,
  }) as Charge;

export const aTrace = (fields: Partial<TraceChange> = {}): TraceChange => ({
  traceId: 'a'.repeat(32),
  fresh: true,
  skeleton: new Uint8Array([1, 2, 3]),
  parts: [],
  charges: [],
  calls: [],
  verdict: [],
  settledAt: 1_000,
  ...fields,
});

export interface PartShape {
  readonly traceId?: string;
  readonly taskId?: string;
  readonly model?: string;
  readonly inputTokens?: number;
}

/** What a trace adds to a task: input tokens of one model, and nothing else that a test would see. */
export const aPart = ({
  traceId = 'a'.repeat(32),
  taskId = 'ticket-1',
  model = 'gpt-4o',
  inputTokens = 1,
}: PartShape = {}): TaskPart => ({
  traceId,
  taskId,
  claim: {
    taskId,
    tagged: true,
    agentType: 'support',
    agentTypeRank: 0,
    taskType: undefined,
    promptVersion: undefined,
    user: undefined,
    dimensions: [],
    startedAt: 5n,
    lastEnd: 5n,
    root: undefined,
    topmost: { end: 5n, error: false },
    outcome: undefined,
    value: undefined,
    suppressed: [],
    flags: [],
    receivedAt: 5,
  },
  costs: [],
  tokens: [{ provider: 'openai', model, tokens: { ...NO_TOKENS, input: inputTokens } }],
  actions: [],
  calls: { inference: 1, embedding: 0, rerank: 0, vector: 0, tool: 0 },
  unpricedCalls: 0,
  flags: [],
});

const NO_TOKENS = tokensOf(NO_USAGE);

export interface TaskShape {
  readonly taskId?: string;
  readonly inference?: bigint;
  readonly at?: bigint;
  readonly closed?: boolean;
}

/** A solved task, closed at `at` (5), or an open one. */
export function aTask({ taskId = 'ticket-1', inference = 1n, at = 5n, closed = true }: TaskShape = {}): Task {
  return {
    taskId,
    agentType: 'support',
    taskType: 'default',
    promptVersion: undefined,
    user: undefined,
    dimensions: [],
    tagged: true,
    state: closed ? 'closed' : 'open',
    outcome: closed ? 'solved' : undefined,
    closedBy: closed ? 'inferred' : undefined,
    startedAt: at,
    closedAt: closed ? at : undefined,
    dueAt: undefined,
    value: undefined,
    cost: { inference, vector: 0n, tooling: 0n, compute: 0n, remediation: 0n } as Task['cost'],
    tokens: NO_TOKENS,
    calls: { inference: 1, embedding: 0, rerank: 0, vector: 0, tool: 0 },
    actions: 1,
    unpricedCalls: 0,
    flags: [],
  };
}
