import type { DuckDBConnection } from '@duckdb/node-api';
import { isWaiting } from '../../domain/charge.ts';
import type { Kinds } from './kinds.ts';
import { rowsOf } from './session.ts';

/** Lets go of the skeletons of traces settled before a time (ms), with what finds them; not where a charge waits for a price. */
export async function forget(connection: DuckDBConnection, beforeMs: number, kinds: Kinds): Promise<void> {
  const [row] = await rowsOf(
    connection,
    `SELECT min(trace), max(trace) FROM skeletons WHERE settled_ms < ${beforeMs}`,
  );
  const [first, last] = row!;
  if (first === null) return;
  const waiting = kinds.listWhere(({ reason }) => isWaiting(reason));
  // Of all lines only those in the range of what may go are looked through.
  const kept = `SELECT trace FROM charges WHERE trace BETWEEN ${first} AND ${last} AND kind IN (${waiting})`;
  await forgetWhere(connection, `settled_ms < ${beforeMs} AND trace NOT IN (${kept})`);
}

/** `condition` is on `skeletons`. */
export async function forgetWhere(connection: DuckDBConnection, condition: string): Promise<void> {
  for (const table of ['calls', 'verdicts'])
    await connection.run(
      `DELETE FROM ${table} WHERE trace IN (SELECT trace FROM skeletons WHERE ${condition})`,
    );
  await connection.run(`DELETE FROM skeletons WHERE ${condition}`);
}
