import type { DuckDBConnection } from '@duckdb/node-api';
import type { Held, LongList, Row, Sql } from '../sql/sql.ts';
import { rowsOf } from './session.ts';
import { slicesOf } from './slices.ts';
import { sqlOf } from './sql.ts';

/** Rows that one statement gives, and that are in memory at once. */
const PAGE_ROWS = 16_384;

/**
 * A connection of its own in a transaction that only reads. DuckDB keeps what it may still see while settling goes on, and
 * checkpoints without it.
 */
export async function holdOf(connection: DuckDBConnection, released: () => void): Promise<Held> {
  await connection.run('BEGIN TRANSACTION READ ONLY');
  // A transaction sees the database as of its first question, not as of its beginning.
  await rowsOf(connection, 'SELECT count(*) FROM meta');
  const sql = sqlOf(connection);
  let held = true;
  return {
    sql,
    pages: (list) => pagesOf(sql, list),
    async release() {
      if (!held) return;
      held = false;
      await connection.run('ROLLBACK').catch(() => {});
      connection.closeSync();
      released();
    },
  };
}

/**
 * By slices of time of about a page each: no statement sorts more than that, and since times rise roughly with the rows,
 * all but the slice is skipped.
 */
export async function* pagesOf(
  sql: Pick<Sql, 'rows'>,
  { statement, counted, range }: LongList,
  pageRows = PAGE_ROWS,
): AsyncGenerator<readonly Row[]> {
  for await (const { from, last } of slicesOf(sql, counted, range, pageRows)) {
    const slice = statement(`ts >= ${from} AND ts <= ${last}`);
    // Mostly one page; a slice that cannot be cut further, of one moment, may have many.
    for (let offset = 0; ; offset += pageRows) {
      const rows = await sql.rows(`${slice} LIMIT ${pageRows} OFFSET ${offset}`);
      yield rows;
      if (rows.length < pageRows) break;
    }
  }
}
