import type { CounterDelta } from '../../domain/ledger.ts';
import { labelsOf } from './counter-labels.ts';
import type { Sql } from './sql.ts';

export async function readCounters(sql: Sql): Promise<readonly CounterDelta[]> {
  const rows = await sql.rows('SELECT labels, value FROM counters');
  return rows.map(([labels, value]) => ({ ...labelsOf(labels as string), by: value as bigint }));
}
