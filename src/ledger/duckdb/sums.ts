import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from './session.ts';

/** Nanoseconds of a day. */
export const DAY = 86_400_000_000_000n;

/**
 * A sum that may be wider than any of its terms. As it is: unpacking what DuckDB packs of 128 bits takes thirty times as
 * long as reading it whole.
 */
export const WIDE = 'HUGEINT USING COMPRESSION uncompressed';

/** Where the day of a time begins; that of 1970-01-01 holds the day before too. */
export const dayOf = (column: string): string => `${column} - ${column} % ${DAY}`;

/**
 * How far the sums go that are kept for questions alone: they are of the tasks and the lines of the traces with a number up
 * to these. What is newer is asked row by row, so that settling it costs nothing here.
 */
export interface Summed {
  readonly tasks: number;
  readonly traces: number;
}

export const NO_SUMS = "INSERT INTO meta VALUES ('summed_tasks', '0'), ('summed_traces', '0')";

export async function readSummed(connection: DuckDBConnection): Promise<Summed> {
  const rows = await rowsOf(
    connection,
    "SELECT value FROM meta WHERE name IN ('summed_tasks', 'summed_traces') ORDER BY name",
  );
  const [tasks, traces] = rows.map(([value]) => Number(value));
  return { tasks: tasks!, traces: traces! };
}

export async function writeSummed(connection: DuckDBConnection, { tasks, traces }: Summed): Promise<void> {
  await connection.run(
    `UPDATE meta SET value = CASE name WHEN 'summed_tasks' THEN '${tasks}' ELSE '${traces}' END
      WHERE name IN ('summed_tasks', 'summed_traces')`,
  );
}
