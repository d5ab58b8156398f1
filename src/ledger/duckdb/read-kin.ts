import type { DuckDBConnection } from '@duckdb/node-api';
import { type CallKey, TOTAL_TELLER } from '../../domain/twins.ts';
import { CallRows } from '../sql/call-rows.ts';
import { kinStatement } from '../sql/kin.ts';
import { appendRows } from './append.ts';
import { rowsOf } from './session.ts';

/**
 * Ids of the traces that keep a call which may be one with any of these. Most answers are empty: the bounds in time let
 * DuckDB skip the row groups that hold none of them, so that a settle step reads what is as old as itself.
 */
export async function readKin(
  connection: DuckDBConnection,
  keys: readonly CallKey[],
): Promise<readonly string[]> {
  const wanted = new CallRows();
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  let totals = false;
  for (const key of keys) {
    if (key.same === 0 && key.alike === 0) continue;
    wanted.add(key, 0);
    if (key.teller === TOTAL_TELLER) totals = true;
    from = Math.min(from, key.fromMs);
    to = Math.max(to, key.toMs);
  }
  if (from > to) return [];
  await connection.run('TRUNCATE wanted_calls');
  await appendRows(connection, 'wanted_calls', wanted.keyColumns());
  const found = await rowsOf(connection, kinStatement('wanted_calls', { fromMs: from, toMs: to, totals }));
  if (found.length === 0) return [];
  // The numbers of the few that were found, so that no join reads all traces.
  const rows = await rowsOf(
    connection,
    `SELECT trace FROM traces WHERE seq IN (${found.map(([seq]) => seq).join(', ')})`,
  );
  return rows.map(([trace]) => trace as string);
}
