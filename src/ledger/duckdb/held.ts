import type { DuckDBConnection } from '@duckdb/node-api';
import type { Held, LongList, Near, Row, Sql } from '../sql/sql.ts';
import { rowsOf } from './session.ts';
import { slicesOf } from './slices.ts';
import { sqlOf } from './sql.ts';

/** Rows that one statement gives, and that are in memory at once. */
const PAGE_ROWS = 8192;

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
 * all but the slice is skipped. What a slice names is looked for by number, since DuckDB would make a hash table of all
 * traces and all tasks for each slice: at a million of them six times the time, and 200 MB.
 */
export async function* pagesOf(
  sql: Pick<Sql, 'rows'>,
  { statement, counted, range }: LongList,
  pageRows = PAGE_ROWS,
): AsyncGenerator<readonly Row[]> {
  for await (const { from, last } of slicesOf(sql, counted, range, pageRows)) {
    const where = `ts >= ${from} AND ts <= ${last}`;
    const slice = statement(where, {
      traces: await nearTo(sql, 'trace', counted(where), pageRows),
      tasks: await nearTo(sql, 'task', counted(where), pageRows),
    });
    // Mostly one page; a slice that cannot be cut further, of one moment, may have many.
    for (let offset = 0; ; offset += pageRows) {
      const rows = await sql.rows(`${slice} LIMIT ${pageRows} OFFSET ${offset}`);
      yield rows;
      if (rows.length < pageRows) break;
    }
  }
}

/** These numbers and no other; or what lies between them, where they are more than a list of them is good for. */
async function nearTo(
  sql: Pick<Sql, 'rows'>,
  column: 'trace' | 'task',
  counted: string,
  listed: number,
): Promise<Near[keyof Near]> {
  const [ends] = await sql.rows(`SELECT min(${column}), max(${column}) FROM ${counted}`);
  const [least, most] = ends!;
  if (least === null) return 'false';
  const between = `seq BETWEEN ${least} AND ${most}`;
  const seqs = await sql.rows(
    `SELECT DISTINCT ${column} FROM ${counted} WHERE ${column} IS NOT NULL LIMIT ${listed + 1}`,
  );
  return seqs.length > listed ? between : `${between} AND seq IN (${seqs.map(([seq]) => seq).join(', ')})`;
}
