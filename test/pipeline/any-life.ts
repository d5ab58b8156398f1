import fc from 'fast-check';
import type { UsdFemto, UsdPico } from '../../src/domain/money.ts';
import { units } from '../../src/domain/money.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import { OUTCOMES, type OutcomeReport } from '../../src/domain/task.ts';
import { openPriceBook, type PriceBook } from '../../src/price/book.ts';
import { readUserFile } from '../../src/price/user-file.ts';
import { snapshot } from '../price/uses.ts';
import { BASE_MS, type TestSpan } from '../support/send.ts';
import { agentSpan, chatSpan, toolSpan } from '../support/spans.ts';
import { usd } from '../support/tasks.ts';

/** Lives of a few tasks: spans in any order and again, outcomes and revisions, time, other prices, restarts. */
export type LifeStep =
  | { readonly kind: 'spans'; readonly spans: readonly TestSpan[] }
  | { readonly kind: 'reports'; readonly reports: readonly OutcomeReport[] }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'reprice'; readonly table: keyof typeof TABLES }
  | { readonly kind: 'restart' };

/** Failed work costs a human; one kind of agent has to be told; a day without news is too long. */
export const lifePolicy = openPolicy({
  defaultMode: 'root',
  modes: { 'asks-*': 'explicit' },
  remediation: [
    { taskType: 'ticket', cost: usd('10') },
    { agentType: 'cod*', cost: usd('2.5'), hourly: (90n * 10n ** 15n) as UsdFemto },
  ],
  hourly: undefined,
  taskQuietMs: 1000,
  orphanRootMs: 60_000,
  openTaskMaxMs: 86_400_000,
});

const rows = (text: string) => `version: 1\nprices:\n${text}`;
const TABLES = {
  cheap: rows(`
  - {match: {exact: [mini]}, usd: {input: "1", output: "10"}}
  - {kind: tool, match: {exact: [search]}, usd: {call: "0.05"}}
`),
  dear: rows(`
  - {match: {exact: [mini]}, usd: {input: "3", output: "10"}}
  - {match: {exact: [maxi]}, usd: {input: "7", output: "70"}}
`),
};

export function bookOf(name: keyof typeof TABLES): PriceBook {
  const file = readUserFile(`${name}.yaml`, TABLES[name], name);
  if (file.kind === 'refused') throw new Error(file.complaints.join());
  return openPriceBook({ snapshot, overlay: undefined, userTable: file.table, policy: lifePolicy });
}

const TRACES = ['a1', 'a2', 'a3', 'a4'];
export const TRACE_IDS = TRACES.map((id) => id.padStart(32, '0'));
/** Every task that a life can bring forth. */
export const TASK_IDS = ['S1', 'S2', 'T1', 'unheard-of', ...TRACE_IDS];
const maybe = <T>(value: fc.Arbitrary<T>, freq = 1) => fc.option(value, { nil: undefined, freq });
const said = (given: Readonly<Record<string, string | number | undefined>>) =>
  Object.fromEntries(
    Object.entries(given).filter((pair): pair is [string, string | number] => pair[1] !== undefined),
  );

/** Who and what for; often only one span of a trace says it. */
const identity = fc
  .record({
    session: fc.constantFrom(undefined, 'S1', 'S1', 'S2'),
    task: fc.constantFrom(undefined, undefined, undefined, 'T1'),
    type: fc.constantFrom(undefined, undefined, 'ticket'),
  })
  .map(({ session, task, type }) =>
    said({ 'agent.session.id': session, 'agent.task.id': task, 'agent.task.type': type }),
  );
const verdict = fc
  .record({
    outcome: maybe(fc.constantFrom(...OUTCOMES), 3),
    value: maybe(fc.constant('4'), 5),
    remediation: maybe(fc.constantFrom('3', '0'), 6),
    minutes: maybe(fc.constant('20'), 8),
  })
  .map(({ outcome, value, remediation, minutes }) =>
    said({
      'agent.task.outcome': outcome,
      'agent.task.value_usd': value,
      'agent.remediation.cost_usd': remediation,
      'agent.remediation.minutes': minutes,
    }),
  );

const child = fc.record({
  what: fc.constantFrom('mini', 'mini', 'maxi', 'search', 'stated'),
  input: fc.constantFrom(1000, 10, 0),
  identity: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: identity }),
  verdict: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: verdict }),
  start: fc.nat(20),
});

const trace = fc.record({
  agent: fc.constantFrom('helper', 'coder', 'asks-me'),
  error: fc.boolean(),
  end: fc.constantFrom(60, 90),
  identity,
  verdict: fc.oneof(fc.constant({}), verdict),
  children: fc.array(child, { minLength: 1, maxLength: 3 }),
});

function spansOf(
  id: string,
  { agent, error, end, children, ...root }: typeof trace extends fc.Arbitrary<infer T> ? T : never,
): TestSpan[] {
  const who = { 'agent.type': agent, ...root.identity, ...root.verdict };
  return [
    agentSpan({ trace: id, span: '1', end, error }, who),
    ...children.map(({ what, input, identity: whose, verdict: told, start }, index): TestSpan => {
      const place = { trace: id, span: `1${index}`, parent: '1', start };
      const more = { ...whose, ...told };
      if (what === 'search') return toolSpan(place, 'search', more);
      if (what === 'stated') return { ...place, attributes: { 'agent.cost.usd': '0.25', ...more } };
      return chatSpan(place, { input }, { 'gen_ai.request.model': what, ...more });
    }),
  ];
}

/** All spans of up to four traces. */
export const anySpans = fc
  .array(trace, { minLength: 1, maxLength: TRACES.length })
  .map((traces) => traces.flatMap((one, index) => spansOf(TRACES[index]!, one)));

const at = (seconds: number) => BigInt(Math.round(BASE_MS + seconds * 1000)) * 1_000_000n;

export const anyReport: fc.Arbitrary<OutcomeReport> = fc.record({
  taskId: fc.constantFrom('S1', 'S2', 'T1', 'unheard-of', TRACE_IDS[0]!),
  outcome: fc.constantFrom(...OUTCOMES),
  // Before its first span, within it, after it, long after; two at one time often.
  at: fc.constantFrom(-100, 30, 30, 75, 75, 700, 100_000).map(at),
  remediation: fc.constantFrom(
    undefined,
    undefined,
    { cost: usd('6') },
    { cost: 0n as UsdPico },
    { minutes: units(30) },
  ),
  value: fc.constantFrom(undefined, undefined, usd('8')),
  source: fc.constantFrom('crm', 'api'),
  key: fc.constantFrom('k1', 'k2', 'k3', 'k4'),
});

const pass = fc
  .constantFrom(0, 900, 2000, 10_000, 70_000, 4_000_000, 90_000_000)
  .map((ms): LifeStep => ({ kind: 'pass', ms }));

/** Any life of these spans: each is sent at least once. */
export const anyLife = anySpans.chain((spans) =>
  fc
    .record({
      order: fc.shuffledSubarray(spans, { minLength: spans.length }),
      again: fc.subarray(spans),
      cuts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 }),
      between: fc.array(
        fc.oneof(
          { weight: 4, arbitrary: pass },
          {
            weight: 3,
            arbitrary: fc
              .array(anyReport, { minLength: 1, maxLength: 2 })
              .map((reports): LifeStep => ({ kind: 'reports', reports })),
          },
          {
            weight: 1,
            arbitrary: fc
              .constantFrom('cheap' as const, 'dear' as const)
              .map((table): LifeStep => ({ kind: 'reprice', table })),
          },
          { weight: 1, arbitrary: fc.constant<LifeStep>({ kind: 'restart' }) },
        ),
        { minLength: 2, maxLength: 14 },
      ),
    })
    .map(({ order, again, cuts, between }) => {
      const left = [...order, ...again];
      const steps: LifeStep[] = [];
      for (let index = 0; left.length > 0 || index < between.length; index += 1) {
        if (left.length > 0) steps.push({ kind: 'spans', spans: left.splice(0, cuts[index % cuts.length]!) });
        if (index < between.length) steps.push(between[index]!);
      }
      return steps;
    }),
);

/** The same spans and reports in two orders, each with repeats, and little time between. */
export const twoTellings = fc
  .record({ spans: anySpans, reports: fc.array(anyReport, { maxLength: 5 }) })
  .map(({ spans, reports }) => ({
    spans,
    reports: distinctBy(reports, ({ taskId, key }) => `${taskId} ${key}`),
  }))
  .chain(({ spans, reports }) => {
    const words: readonly LifeStep[] = [
      ...spans.map((span): LifeStep => ({ kind: 'spans', spans: [span] })),
      ...reports.map((report): LifeStep => ({ kind: 'reports', reports: [report] })),
    ];
    const telling = fc
      .record({
        order: fc.shuffledSubarray([...words], { minLength: words.length }),
        again: fc.shuffledSubarray([...words]),
        pauses: fc.array(fc.constantFrom(0, 0, 1100, 6000), { minLength: 1, maxLength: 8 }),
      })
      .map(({ order, again, pauses }) =>
        [...order, ...again].flatMap((word, index): LifeStep[] => [
          word,
          { kind: 'pass', ms: pauses[index % pauses.length]! },
        ]),
      );
    return fc.tuple(telling, telling);
  });

function distinctBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const byKey = new Map<string, T>();
  for (const item of items) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item);
  return [...byKey.values()];
}
