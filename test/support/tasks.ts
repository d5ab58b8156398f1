import type { Charge } from '../../src/domain/charge.ts';
import { NO_COST } from '../../src/domain/economics.ts';
import type { TaskEvent } from '../../src/domain/history.ts';
import type { CounterDelta, CounterLabels, CounterTotal, Ledger } from '../../src/domain/ledger.ts';
import { parseUsd, type UsdFemto, type UsdPico, units } from '../../src/domain/money.ts';
import type { Task, TaskPart } from '../../src/domain/task.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';

export const usd = (text: string): UsdPico => parseUsd(text)!;

/** The time at which hand clocks start, in Unix nanoseconds. */
export const NOON = BigInt(Date.UTC(2026, 10, 23, 12)) * 1_000_000n;
const MINUTE = 60_000_000_000n;

/** A task that was solved a minute ago, with everything that a test does not care about filled in. */
export const task = (given: Partial<Task> & { readonly taskId: string }): Task => ({
  agentType: 'agent',
  taskType: 'default',
  promptVersion: undefined,
  user: undefined,
  dimensions: [],
  tagged: true,
  state: 'closed',
  outcome: 'solved',
  closedBy: 'reported',
  startedAt: NOON - 2n * MINUTE,
  closedAt: NOON - MINUTE,
  dueAt: undefined,
  value: undefined,
  cost: NO_COST,
  tokens: tokensOf(NO_USAGE),
  calls: { inference: 0, embedding: 0, rerank: 0, vector: 0, tool: 0 },
  actions: 0,
  unpricedCalls: 0,
  flags: [],
  ...given,
});

export const openTask = (given: Partial<Task> & { readonly taskId: string }): Task =>
  task({ state: 'open', outcome: undefined, closedBy: undefined, closedAt: undefined, ...given });

export const charge = (given: Partial<Charge> & { readonly taskId: string }): Charge => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  line: 0,
  at: NOON - MINUTE,
  component: 'inference',
  provider: 'openai',
  model: 'gpt-4o',
  resource: '',
  class: 'input',
  quantity: units(1000),
  rate: 2_500_000_000n as UsdFemto,
  amount: usd('0.0025'),
  priceId: 'openai/gpt-4o',
  tableHash: 'abc123',
  flags: [],
  reason: null,
  ...given,
});

/** Running totals of what was added once. */
export const totalsOf = (deltas: readonly CounterDelta[]): readonly CounterTotal[] =>
  deltas.map(({ by, ...labels }) => ({ labels: labels as CounterLabels, total: by }));

interface Kept {
  readonly tasks?: readonly Task[];
  readonly charges?: readonly Charge[];
  readonly counters?: readonly CounterDelta[];
  readonly history?: readonly TaskEvent[];
}

/** A ledger, in memory unless told, that holds these tasks as they are, each with its charges in a trace of its own. */
export async function ledgerOf(given: Kept, ledger: Ledger = openMemoryLedger()): Promise<Ledger> {
  const { tasks = [], charges = [], counters = [], history = [] } = given;
  await ledger.apply({
    traces: tasks.map((one, index) => {
      const traceId = (index + 1).toString(16).padStart(32, '0');
      const own = charges.filter((each) => each.taskId === one.taskId);
      return {
        traceId,
        fresh: true,
        skeleton: new Uint8Array(0),
        parts: [partOf(one, traceId)],
        charges: own.map((each) => ({ ...each, traceId })),
        calls: [],
        verdict: [],
        settledAt: 0,
      };
    }),
    tasks: tasks.map((one) => ({ task: one, charges: [] })),
    removed: [],
    reports: [],
    counters,
    position: undefined,
    forgetBefore: undefined,
    history,
  });
  return ledger;
}

const partOf = (one: Task, traceId: string): TaskPart => ({
  traceId,
  taskId: one.taskId,
  claim: {
    taskId: one.taskId,
    tagged: one.tagged,
    agentType: one.agentType,
    agentTypeRank: 0,
    taskType: one.taskType,
    promptVersion: one.promptVersion,
    user: one.user,
    dimensions: one.dimensions,
    startedAt: one.startedAt,
    lastEnd: one.startedAt,
    root: undefined,
    topmost: { end: one.startedAt, error: false },
    outcome: undefined,
    value: undefined,
    suppressed: [{ spanId: '00000000000000aa', rule: 'response_twin' }],
    flags: [],
    receivedAt: 0,
  },
  costs: [],
  tokens: [],
  actions: [],
  calls: one.calls,
  unpricedCalls: one.unpricedCalls,
  flags: one.flags,
});

/** Changes of a task in which everything that can be told is told, and every field has a value once and none once. */
export function everyEvent(taskId: string): readonly TaskEvent[] {
  const cost = { ...NO_COST, inference: usd('1.5') };
  const blank = {
    state: 'open',
    outcome: undefined,
    closedBy: undefined,
    closedAt: undefined,
    value: undefined,
    agentType: '',
    taskType: 'default',
    promptVersion: undefined,
    user: undefined,
    dimensions: [],
    cost: NO_COST,
    unpricedCalls: 1,
  } as const;
  const full = {
    state: 'closed',
    outcome: 'failed',
    closedBy: 'reported',
    closedAt: NOON,
    value: usd('3'),
    agentType: 'coder',
    taskType: 'bug',
    promptVersion: 'v2',
    user: 'u-2',
    dimensions: ['red'],
    cost,
    unpricedCalls: 0,
  } as const;
  const atMs = Number(NOON / 1_000_000n);
  const [one, other] = ['1'.repeat(32), '2'.repeat(32)] as const;
  const still = { taskId, cameFrom: [], wentTo: [] };
  return [
    {
      ...still,
      atMs,
      by: [{ kind: 'spans', traceIds: [one] }, { kind: 'policy' }],
      before: blank,
      after: full,
    },
    {
      ...still,
      atMs: atMs + 1,
      by: [{ kind: 'report', source: 'crm', key: 'k' }],
      before: { outcome: 'failed', cost },
      after: { outcome: 'solved', cost },
      cameFrom: [{ traceId: one, taskIds: ['other', 'third'] }],
    },
    {
      ...still,
      atMs: atMs + 2,
      by: [{ kind: 'repricing', id: 3, by: 'ana' }],
      before: { cost },
      after: { cost: NO_COST },
    },
    {
      ...still,
      atMs: atMs + 3,
      by: [{ kind: 'spans', traceIds: [other] }],
      before: { state: 'closed', cost },
      after: undefined,
      wentTo: [{ traceId: other, taskIds: [] }],
    },
  ];
}

/** A ledger after which every metric has a series. */
export const everyMetric = (): Promise<Ledger> => {
  const cost = { ...NO_COST, inference: usd('1'), vector: usd('0.5'), remediation: usd('10') };
  const tokens = { ...tokensOf(NO_USAGE), input: 100, output: 50, reasoning: 20 };
  const calls = { inference: 2, embedding: 0, rerank: 0, vector: 1, tool: 1 };
  const group = { agentType: 'agent', taskType: 'default', dimensions: [] };
  return ledgerOf({
    tasks: [
      task({ taskId: 'solved', cost, tokens, calls, actions: 2 }),
      task({ taskId: 'failed', cost, tokens, calls, actions: 1, outcome: 'failed', closedBy: 'inferred' }),
      task({ taskId: 'untagged', cost, calls, tagged: false, unpricedCalls: 1, flags: ['lower_bound'] }),
      openTask({ taskId: 'open', cost }),
    ],
    charges: [
      charge({ taskId: 'solved' }),
      charge({ taskId: 'untagged', model: 'unheard-of', rate: null, amount: null, reason: 'model_unknown' }),
    ],
    counters: [
      {
        ...group,
        counter: 'cost',
        component: 'inference',
        provider: 'openai',
        model: 'gpt-4o',
        by: usd('3'),
      },
      { ...group, counter: 'credited', component: 'inference', provider: 'openai', model: 'gpt-4o', by: 1n },
      { ...group, counter: 'tokens', provider: 'openai', model: 'gpt-4o', tokenClass: 'input', by: 100n },
      { ...group, counter: 'actions', tool: 'search', status: 'ok', by: 3n },
    ],
  });
};
