import type { DuckDBConnection } from '@duckdb/node-api';
import type { CounterDelta, CounterLabels } from '../../domain/ledger.ts';
import { appendRows, TextColumn } from './columns.ts';
import { rowsOf } from './session.ts';

/**
 * Adds deltas to the running totals. The deltas are summed by their labels first: DuckDB adds only one of several
 * rows that match the same total, and says nothing.
 */
export async function addCounters(
  connection: DuckDBConnection,
  deltas: readonly CounterDelta[],
): Promise<void> {
  if (deltas.length === 0) return;
  const sums = new Map<string, bigint>();
  for (const delta of deltas) {
    const labels = labelsText(delta);
    sums.set(labels, (sums.get(labels) ?? 0n) + delta.by);
  }
  const rows = { labels: new TextColumn(), delta: new TextColumn() };
  for (const [labels, by] of sums) {
    rows.labels.push(labels);
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

export async function readCounters(connection: DuckDBConnection): Promise<readonly CounterDelta[]> {
  const rows = await rowsOf(connection, 'SELECT labels, value FROM counters');
  return rows.map(([labels, value]) => ({ ...labelsOf(labels as string), by: value as bigint }));
}

/** The labels in one fixed order, so that equal labels are equal texts. */
function labelsText(delta: CounterDelta): string {
  const { counter, agentType, taskType, dimensions } = delta;
  const common = [counter, agentType, taskType, dimensions];
  if (delta.counter === 'tokens')
    return JSON.stringify([...common, delta.provider, delta.model, delta.tokenClass]);
  if (delta.counter === 'actions') return JSON.stringify([...common, delta.tool, delta.status]);
  return JSON.stringify([...common, delta.component, delta.provider, delta.model]);
}

function labelsOf(text: string): CounterLabels {
  const [counter, agentType, taskType, dimensions, ...rest] = JSON.parse(text);
  const common = { counter, agentType, taskType, dimensions };
  if (counter === 'tokens') return { ...common, provider: rest[0], model: rest[1], tokenClass: rest[2] };
  if (counter === 'actions') return { ...common, tool: rest[0], status: rest[1] };
  return { ...common, component: rest[0], provider: rest[1], model: rest[2] };
}
