import type { DuckDBConnection } from '@duckdb/node-api';
import type { TaskEvent } from '../../domain/history.ts';
import { EventRows } from '../sql/event-rows.ts';
import { appendRows } from './append.ts';
import type { Numbers } from './numbers.ts';

/**
 * Adds events behind those that are kept. A change that was applied before brings the same ones again: only those of a
 * time that the ledger may know are looked for, and only among those of that time.
 */
export async function writeHistory(
  connection: DuckDBConnection,
  events: readonly TaskEvent[],
  { numbers, taskNumber }: { readonly numbers: Numbers; readonly taskNumber: (taskId: string) => number },
): Promise<void> {
  if (events.length === 0) return;
  const rows = new EventRows();
  for (const event of events) rows.add(event, taskNumber(event.taskId), () => numbers.nextEvent());
  const { earliest, latest } = rows;
  if (!numbers.mayKnowEvents(earliest, latest)) {
    await appendRows(connection, 'history', rows.columns());
    return;
  }
  await connection.run('TRUNCATE new_events');
  await appendRows(connection, 'new_events', rows.columns());
  await connection.run(
    `INSERT INTO history SELECT n.* FROM new_events n WHERE NOT EXISTS (
      SELECT 1 FROM history h WHERE h.at_ms BETWEEN ${earliest} AND ${latest}
        AND h.at_ms = n.at_ms AND h.task = n.task AND h.entry = n.entry)`,
  );
}
