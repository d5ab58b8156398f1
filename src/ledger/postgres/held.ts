import type pg from 'pg';
import { ANYWHERE, type Held, type LongList, type Row } from '../sql/sql.ts';
import { rowsOf, sqlOf } from './sql.ts';

/** Rows that are fetched, and in memory, at once. */
const PAGE_ROWS = 8192;

/** A connection in a transaction that only reads. `end` takes the connection back. */
export async function holdOf(client: pg.PoolClient, end: () => Promise<void>): Promise<Held> {
  // A transaction sees the database as of its first question, not as of its beginning.
  await rowsOf(client, "SELECT value FROM meta WHERE name = 'schema'");
  let held = true;
  let cursors = 0;
  return {
    sql: sqlOf(client),
    pages(list) {
      cursors += 1;
      return pagesOf(client, list, `list_${cursors}`);
    },
    async release() {
      if (!held) return;
      held = false;
      await end();
    },
  };
}

/** The database sorts the whole list once, and keeps it on its disk. */
async function* pagesOf(
  client: pg.ClientBase,
  { statement, range: { from, to } }: LongList,
  cursor: string,
): AsyncGenerator<readonly Row[]> {
  const bounds = [
    'true',
    ...(from === undefined ? [] : [`ts >= ${from}`]),
    ...(to === undefined ? [] : [`ts < ${to}`]),
  ];
  const all = statement(bounds.join(' AND '), ANYWHERE);
  await rowsOf(client, `DECLARE ${cursor} NO SCROLL CURSOR FOR ${all}`);
  for (;;) {
    const rows = await rowsOf(client, `FETCH ${PAGE_ROWS} FROM ${cursor}`);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE_ROWS) break;
  }
  await rowsOf(client, `CLOSE ${cursor}`);
}
