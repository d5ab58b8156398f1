import fc from 'fast-check';
import { COMPONENTS } from '../../src/domain/charge.ts';
import { type Context, FACT_FLAGS, FACT_KINDS, type Fact } from '../../src/domain/fact.ts';
import { OUTCOMES } from '../../src/domain/task.ts';
import { NO_USAGE } from '../../src/domain/usage.ts';

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
const START = 1_795_435_200_000_000_000n;

/** A fact with everything that a test does not care about filled in; `spanId` may be short and is padded. */
export function fact(given: Partial<Fact> & { readonly spanId: string }): Fact {
  return {
    traceId: TRACE,
    parentId: '',
    remoteParent: false,
    start: START,
    end: START + 1_000_000n,
    error: false,
    receivedAt: 1_795_435_201_000,
    kind: 'edge',
    dialect: given.kind === undefined || given.kind === 'edge' ? '' : 'gen-ai',
    context: {},
    ...given,
    ...(given.parentId !== undefined &&
      given.parentId !== '' && { parentId: given.parentId.padStart(16, '0') }),
    spanId: given.spanId.padStart(16, '0'),
  };
}

/** Usage from the two totals and whatever detail a test names. */
export const usage = (input: number, output: number, detail: Partial<typeof NO_USAGE> = {}) => ({
  ...NO_USAGE,
  input,
  output,
  ...detail,
});

const hex = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => {
    bytes[0] = (bytes[0] ?? 0) | 1;
    return Buffer.from(bytes).toString('hex');
  });
const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const count = fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 1_000_000_000 }), fc.constant(999_999_999_999));
const nanos = fc.bigInt({ min: 0n, max: 2n ** 62n });

const identity = fc.record(
  {
    session: text,
    dialectSession: text,
    task: text,
    agentType: text,
    agentName: text,
    taskType: text,
    promptVersion: text,
    user: text,
    dimensions: fc.array(fc.oneof(text, fc.constant('')), { maxLength: 4 }),
  },
  { requiredKeys: [] },
);

const anyContext: fc.Arbitrary<Context> = fc.record({ service: text, session: text }, { requiredKeys: [] });

/** Any fact that the journal can hold. */
export const anyFact: fc.Arbitrary<Fact> = fc
  .record(
    {
      traceId: hex(16),
      spanId: hex(8),
      parentId: fc.oneof(fc.constant(''), hex(8)),
      remoteParent: fc.boolean(),
      start: nanos,
      duration: fc.bigInt({ min: 0n, max: 2n ** 52n }),
      error: fc.boolean(),
      receivedAt: fc.integer({ min: 1_795_435_200_000, max: 1_895_435_200_000 }),
      kind: fc.constantFrom(...FACT_KINDS),
      dialect: fc.constantFrom('', 'gen-ai', 'db'),
      context: anyContext,
      identity,
      usage: fc.record({
        input: count,
        cacheRead: count,
        cacheWrite5m: count,
        cacheWrite1h: count,
        output: count,
        reasoning: count,
      }),
      covers: fc.constantFrom('run' as const, 'life' as const),
      provider: text,
      model: text,
      responseId: text,
      served: fc.oneof(
        fc.record({ tier: text }),
        fc.record({ region: text, deployment: text }),
        fc.record({ tier: text, region: text, deployment: text }),
      ),
      tool: text,
      callId: text,
      units: fc.array(fc.record({ unit: text, quantity: fc.nat().map(String) }), { maxLength: 5 }),
      stated: fc.record({ usd: fc.constant('0.5'), component: fc.constantFrom(...COMPONENTS) }),
      reportedUsd: fc.constant('0.25'),
      outcome: fc.record({ outcome: fc.constantFrom(...OUTCOMES), at: nanos }),
      valueUsd: fc.constant('12'),
      remediation: fc.record(
        { costUsd: fc.constant('10'), minutes: fc.constant('3.5') },
        { requiredKeys: [] },
      ),
      flags: fc
        .uniqueArray(fc.constantFrom(...FACT_FLAGS), { minLength: 1 })
        .map((flags) => FACT_FLAGS.filter((flag) => flags.includes(flag))),
    },
    {
      requiredKeys: [
        'traceId',
        'spanId',
        'parentId',
        'remoteParent',
        'start',
        'duration',
        'error',
        'receivedAt',
        'kind',
        'dialect',
        'context',
      ],
    },
  )
  .map(({ duration, ...rest }) => ({ ...rest, end: rest.start + duration }) as Fact);
