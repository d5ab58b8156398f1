import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger } from '../../src/domain/ledger.ts';
import { postgresLedgers } from '../ledger/postgres/databases.ts';
import { bookOf } from '../price/uses.ts';
import { ENGINES, type OpenLedger, withLedger } from '../support/any-ledger.ts';
import { handClock } from '../support/clock.ts';
import { describePostgres } from '../support/postgres.ts';
import { BASE_MS, type TestSpan } from '../support/send.ts';
import { agentSpan, chatSpan, toolSpan, WALK_PRICES } from '../support/spans.ts';
import { openTestWalk, type TestWalk } from '../support/walk.ts';

/**
 * **Goal**: when spans come, and what their clocks say, changes no charge; a late one restates the window in which its
 * task closed. **Method**: random traces through the real walk on a clock turned by hand, told at once or over days, by
 * right clocks or wrong ones.
 */

const DAY = 86_400_000;
const YEARS = 31_556_952;

const anySpan = fc.record({
  trace: fc.constantFrom('a1', 'a2'),
  parent: fc.integer({ min: 1, max: 5 }),
  kind: fc.constantFrom('agent', 'chat', 'chat', 'tool'),
  start: fc.nat(50),
  took: fc.integer({ min: 1, max: 9 }),
  error: fc.boolean(),
  session: fc.constantFrom(undefined, undefined, 'S'),
  outcome: fc.constantFrom(undefined, undefined, undefined, 'failed', 'solved'),
});

/** A root of each trace, and below it spans in any shape. */
const anySpans = fc.array(anySpan, { minLength: 1, maxLength: 8 }).map((drawn): readonly TestSpan[] => [
  ...['a1', 'a2'].map((trace) =>
    agentSpan({ trace, span: '1', end: 60 }, { 'agent.session.id': `of-${trace}` }),
  ),
  ...drawn.map(({ kind, outcome, session, parent, took, ...one }, index) => {
    // A parent in the other trace is none: then it is the root's child.
    const above = drawn[parent - 2]?.trace === one.trace && parent < index + 2 ? parent : 1;
    const place = { ...one, span: String(index + 2), parent: String(above) };
    const said = {
      ...(session !== undefined && { 'agent.session.id': session }),
      ...(outcome !== undefined && { 'agent.task.outcome': outcome }),
    };
    const at = { ...place, end: one.start + took };
    if (kind === 'agent') return agentSpan(at, said);
    if (kind === 'tool') return toolSpan(at, 'search', said);
    return chatSpan(at, { input: 100 + index, output: 10 }, { 'gen_ai.response.id': `r${index}`, ...said });
  }),
]);

/** What comes after how long, each span at least once. */
const anyDelivery = (spans: readonly TestSpan[]) =>
  fc
    .record({
      order: fc.shuffledSubarray([...spans], { minLength: spans.length }),
      again: fc.subarray([...spans]),
      cuts: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 20_000, DAY, 3 * DAY)), {
        minLength: 1,
        maxLength: 8,
      }),
    })
    .map(({ order, again, cuts }) => {
      const left = [...order, ...again];
      const batches: { readonly spans: readonly TestSpan[]; readonly afterMs: number }[] = [];
      for (let at = 0; left.length > 0; at += 1) {
        const [size, afterMs] = cuts[at % cuts.length]!;
        batches.push({ spans: left.splice(0, size), afterMs });
      }
      return batches;
    });

async function open(ledger: Ledger, lateWindowMs = 400 * DAY): Promise<TestWalk> {
  const walk = await openTestWalk({ ledger, clock: handClock(BASE_MS + 600_000), lateWindowMs });
  Object.assign(walk.rooms, { prices: bookOf(WALK_PRICES) });
  return walk;
}

/** All that is shown, but for what tells how it came. */
async function shown(ledger: Ledger) {
  const { tasks } = await ledger.tasks({ sort: 'started_at', limit: 100 });
  const sorted = tasks.toSorted((left, right) => (left.taskId < right.taskId ? -1 : 1));
  const balance = new Map<string, bigint>();
  for (const { by, counter, ...labels } of await ledger.counters()) {
    const key = JSON.stringify(labels, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    balance.set(key, (balance.get(key) ?? 0n) + (counter === 'credited' ? -by : by));
  }
  return {
    tasks: sorted.map(({ flags, ...task }) => ({ ...task, flags: flags.filter((flag) => flag !== 'late') })),
    charges: await Promise.all(sorted.map(({ taskId }) => ledger.charges(taskId))),
    money: [...balance].filter(([key, by]) => by !== 0n && key.includes('component')).sort(),
  };
}

const toldAtOnce = (opened: OpenLedger, spans: readonly TestSpan[]) =>
  withLedger(opened, async (ledger) => {
    const walk = await open(ledger);
    await walk.take(spans);
    await walk.settleAfter(200_000);
    return shown(ledger);
  });

const RUNS = Number(process.env.RUNS ?? 1);

function whenSpansCome(opened: OpenLedger, runs: number): void {
  // Shrinking asks a database hundreds of times.
  const options = { numRuns: runs * RUNS, endOnFailure: opened !== ENGINES.memory };

  test('spans that come in any order, repeated, over days are as if they had come at once', () =>
    fc.assert(
      fc.asyncProperty(
        anySpans.chain((spans) => fc.tuple(fc.constant(spans), anyDelivery(spans))),
        async ([spans, batches]) => {
          const wanted = await toldAtOnce(opened, spans);
          await withLedger(opened, async (ledger) => {
            const walk = await open(ledger);
            for (const batch of batches) {
              await walk.settleAfter(batch.afterMs);
              await walk.take(batch.spans);
            }
            await walk.settleAfter(200_000);
            expect(await shown(ledger)).toEqual(wanted);
          });
        },
      ),
      options,
    ));

  test('clocks that are off, each span its own way, change neither lines nor money', () =>
    fc.assert(
      fc.asyncProperty(
        anySpans,
        fc.array(fc.constantFrom(0, -90, 90, -7200, 3000, -50 * YEARS, 75 * YEARS), {
          minLength: 10,
          maxLength: 10,
        }),
        async (spans, offs) => {
          const wanted = await toldAtOnce(opened, spans);
          const skewed = spans.map((span, index) => {
            const by = offs[index % offs.length]!;
            return { ...span, start: (span.start ?? 0) + by, end: (span.end ?? 1) + by };
          });
          const found = await toldAtOnce(opened, skewed);
          const lines = ({ charges }: typeof wanted) =>
            charges.flatMap((list) =>
              list!.map(({ taskId, traceId, spanId, line, class: unit, quantity, amount }) =>
                [taskId, traceId, spanId, line, unit, quantity, amount].join(' '),
              ),
            );
          expect(lines(found).sort()).toEqual(lines(wanted).sort());
          expect(found.money).toEqual(wanted.money);
          // No task is left in a window that nobody looks at, or that is still to come.
          for (const { state, closedAt } of found.tasks) {
            expect(state).toBe('closed');
            expect(closedAt).toBeGreaterThan(BigInt(BASE_MS - DAY) * 1_000_000n);
            expect(closedAt).toBeLessThan(BigInt(BASE_MS + DAY) * 1_000_000n);
          }
        },
      ),
      options,
    ));
}

function pastTheWindow(opened: OpenLedger): void {
  const task: readonly TestSpan[] = [
    agentSpan({ trace: 'c', span: '1' }, { 'agent.session.id': 'old', 'agent.type': 'a' }),
    chatSpan({ trace: 'c', span: '2', parent: '1', start: 1 }),
  ];
  const late = chatSpan({ trace: 'c', span: '3', parent: '1', start: 2 });

  test('past the window for late spans a span is charged alone, in the window in which its task closed, once, and the task is flagged', () =>
    withLedger(opened, async (ledger) => {
      const walk = await open(ledger, DAY);
      await walk.take(task);
      await walk.settleAfter(200_000);
      const { closedAt } = (await ledger.task('old'))!;
      // Something else is settled: then what is past the window is let go.
      for (const trace of ['d1', 'd2']) {
        await walk.settleAfter(2 * DAY);
        await walk.take([agentSpan({ trace, span: '1' }, { 'agent.session.id': trace })]);
        await walk.settleAfter(200_000);
      }
      const traceId = task[0]!.trace.padStart(32, '0');
      expect((await ledger.traces([traceId])).get(traceId)!.skeleton).toHaveLength(0);
      for (let times = 0; times < 2; times += 1) {
        await walk.take([late, ...task]);
        await walk.settleAfter(200_000);
        expect(await ledger.task('old')).toMatchObject({
          state: 'closed',
          closedAt,
          cost: { inference: 4_000_000_000n },
          calls: { inference: 2 },
          flags: ['late'],
        });
      }
      const spans = (await ledger.charges('old'))!.map(({ spanId }) => spanId.at(-1));
      expect(spans).toEqual(['2', '2', '3', '3']);
      const { money } = await shown(ledger);
      expect(money.map(([, by]) => by)).toEqual([4_000_000_000n]);
      expect((await ledger.dataHealth()).flags).toEqual({ late: 1 });
    }));
}

describe('over the model', () => {
  whenSpansCome(ENGINES.memory, 50);
  pastTheWindow(ENGINES.memory);
});

describe('over DuckDB', () => {
  whenSpansCome(ENGINES.duckdb, 3);
  pastTheWindow(ENGINES.duckdb);
});

describePostgres('over PostgreSQL', (postgres) => {
  const opened = postgresLedgers(postgres);
  whenSpansCome(opened, 3);
  pastTheWindow(opened);
});

describe('a task whose root was timed by a clock', () => {
  const MINUTE = 60;
  const START = BASE_MS + 600_000;
  const root = (by: number): TestSpan =>
    agentSpan({ trace: 'b', span: '1', start: by, end: by + 60 }, { 'agent.session.id': 'timed' });

  test.each<[string, number, number, readonly string[]]>([
    ['that is right', 0, BASE_MS + 60_000, []],
    ['minutes behind', -20 * MINUTE, BASE_MS - 1_140_000, []],
    ['hours behind', -300 * MINUTE, BASE_MS - 17_940_000, []],
    ['half an hour ahead', 30 * MINUTE, BASE_MS + 1_860_000, []],
    ['two hours ahead', 120 * MINUTE, START, ['clock_skewed']],
    ['of 2100', 75 * YEARS, START, ['clock_skewed']],
    ['that nobody set', -BASE_MS / 1000, START, ['clock_skewed']],
  ])('%s closes once, and what comes days later restates that window', async (_, by, closedMs, flags) => {
    const { ledger } = await ENGINES.memory();
    const walk = await open(ledger);
    await walk.take([root(by), chatSpan({ trace: 'b', span: '2', parent: '1', start: 1 })]);
    await walk.settleAfter(200_000);
    const closedAt = BigInt(closedMs) * 1_000_000n;
    expect(await ledger.task('timed')).toMatchObject({ state: 'closed', outcome: 'solved', closedAt, flags });
    await walk.settleAfter(2 * DAY);
    await walk.take([chatSpan({ trace: 'b', span: '3', parent: '1', start: 2 })]);
    await walk.settleAfter(200_000);
    const late = (await ledger.task('timed'))!;
    expect(late).toMatchObject({ state: 'closed', closedAt, cost: { inference: 4_000_000_000n } });
    expect([...late.flags].sort()).toEqual([...flags, 'late'].sort());
    const { flags: counted } = await ledger.dataHealth();
    expect([counted.late, counted.clock_skewed ?? 0]).toEqual([1, flags.length]);
  });

  test('says its outcome then: an hour ahead of being heard at most', async () => {
    const { ledger } = await ENGINES.memory();
    const walk = await open(ledger);
    const { attributes, ...span } = root(75 * YEARS);
    await walk.take([{ ...span, attributes: { ...attributes!, 'agent.task.outcome': 'failed' } }]);
    await walk.settleAfter(2 * DAY);
    await walk.take([chatSpan({ trace: 'b', span: '3', parent: '1', start: 2 })]);
    await walk.settleAfter(200_000);
    expect(await ledger.task('timed')).toMatchObject({
      outcome: 'failed',
      closedBy: 'reported',
      closedAt: BigInt(START) * 1_000_000n,
    });
  });
});
