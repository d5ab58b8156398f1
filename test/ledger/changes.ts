import fc from 'fast-check';
import { type Charge, COMPONENTS, UNPRICED_REASONS } from '../../src/domain/charge.ts';
import type { CounterDelta, SettleChange, TraceChange } from '../../src/domain/ledger.ts';
import type { MicroUnits, UsdFemto, UsdPico } from '../../src/domain/money.ts';
import { CALL_KINDS, OUTCOMES, type OutcomeReport, type Task, type TaskPart } from '../../src/domain/task.ts';
import { TOKEN_CLASSES, type Tokens } from '../../src/domain/usage.ts';
import { anyKey, anyVerdict } from './any-twins.ts';

/** Few names, so that changes meet: the same traces and tasks again, moved from one to another. */
export const TRACES = [
  '0'.repeat(31) + '1',
  'f'.repeat(32),
  '80000000000000000000000000000000',
  'ab'.repeat(16),
];
const TASKS = ['ticket-1', 'ticket "2"', 'ünïcode 🙂', "o'brien; DROP TABLE tasks"];
const MODELS = ['', 'gpt-4o', 'claude', "mo'del"];
const NAMES = ['', 'support', 'coder'];
const FLAGS = ['late', 'clock_skewed', 'lower_bound'];
const START = 1_700_000_000_000_000_000n;

export const name = fc.constantFrom(...NAMES);
/** Never the empty text, which normalize takes for none. */
export const user = fc.constantFrom(...NAMES.filter((one) => one !== ''));
export const model = fc.constantFrom(...MODELS);
export const taskId = fc.constantFrom(...TASKS);
export const time = fc.bigInt({ min: START, max: START + 40n });
const usdUpTo = (max: bigint) =>
  fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max })) as fc.Arbitrary<UsdPico>;
/** The five components of a task fit 64 bits together, those of a few tasks do not. */
export const usd = usdUpTo(2n ** 60n);
/** All charges of a task fit, whatever traces they come from. */
const amount = usdUpTo(2n ** 58n);
const credit = fc.bigInt({ min: -1000n, max: 1000n }) as fc.Arbitrary<UsdPico>;
export const count = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 0, max: 2 ** 40 }),
);
const flags = fc.uniqueArray(fc.constantFrom(...FLAGS), { maxLength: 2 });
export const dimensions = fc.array(name, { maxLength: 2 });
export const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const tokens = fc.record(
  Object.fromEntries(TOKEN_CLASSES.map((one) => [one, count])),
) as fc.Arbitrary<Tokens>;
export const record = <K extends string, V>(keys: readonly K[], value: fc.Arbitrary<V>) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, value]))) as fc.Arbitrary<Record<K, V>>;

const priced = fc.record({ amount: fc.oneof(amount, credit), reason: fc.constant(null) });
const unpriced = fc.record({ amount: fc.constant(null), reason: fc.constantFrom(...UNPRICED_REASONS) });

const chargeFields = fc.record({
  taskId,
  at: time,
  component: fc.constantFrom(...COMPONENTS),
  provider: name,
  model,
  resource: name,
  class: fc.constantFrom('input', 'output', 'call'),
  quantity: fc.bigInt({ min: 0n, max: 2n ** 62n }) as fc.Arbitrary<MicroUnits>,
  rate: fc.option(fc.bigInt({ min: 0n, max: 2n ** 50n }) as fc.Arbitrary<UsdFemto>),
  priceId: fc.option(name),
  tableHash: fc.option(name),
  flags,
  served: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ served: fc.record({ tier: name, region: name }) }) },
  ),
  verdict: fc.oneof(priced, unpriced),
  reported: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record({ beside: fc.record({ reported: amount, computed: fc.option(amount) }) }),
    },
  ),
});

export const charges = fc
  .array(fc.record({ fields: chargeFields, span: fc.constantFrom('00000000000000a1', 'ffffffffffffffff') }), {
    maxLength: 4,
  })
  .map((list) =>
    list.map(({ fields: { verdict, reported, served, ...fields }, span }, line): Charge => {
      return { traceId: '', spanId: span, line, ...fields, ...verdict, ...served, ...reported };
    }),
  );

const claim = (id: string) =>
  fc.record({
    taskId: fc.constant(id),
    tagged: fc.boolean(),
    agentType: name,
    agentTypeRank: fc.integer({ min: 0, max: 4 }),
    taskType: maybe(name),
    promptVersion: maybe(name),
    user: maybe(user),
    dimensions,
    startedAt: time,
    lastEnd: time,
    root: maybe(fc.record({ end: time, error: fc.boolean() })),
    topmost: fc.record({ end: time, error: fc.boolean() }),
    outcome: maybe(fc.record({ outcome: fc.constantFrom(...OUTCOMES), at: time })),
    value: maybe(usd),
    suppressed: fc.array(
      fc.record({
        spanId: fc.constant('00000000000000a1'),
        rule: fc.constantFrom('nested_call' as const, 'response_twin' as const),
      }),
      { maxLength: 2 },
    ),
    flags,
    receivedAt: fc.integer({ min: 0, max: 2 ** 42 }),
  });

export const anyPart = taskId.chain((id) =>
  fc.record({
    traceId: fc.constant(''),
    taskId: fc.constant(id),
    claim: claim(id),
    costs: fc.array(
      fc.record({ component: fc.constantFrom(...COMPONENTS), provider: name, model, amount: usd }),
      { maxLength: 2 },
    ),
    tokens: fc.array(fc.record({ provider: name, model, tokens }), { maxLength: 2 }),
    actions: fc.array(
      fc.record({ tool: name, status: fc.constantFrom('ok' as const, 'error' as const), count }),
      { maxLength: 1 },
    ),
    calls: record(CALL_KINDS, count),
    unpricedCalls: count,
    flags,
  }),
) as fc.Arbitrary<TaskPart>;

export const traceChange: fc.Arbitrary<TraceChange> = fc
  .record({
    traceId: fc.constantFrom(...TRACES),
    fresh: fc.constant(false),
    skeleton: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    parts: fc.uniqueArray(anyPart, { maxLength: 2, selector: (one) => one.taskId }),
    charges,
    calls: fc.array(anyKey, { maxLength: 3 }),
    verdict: anyVerdict(TRACES, TASKS),
    settledAt: fc.integer({ min: 0, max: 100 }),
  })
  .map((trace) => ({
    ...trace,
    parts: trace.parts.map((one) => ({ ...one, traceId: trace.traceId })),
    charges: trace.charges.map((one) => ({ ...one, traceId: trace.traceId })),
  }));

const closing = fc.oneof(
  fc.record({
    state: fc.constant('open' as const),
    outcome: fc.constant(undefined),
    closedBy: fc.constant(undefined),
    closedAt: fc.constant(undefined),
    dueAt: maybe(fc.integer({ min: 0, max: 100 })),
  }),
  fc.record({
    state: fc.constant('closed' as const),
    outcome: fc.constantFrom(...OUTCOMES),
    closedBy: fc.constantFrom('reported' as const, 'inferred' as const, 'expired' as const),
    closedAt: time,
    dueAt: fc.constant(undefined),
  }),
);

export const anyTask = fc
  .record({
    identity: fc.record({
      agentType: name,
      taskType: name,
      promptVersion: maybe(name),
      user: maybe(user),
      dimensions,
    }),
    taskId,
    tagged: fc.boolean(),
    closing,
    startedAt: time,
    value: maybe(usd),
    cost: record(COMPONENTS, usd),
    tokens,
    calls: record(CALL_KINDS, count),
    actions: count,
    unpricedCalls: count,
    flags,
  })
  .map(({ identity, closing: how, ...rest }) => ({ ...rest, ...identity, ...how })) as fc.Arbitrary<Task>;

const taskRow = fc.record({ task: anyTask, charges }).map(({ task: one, charges: own }) => ({
  task: one,
  charges: own.map(({ beside, ...charge }) => ({ ...charge, spanId: '', taskId: one.taskId })),
}));

export const anyReport: fc.Arbitrary<OutcomeReport> = fc.record({
  taskId,
  outcome: fc.constantFrom(...OUTCOMES),
  at: time,
  remediation: fc.oneof(
    fc.constant(undefined),
    fc.record({ cost: usd }),
    fc.record({ minutes: usd as fc.Arbitrary<unknown> as fc.Arbitrary<MicroUnits> }),
  ),
  value: maybe(usd),
  source: name,
  key: fc.constantFrom('key 1', 'key 2', ''),
});

const labels = { agentType: name, taskType: name, dimensions };
const by = fc.bigInt({ min: 1n, max: 2n ** 62n });
export const anyCounter = fc.oneof(
  fc.record({
    ...labels,
    counter: fc.constantFrom('cost' as const, 'credited' as const),
    component: fc.constantFrom(...COMPONENTS),
    provider: name,
    model,
    by,
  }),
  fc.record({
    ...labels,
    counter: fc.constant('tokens' as const),
    provider: name,
    model,
    tokenClass: fc.constantFrom(...TOKEN_CLASSES),
    by,
  }),
  fc.record({
    ...labels,
    counter: fc.constant('actions' as const),
    tool: name,
    status: fc.constantFrom('ok' as const, 'error' as const),
    by,
  }),
) as fc.Arbitrary<CounterDelta>;

/** Any change; `fresh` is set by the caller, who knows what came before. */
export const settleChange: fc.Arbitrary<SettleChange> = fc.record({
  traces: fc.array(traceChange, { maxLength: 3 }),
  tasks: fc.array(taskRow, { maxLength: 3 }),
  removed: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(taskId) }),
  reports: fc.array(anyReport, { maxLength: 3 }),
  counters: fc.array(anyCounter, { maxLength: 4 }),
  position: maybe(fc.constantFrom('0000000001:000000000016', '0000000002:000000000016')),
  forgetBefore: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined, freq: 4 }),
});

export const KNOWN = {
  traces: [...TRACES, '1'.repeat(32)],
  tasks: [...TASKS, 'nobody'],
  models: MODELS,
  names: NAMES,
  start: START,
};

/** A change with nothing in it, to be spread under what a test is about. */
export const NOTHING: SettleChange = {
  traces: [],
  tasks: [],
  removed: [],
  reports: [],
  counters: [],
  position: undefined,
  forgetBefore: undefined,
};
