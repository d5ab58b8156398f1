import type { DuckDBConnection } from '@duckdb/node-api';
import { isWaiting } from '../../domain/charge.ts';
import type { Kinds } from './kinds.ts';

/** Lets go of the skeletons of traces settled before a time (ms), with what finds them; not where a charge waits for a price. */
export async function forget(connection: DuckDBConnection, beforeMs: number, kinds: Kinds): Promise<void> {
  const waiting = kinds.listWhere(({ reason }) => isWaiting(reason));
  await forgetWhere(
    connection,
    `settled_ms < ${beforeMs} AND trace NOT IN (SELECT trace FROM charges WHERE kind IN (${waiting}))`,
  );
}

/** `condition` is on `skeletons`. */
export async function forgetWhere(connection: DuckDBConnection, condition: string): Promise<void> {
  for (const table of ['calls', 'verdicts'])
    await connection.run(
      `DELETE FROM ${table} WHERE trace IN (SELECT trace FROM skeletons WHERE ${condition})`,
    );
  await connection.run(`DELETE FROM skeletons WHERE ${condition}`);
}
