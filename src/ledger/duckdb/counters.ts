import type { DuckDBConnection } from '@duckdb/node-api';
import type { CounterDelta } from '../../domain/ledger.ts';
import { TextColumn } from '../sql/columns.ts';
import { labelsText } from '../sql/counter-labels.ts';
import { sumsOf } from '../sql/counter-sums.ts';
import { appendRows } from './append.ts';

/**
 * Adds deltas to the running totals. The deltas are summed by their labels first: DuckDB adds only one of several
 * rows that match the same total, and says nothing.
 */
export async function addCounters(
  connection: DuckDBConnection,
  deltas: readonly CounterDelta[],
): Promise<void> {
  if (deltas.length === 0) return;
  const rows = { labels: new TextColumn(), delta: new TextColumn() };
  for (const { labels, by } of sumsOf(deltas)) {
    rows.labels.push(labelsText(labels));
    rows.delta.push(by.toString());
  }
  await connection.run('TRUNCATE new_counters');
  await appendRows(connection, 'new_counters', Object.values(rows));
  await connection.run(
    'UPDATE counters SET value = value + n.delta::HUGEINT FROM new_counters n WHERE counters.labels = n.labels',
  );
  await connection.run(
    `INSERT INTO counters SELECT n.labels, n.delta::HUGEINT FROM new_counters n
      WHERE NOT EXISTS (SELECT 1 FROM counters c WHERE c.labels = n.labels)`,
  );
}
