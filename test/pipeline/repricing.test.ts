import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger } from '../../src/domain/ledger.ts';
import type { Repricing } from '../../src/domain/repricing.ts';
import { openPriceBook, type PriceBook } from '../../src/price/book.ts';
import { readUserFile } from '../../src/price/user-file.ts';
import { repricePortion } from '../../src/repricing.ts';
import { snapshot } from '../price/uses.ts';
import { ENGINES } from '../support/any-ledger.ts';
import type { TestSpan } from '../support/send.ts';
import { openTestWalk, type TestWalk } from '../support/walk.ts';

/**
 * **Goal**: whatever was charged, pricing it anew twice is pricing it once, there and back is where it began, and
 * stopped anywhere and gone on with is as if it had not been stopped. **Method**: random traces through the real walk, two
 * tables, portions of one trace; what counts is read from the ledger.
 */

const rows = (text: string) => `version: 1\nprices:\n${text}`;
const TABLES = {
  cheap: rows(`
  - {match: {exact: [m1]}, usd: {input: "1", cache_read: "0.1", output: "5"}}
  - {match: {exact: [m2]}, usd: {input: "2", output: "7"}}
`),
  dear: rows(`
  - {match: {exact: [m1]}, usd: {input: "3", output: "5"}, tiers: [{gt: 500, usd: {input: "6", output: "9"}}]}
  - {match: {exact: [m2]}, usd: {input: "2", output: "7", reasoning: "11"}}
  - {match: {exact: [m3]}, usd: {input: "0.5", output: "1", request: "0.01"}}
  - {kind: tool, match: {exact: [search]}, usd: {call: "0.25"}}
`),
};

const call = fc.record({
  model: fc.constantFrom('m1', 'm2', 'm3', 'unheard-of'),
  input: fc.nat(1000),
  cached: fc.nat(100),
  output: fc.nat(300),
  reasoning: fc.nat(100),
  reported: fc.option(fc.constantFrom(0, 0.01)),
  tool: fc.boolean(),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;
const traces = fc.array(
  fc.record({ session: fc.nat(2), calls: fc.array(call, { minLength: 1, maxLength: 3 }) }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

const spansOf = (trace: string, session: number, calls: readonly Call[]): TestSpan[] => [
  {
    trace,
    span: '1',
    end: 60,
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'agent.session.id': `s${session}` },
  },
  ...calls.map(({ model, input, cached, output, reasoning, reported, tool }, index) => ({
    trace,
    span: String(10 + index),
    parent: '1',
    start: index,
    attributes: tool
      ? { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' }
      : {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'acme',
          'gen_ai.request.model': model,
          'gen_ai.usage.input_tokens': input + cached,
          'gen_ai.usage.cache_read.input_tokens': cached,
          'gen_ai.usage.output_tokens': output + reasoning,
          'gen_ai.usage.reasoning.output_tokens': reasoning,
          ...(reported !== null && { 'gen_ai.usage.cost': reported }),
        },
  })),
];

/** A walk in which all of it was charged by the cheap table; with `forgotten` its facts are gone. */
async function charged(
  ledger: Ledger,
  given: {
    readonly traces: readonly { session: number; calls: readonly Call[] }[];
    readonly forgotten: boolean;
  },
): Promise<TestWalk> {
  const walk = await openTestWalk({ ledger });
  Object.assign(walk.rooms, { prices: await bookOf('cheap', walk) });
  for (const [index, { session, calls }] of given.traces.entries())
    await walk.take(spansOf(`a${index}`, session, calls));
  await walk.settleAfter(10_000);
  if (given.forgotten)
    await ledger.apply({
      traces: [],
      tasks: [],
      removed: [],
      reports: [],
      counters: [],
      position: undefined,
      forgetBefore: Number.MAX_SAFE_INTEGER,
    });
  return walk;
}

async function bookOf(name: keyof typeof TABLES, { rooms }: TestWalk): Promise<PriceBook> {
  const file = readUserFile(`${name}.yaml`, TABLES[name], name);
  if (file.kind === 'refused') throw new Error(file.complaints.join());
  return openPriceBook({ snapshot, overlay: undefined, userTable: file.table, policy: rooms.policy });
}

/** Prices everything by a table; what stops it is asked before each portion, and it then goes on from the ledger. */
async function reprice(
  walk: TestWalk,
  table: keyof typeof TABLES,
  {
    id,
    limit = 2,
    stops = () => false,
  }: { readonly id: number; readonly limit?: number; readonly stops?: () => boolean },
): Promise<Repricing> {
  const { ledger, policy } = walk.rooms;
  const book = await bookOf(table, walk);
  let run: Repricing = {
    id,
    by: 'test',
    startedAt: 0,
    scope: { from: undefined, to: undefined, model: undefined, only: 'all' },
    tableHash: book.tableHash,
    state: 'running',
    why: '',
    done: 0,
    until: await ledger.lastTrace(),
    rows: [],
  };
  while (run.state === 'running') {
    const next = await repricePortion(
      { run, book, asIfAt: undefined, write: true, limit },
      { ledger, policy },
      5,
    );
    // Killed before it knew that it was done: what is durable tells.
    run = stops() ? (await ledger.repricings()).find((one) => one.id === id)! : next;
  }
  return run;
}

/** What everybody reads: totals, lines without where their numbers came from, counters' balance, what has no price. */
async function effective({ rooms: { ledger } }: TestWalk) {
  const { tasks } = await ledger.tasks({ sort: 'cost', limit: 100 });
  const lines = await Promise.all(tasks.map(({ taskId }) => ledger.charges(taskId)));
  const balance = new Map<string, bigint>();
  for (const { by, ...labels } of await ledger.counters()) {
    if (labels.counter !== 'cost' && labels.counter !== 'credited') continue;
    const key = `${labels.component} ${labels.model}`;
    balance.set(key, (balance.get(key) ?? 0n) + (labels.counter === 'cost' ? by : -by));
  }
  return {
    tasks: tasks.map(({ taskId, cost, unpricedCalls, tokens, flags }) => ({
      taskId,
      cost,
      unpricedCalls,
      tokens,
      flags: flags.filter((flag) => flag !== 'facts_gone'),
    })),
    lines: lines.map((charges) =>
      charges!.map(({ spanId, class: name, quantity, amount }) => [spanId, name, quantity, amount]),
    ),
    balance: [...balance].filter(([, by]) => by !== 0n).sort(),
    unpriced: (await ledger.unpriced()).map(({ model, unit, calls }) => `${model} ${unit} ${calls}`).sort(),
  };
}

const given = fc.record({ traces, forgotten: fc.boolean() });

async function withWalk(
  engine: keyof typeof ENGINES,
  from: { traces: readonly { session: number; calls: readonly Call[] }[]; forgotten: boolean },
  run: (walk: TestWalk) => Promise<void>,
): Promise<void> {
  const opened = await ENGINES[engine]();
  try {
    await run(await charged(opened.ledger, from));
  } finally {
    await opened.close();
  }
}

describe.each([
  ['memory', 40],
  ['duckdb', 4],
] as const)('%s: charges that are priced anew', (engine, numRuns) => {
  const options = { numRuns, endOnFailure: engine === 'duckdb' };

  test('twice are as they are once', () =>
    fc.assert(
      fc.asyncProperty(given, (from) =>
        withWalk(engine, from, async (walk) => {
          await reprice(walk, 'dear', { id: 1 });
          const once = await effective(walk);
          const again = await reprice(walk, 'dear', { id: 2 });
          expect(await effective(walk)).toEqual(once);
          expect(again.rows.map(({ changed }) => changed)).toEqual(again.rows.map(() => 0));
          for (const { before, after } of again.rows) expect(after).toBe(before);
        }),
      ),
      options,
    ));

  test('by another table and then by the first are what they were', () =>
    fc.assert(
      fc.asyncProperty(given, (from) =>
        withWalk(engine, from, async (walk) => {
          const before = await effective(walk);
          await reprice(walk, 'dear', { id: 1 });
          await reprice(walk, 'cheap', { id: 2 });
          expect(await effective(walk)).toEqual(before);
        }),
      ),
      options,
    ));

  test('stopped anywhere and gone on with are as if they had not been stopped', () =>
    fc.assert(
      fc.asyncProperty(given, fc.infiniteStream(fc.boolean()), async (from, stream) => {
        let straight: Awaited<ReturnType<typeof effective>> | undefined;
        let rowsOf: Repricing['rows'] = [];
        await withWalk(engine, from, async (walk) => {
          rowsOf = (await reprice(walk, 'dear', { id: 1, limit: 100 })).rows;
          straight = await effective(walk);
        });
        await withWalk(engine, from, async (walk) => {
          const stops = () => stream.next().value as boolean;
          expect((await reprice(walk, 'dear', { id: 1, limit: 1, stops })).rows).toEqual(rowsOf);
          expect(await effective(walk)).toEqual(straight);
        });
      }),
      options,
    ));

  test('have lines that say what changed: with them every task adds up to what it was', () =>
    fc.assert(
      fc.asyncProperty(given, (from) =>
        withWalk(engine, from, async (walk) => {
          const { ledger } = walk.rooms;
          const before = await effective(walk);
          const { rows: sums } = await reprice(walk, 'dear', { id: 1 });
          let all = 0n;
          for (const { taskId, cost } of before.tasks) {
            const now = (await ledger.task(taskId))!.cost;
            const adjustments = (await ledger.adjustments(taskId))!;
            const change = adjustments.reduce(
              (sum, one) => sum + (one.after?.amount ?? 0n) - (one.before?.amount ?? 0n),
              0n,
            );
            expect(now.inference + now.tooling - cost.inference - cost.tooling).toBe(change);
            all += change;
          }
          expect(sums.reduce((sum, row) => sum + row.after - row.before, 0n)).toBe(all);
        }),
      ),
      options,
    ));
});
