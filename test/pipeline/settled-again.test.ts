import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/domain/fact.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { tableMark } from '../../src/domain/task.ts';
import type { PriceBook } from '../../src/price/book.ts';
import { postgresLedgers } from '../ledger/postgres/databases.ts';
import { bookOf } from '../price/uses.ts';
import { ENGINES, type OpenLedger, withLedger } from '../support/any-ledger.ts';
import { usage } from '../support/facts.ts';
import { describePostgres } from '../support/postgres.ts';
import { openTestWalk, type TestWalk } from '../support/walk.ts';
import { anyDelivery, anyTraces, lay, outcomeOf } from './any-traces.ts';

/**
 * **Goal**: whatever prices came into force meanwhile, a trace that is settled again with what it already had costs what
 * it was charged. **Method**: random traces in random batches, another table before each; then all of it once more.
 */

const table = (usd: string, call: string) =>
  bookOf(`version: 1
prices:
  - {match: {exact: [gpt-4o, gpt-4o-2024-08-06, gpt-4o-mini]}, usd: {${usd}}}
  - {kind: tool, match: {exact: [search]}, usd: {call: "${call}"}}
`);
const TABLES = [
  table('input: "1", output: "2"', '0.25'),
  table('input: "3", output: "2", reasoning: "5", request: "0.01"', '0.5'),
  table('input: "4", cache_read: "1", output: "7"', '0'),
];

const inForce = (walk: TestWalk, book: PriceBook): void => {
  Object.assign(walk.rooms, { prices: book });
};

async function layPriced(
  ledger: Ledger,
  batches: readonly (readonly Fact[])[],
  books: readonly number[],
): Promise<TestWalk> {
  const walk = await openTestWalk({ ledger, lateWindowMs: 1e12 });
  for (const [index, batch] of batches.entries()) {
    inForce(walk, TABLES[books[index % books.length]!]!);
    await lay(walk, batch);
  }
  await walk.settleAfter(200_000_000);
  return walk;
}

const anyBooks = fc.array(fc.nat(TABLES.length - 1), { minLength: 1, maxLength: 8 });
const anyHistory = anyTraces.chain((facts) =>
  fc.record({
    facts: fc.constant(facts),
    batches: anyDelivery(facts),
    books: anyBooks,
    later: fc.nat(TABLES.length - 1),
  }),
);

const RUNS = Number(process.env.RUNS ?? 1);
const SAME = 'with spans that it had keeps every line, whatever prices are in force';
const STRAIGHT = 'by the table that it was priced by is as if that had been in force all the time';

function settledAgain(open: OpenLedger, runs: number): void {
  // Shrinking asks a database hundreds of times.
  const options = { numRuns: runs * RUNS, endOnFailure: open !== ENGINES.memory };

  test(SAME, () =>
    fc.assert(
      fc.asyncProperty(anyHistory, ({ facts, batches, books, later }) =>
        withLedger(open, async (ledger) => {
          const walk = await layPriced(ledger, batches, books);
          const before = await outcomeOf(ledger);
          const counters = await ledger.counters();
          inForce(walk, TABLES[later]!);
          await lay(walk, facts);
          await walk.settleAfter(1000);
          expect(await outcomeOf(ledger)).toEqual(before);
          expect(await ledger.counters()).toEqual(counters);
        }),
      ),
      options,
    ),
  );

  test(STRAIGHT, () =>
    fc.assert(
      fc.asyncProperty(anyHistory, async ({ batches, later }) => {
        let straight: unknown;
        await withLedger(open, async (ledger) => {
          await layPriced(ledger, [batches.flat()], [later]);
          straight = await outcomeOf(ledger);
        });
        await withLedger(open, async (ledger) => {
          await layPriced(ledger, batches, [later]);
          expect(await outcomeOf(ledger)).toEqual(straight);
        });
      }),
      options,
    ),
  );
}

describe('a trace that is settled again, over the model', () => settledAgain(ENGINES.memory, 60));
describe('a trace that is settled again, over DuckDB', () => settledAgain(ENGINES.duckdb, 4));
describePostgres('a trace that is settled again, over PostgreSQL', (postgres) =>
  settledAgain(postgresLedgers(postgres), 3),
);

describe('a call that used nothing, and had no line', () => {
  test('has none when a table comes that asks for the request', async () => {
    const [some] = fc.sample(anyTraces, { numRuns: 1, seed: 7 });
    const nothing: Fact = {
      ...some![0]!,
      parentId: '',
      kind: 'inference',
      dialect: 'gen-ai',
      model: 'gpt-4o',
      usage: usage(0, 0),
    };
    const walk = await layPriced((await ENGINES.memory()).ledger, [[nothing]], [0]);
    const before = await outcomeOf(walk.rooms.ledger);
    expect(before).toMatchObject([{ charges: [], calls: { inference: 1 } }]);
    inForce(walk, TABLES[1]!);
    await lay(walk, [nothing]);
    expect(await outcomeOf(walk.rooms.ledger)).toEqual(before);
  });
});

describe('a part of a trace', () => {
  const facts = fc.sample(anyTraces, { numRuns: 20, seed: 7 });

  test('names the one table that priced it, so that nothing is read where it is still in force', async () => {
    for (const one of facts) {
      const walk = await layPriced((await ENGINES.memory()).ledger, [one], [1]);
      let asked = 0;
      const { ledger } = walk.rooms;
      const charges = (taskId: string) => {
        asked += 1;
        return ledger.charges(taskId);
      };
      Object.assign(walk.rooms, { ledger: { ...ledger, charges } });
      const states = await ledger.traces(one.map(({ traceId }) => traceId));
      const tables = [...states.values()].flatMap(({ parts }) => parts.map((part) => part.table));
      expect(new Set(tables)).toEqual(new Set([tableMark(TABLES[1]!.tableHash)]));
      await lay(walk, one);
      expect(asked).toBe(0);
      inForce(walk, TABLES[0]!);
      await lay(walk, one);
      expect(asked).toBeGreaterThan(0);
    }
  });
});
