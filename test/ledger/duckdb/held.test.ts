import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pagesOf } from '../../../src/ledger/duckdb/held.ts';
import { sqlOf } from '../../../src/ledger/duckdb/sql.ts';
import { withTables } from './database.ts';

/** Goal: a walk over a range gives every row once and in order, however times lie. Method: pages of a few rows, any times. */

const edge = fc.constantFrom(-(2n ** 63n), -1n, 0n, 1n, 2n ** 62n, 2n ** 63n - 1n);
const near = fc.bigInt({ min: 1_700_000_000_000_000_000n, max: 1_700_000_000_000_000_050n });
const time = fc.oneof(
  { weight: 4, arbitrary: near },
  edge,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

test('pages of any times are all rows in order, and none is larger than was asked', async () => {
  await withTables(async (connection) => {
    await connection.run('CREATE TABLE times (ts BIGINT, n INTEGER)');
    const range = fc.record({ from: time, to: time }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(
        fc.array(time, { maxLength: 60 }),
        range,
        fc.integer({ min: 1, max: 9 }),
        async (times, asked, size) => {
          await connection.run('TRUNCATE times');
          for (const [n, ts] of times.entries())
            await connection.run(`INSERT INTO times VALUES (${ts}, ${n})`);
          const list = {
            range: asked,
            counted: (where: string) => `(SELECT ts FROM times WHERE ${where}) AS counted`,
            statement: (where: string) => `SELECT ts, n FROM times WHERE ${where} ORDER BY ts, n`,
          };
          const read: unknown[] = [];
          for await (const page of pagesOf(sqlOf(connection), list, size)) {
            expect(page.length).toBeLessThanOrEqual(size);
            read.push(...page);
          }
          const { from = -(2n ** 63n), to } = asked;
          const wanted = times
            .map((ts, n) => [ts, n] as const)
            .filter(([ts]) => ts >= from && (to === undefined || ts < to))
            .sort(([left, n], [right, m]) => (left < right ? -1 : left > right ? 1 : n - m));
          expect(read).toEqual(wanted);
        },
      ),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
