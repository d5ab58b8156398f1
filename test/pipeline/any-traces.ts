import fc from 'fast-check';
import type { Fact } from '../../src/domain/fact.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { readSkeleton } from '../../src/ledger/skeleton.ts';
import { rulingsOf } from '../../src/untangle/kin.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { usage } from '../support/facts.ts';
import { openTestWalk, type TestWalk } from '../support/walk.ts';

/** Facts of several traces that show the same calls, and the settle path that they are laid into. */

const SECOND = 1_000_000_000n;
const BASE = 1_795_435_200n * SECOND;
const RECEIVED = 1_795_435_200_000;
const TRACES = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32));

const maybe = <T>(value: fc.Arbitrary<T>, freq = 3) => fc.option(value, { nil: undefined, freq });
const set = (given: object) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

const tokens = fc
  .record({
    input: fc.constantFrom(10, 10, 10, 20, 0),
    output: fc.constantFrom(2, 2, 4, 0),
    cached: fc.constantFrom(0, 0, 5),
    thought: fc.constantFrom(0, 0, 2),
  })
  .map(({ input, output, cached, thought }) =>
    usage(input, output, { cacheRead: Math.min(cached, input), reasoning: Math.min(thought, output) }),
  );

const anySpan = fc.record({
  trace: fc.constantFrom(...TRACES),
  span: fc.integer({ min: 1, max: 5 }),
  parent: fc.constantFrom(0, 0, 1, 2, 3, 6),
  kind: fc.constantFrom(
    'inference' as const,
    'inference' as const,
    'inference' as const,
    'embedding' as const,
    'agent' as const,
    'agent' as const,
    'tool' as const,
    'edge' as const,
  ),
  at: fc.constantFrom(0n, 0n, 0n, 1n, 1n, 2n, 15n, 3000n, 9000n),
  more: fc.bigInt({ min: 0n, max: 2n }),
  took: fc.constantFrom(1n, 2n, 2n, 10n, 3600n),
  usage: maybe(tokens, 5),
  responseId: maybe(fc.constantFrom('x', 'y'), 2),
  model: maybe(fc.constantFrom('gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-mini'), 9),
  provider: maybe(fc.constant('openai'), 2),
  dialect: fc.constantFrom('gen-ai', 'openinference'),
  session: fc.constantFrom(undefined, 'S1' as const, 'S1' as const, 'S2' as const),
  task: fc.constantFrom(
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    'T1' as const,
  ),
  service: fc.constantFrom('shop', 'shop', 'shop', 'desk'),
  covers: fc.constantFrom('life' as const, 'life' as const, 'run' as const, undefined),
  agentName: fc.constantFrom('writer', 'reader'),
});

const idOf = (span: number) => (span === 0 ? '' : String(span).padStart(16, '0'));

/** Spans of up to four traces; no two of them are of one id, but they may come twice. */
export const anyTraces: fc.Arbitrary<readonly Fact[]> = fc
  .uniqueArray(anySpan, { minLength: 4, maxLength: 16, selector: ({ trace, span }) => `${trace} ${span}` })
  .map((spans) =>
    spans.map((one): Fact => {
      const start = BASE + one.at * SECOND + one.more;
      const isAgent = one.kind === 'agent';
      const identity = set({
        session: one.session,
        task: one.task,
        agentName: isAgent ? one.agentName : undefined,
      });
      const said = set({
        usage: one.kind === 'edge' ? undefined : one.usage,
        covers: isAgent && one.usage !== undefined ? one.covers : undefined,
        responseId: one.kind === 'inference' || one.kind === 'embedding' ? one.responseId : undefined,
        model: one.model,
        provider: one.provider,
        tool: one.kind === 'tool' ? 'search' : undefined,
        identity: Object.keys(identity).length === 0 ? undefined : identity,
      });
      return {
        traceId: one.trace,
        spanId: idOf(one.span),
        parentId: one.parent === one.span ? '' : idOf(one.parent),
        remoteParent: false,
        start,
        end: start + one.took * SECOND,
        error: false,
        receivedAt: RECEIVED,
        kind: one.kind,
        dialect: one.kind === 'edge' ? '' : one.dialect,
        context: one.service === 'shop' ? SHOP : DESK,
        ...said,
      };
    }),
  );
const SHOP = { service: 'shop' };
const DESK = { service: 'desk' };

/** The same facts in another order, in batches, with some of them more than once. */
export const anyDelivery = (facts: readonly Fact[]): fc.Arbitrary<readonly (readonly Fact[])[]> =>
  fc
    .record({
      order: fc.shuffledSubarray([...facts], { minLength: facts.length }),
      again: fc.subarray([...facts]),
      cuts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 20 }),
    })
    .map(({ order, again, cuts }) => {
      const left = [...order, ...again];
      const batches: Fact[][] = [];
      for (let at = 0; left.length > 0; at += 1) batches.push(left.splice(0, cuts[at % cuts.length]!));
      return batches;
    });

const writer = new FactWriter();

/** Puts the facts where `accept` would, and settles what is ripe. */
export async function lay(walk: TestWalk, facts: readonly Fact[]): Promise<void> {
  writer.begin(RECEIVED);
  for (const fact of facts) writer.addFact(fact);
  const record = writer.finish();
  walk.rooms.openTraces.add(record, await walk.journal.append(record), walk.clock.now());
  await walk.settleAfter(10_000);
}

export async function layAll(
  ledger: Ledger,
  batches: readonly (readonly Fact[])[],
  suspectTwins = true,
): Promise<TestWalk> {
  const walk = await openTestWalk({ ledger, suspectTwins, lateWindowMs: 1e12 });
  for (const batch of batches) await lay(walk, batch);
  await walk.settleAfter(200_000_000);
  return walk;
}

/** All that a reader sees of tasks, charges and what was not counted. */
export async function outcomeOf(ledger: Ledger): Promise<unknown> {
  const { tasks } = await ledger.tasks({ sort: 'started_at', limit: 100 });
  const told = [];
  for (const { taskId } of tasks.toSorted((left, right) => (left.taskId < right.taskId ? -1 : 1))) {
    const detail = (await ledger.task(taskId))!;
    const suppressed = detail.suppressed.map(({ spanId, rule }) => `${spanId} ${rule}`).sort();
    told.push({ ...detail, suppressed, charges: await ledger.charges(taskId) });
  }
  return told;
}

/** The verdicts that are kept, and those that all kept sightings together make. */
export async function verdictsIn(ledger: Ledger, suspect = true) {
  const states = await ledger.traces(TRACES);
  const sightings = [...states.values()].flatMap(
    ({ skeleton }) => untangle(readSkeleton(skeleton)).sightings,
  );
  const rulings = rulingsOf(sightings, suspect);
  const order = (list: readonly { spanId: string; kind: string }[]) =>
    list.toSorted((left, right) => (left.spanId + left.kind < right.spanId + right.kind ? -1 : 1));
  return {
    kept: TRACES.map((id) => order(states.get(id)?.verdict ?? [])),
    whole: TRACES.map((id) => order(rulings.get(id) ?? [])),
  };
}
