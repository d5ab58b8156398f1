import type { DuckDBConnection } from '@duckdb/node-api';
import type { CounterDelta } from '../../domain/ledger.ts';
import { TextColumn } from '../sql/columns.ts';
import { labelsText } from '../sql/counter-labels.ts';
import { sumsOf } from '../sql/counter-sums.ts';
import { appendRows } from './append.ts';
import { COUNTERS } from './schema.ts';

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
    `INSERT INTO counters
      SELECT (SELECT coalesce(max(id), 0) FROM counters) + row_number() OVER (), n.labels, n.delta::HUGEINT
      FROM new_counters n WHERE NOT EXISTS (SELECT 1 FROM counters c WHERE c.labels = n.labels)`,
  );
}

/** Counters as version 5 had them get their numbers; in the connection's transaction. */
export async function numberCounters(connection: DuckDBConnection): Promise<void> {
  await connection.run('ALTER TABLE counters RENAME TO old_counters');
  await connection.run(COUNTERS);
  await connection.run(
    'INSERT INTO counters SELECT row_number() OVER (ORDER BY labels), labels, value FROM old_counters',
  );
  await connection.run('DROP TABLE old_counters');
}
