import type { DuckDBConnection } from '@duckdb/node-api';
import { fillClosed } from './closed-sums.ts';
import { Kinds } from './kinds.ts';
import { rowsOf } from './session.ts';
import { UNSUMMED } from './sum-change.ts';
import { writeSummed } from './sums.ts';
import { fillUnpriced } from './unpriced-sums.ts';

/** The sums of all but the newest tasks and traces of a ledger that kept none; in the connection's transaction. */
export async function fillSums(connection: DuckDBConnection, unsummed = UNSUMMED): Promise<void> {
  const kinds = (await Kinds.load(connection)).listWhere(({ reason }) => reason !== null);
  const until = async (table: string): Promise<number> => {
    const [row] = await rowsOf(connection, `SELECT coalesce(max(seq), 0) FROM ${table}`);
    return Math.max(0, Number(row![0]) - unsummed);
  };
  const summed = { tasks: await until('task_ids'), traces: await until('traces') };
  for (const sql of fillClosed(summed.tasks)) await connection.run(sql);
  await connection.run(fillUnpriced(kinds, summed.traces));
  await writeSummed(connection, summed);
}
