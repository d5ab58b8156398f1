import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Sql } from '../../../src/ledger/sql/sql.ts';

/** What every `Sql` promises of its cells. `withSql` runs its argument on a connection in a transaction. */
export function sqlCells(engine: string, withSql: (run: (sql: Sql) => Promise<void>) => Promise<void>): void {
  describe(`${engine}: a cell`, () => {
    test.each([
      ['SMALLINT', '7::SMALLINT', 7],
      ['INTEGER', '-7::INTEGER', -7],
      ['BIGINT', '9223372036854775807::BIGINT', 2n ** 63n - 1n],
      ['least BIGINT', '(-9223372036854775807 - 1)::BIGINT', -(2n ** 63n)],
      ['a count', 'count(*)', 1n],
      [
        'a sum past 64 bits',
        'sum(9223372036854775807::BIGINT) + 9223372036854775807::BIGINT',
        2n ** 64n - 2n,
      ],
      ['a sum of nothing', 'sum(1::BIGINT) FILTER (WHERE 1 = 2)', null],
      ['a sum of INTEGER', 'sum(3::INTEGER)', 3n],
      ['BOOLEAN', '1 = 2', false],
      ['a text', "'it''s'", "it's"],
      ['a UUID', "'ffffffff-0000-0000-0000-00000000000a'::UUID", 'ffffffff00000000000000000000000a'],
      ['a UUID that is null', 'NULL::UUID', null],
    ])('that is %s', (_, expression, cell) =>
      withSql(async (sql) => {
        expect(await sql.rows(`SELECT ${expression}`)).toEqual([[cell]]);
      }),
    );

    test('that is a blob, also an empty one and none', () =>
      withSql(async (sql) => {
        const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
        const values = [bytes, new Uint8Array(0), null];
        const [row] = await sql.rows('SELECT $1::BYTEA, $2::BYTEA, $3::BYTEA', values);
        expect(row!.map((cell) => cell && [...(cell as Uint8Array)])).toEqual([[...bytes], [], null]);
      }));

    test('that is any text comes back as it was given', () =>
      withSql(async (sql) => {
        const texts = fc.string({ unit: 'grapheme', maxLength: 20 });
        await fc.assert(
          fc.asyncProperty(texts, async (text) => {
            expect(await sql.rows('SELECT $1::TEXT, length($1::TEXT) >= 0', [text])).toEqual([[text, true]]);
          }),
        );
      }));
  });

  test(`${engine}: rows come in their order, and none is no row`, () =>
    withSql(async (sql) => {
      const rows = 'SELECT * FROM (VALUES (1, 3), (2, 2), (3, 1)) AS v (a, b)';
      expect(await sql.rows(`${rows} ORDER BY b`)).toEqual([
        [3, 1],
        [2, 2],
        [1, 3],
      ]);
      expect(await sql.rows(`${rows} WHERE a > $1`, [3])).toEqual([]);
    }));
}
