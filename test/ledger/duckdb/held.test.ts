import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pagesOf } from '../../../src/ledger/duckdb/held.ts';
import { sqlOf } from '../../../src/ledger/duckdb/sql.ts';
import type { Near } from '../../../src/ledger/sql/sql.ts';
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
    await connection.run('CREATE TABLE named AS SELECT range AS seq FROM range(61)');
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
            counted: (where: string) =>
              `(SELECT ts, n AS trace, n AS task FROM times WHERE ${where}) AS counted`,
            statement: (where: string, near: Near) =>
              `SELECT ts, n FROM times WHERE ${where} AND n IN (SELECT seq FROM named WHERE ${near.traces})
                AND n IN (SELECT seq FROM named WHERE ${near.tasks}) ORDER BY ts, n`,
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

test('a page is told which traces and tasks its rows name, and no others, however far apart they are', async () => {
  await withTables(async (connection) => {
    // Times fall as numbers rise, and each thousandth row is of a task that is as old as the ledger.
    await connection.run(`CREATE TABLE rows AS SELECT 5000 - range AS ts, CASE WHEN range % 7 = 0 THEN NULL
      ELSE range // 10 END AS trace, CASE WHEN range % 1000 = 0 THEN 0 ELSE range // 20 END AS task FROM range(5000)`);
    await connection.run('CREATE TABLE seqs AS SELECT range AS seq FROM range(5000)');
    const sql = sqlOf(connection);
    const nears: { readonly where: string; readonly near: Near }[] = [];
    const list = {
      range: {},
      counted: (where: string) => `(SELECT ts, trace, task FROM rows WHERE ${where}) AS counted`,
      statement(where: string, near: Near) {
        nears.push({ where, near });
        return `SELECT ts FROM rows WHERE ${where} ORDER BY ts`;
      },
    };
    let read = 0;
    for await (const page of pagesOf(sql, list, 500)) read += page.length;
    expect(read).toBe(5000);
    expect(nears.length).toBeGreaterThan(8);
    const seqs = async (from: string) =>
      (await sql.rows(`SELECT DISTINCT seq FROM ${from} ORDER BY 1`)).flat();
    for (const { where, near } of nears)
      for (const [column, condition] of [
        ['trace', near.traces],
        ['task', near.tasks],
      ] as const)
        expect(await seqs(`seqs WHERE ${condition}`)).toEqual(
          await seqs(`(SELECT ${column} AS seq FROM rows WHERE ${where} AND ${column} IS NOT NULL)`),
        );
  });
});

test('rows of one moment that name more than a list is good for are looked for between the ends', async () => {
  await withTables(async (connection) => {
    await connection.run(
      'CREATE TABLE rows AS SELECT 5::BIGINT AS ts, range AS trace, NULL::BIGINT AS task FROM range(90, 120)',
    );
    const nears: Near[] = [];
    const list = {
      range: {},
      counted: (where: string) => `(SELECT ts, trace, task FROM rows WHERE ${where}) AS counted`,
      statement(where: string, near: Near) {
        nears.push(near);
        return `SELECT trace FROM rows WHERE ${where} ORDER BY trace`;
      },
    };
    const read: unknown[] = [];
    for await (const page of pagesOf(sqlOf(connection), list, 20)) read.push(...page.flat());
    expect(read).toHaveLength(30);
    expect(nears).toEqual([{ traces: 'seq BETWEEN 90 AND 119', tasks: 'false' }]);
  });
});
