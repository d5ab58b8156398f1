import type { DuckDBConnection } from '@duckdb/node-api';
import { BigColumn, IntColumn, TextColumn, UuidColumn } from '../sql/columns.ts';
import type { Row } from '../sql/sql.ts';
import { appendRows } from './append.ts';
import { rowsOf } from './session.ts';

/** The sequential numbers of traces, tasks, reports and events that are given next. A number lost to a rollback is never used. */
export class Numbers {
  #trace = 0;
  #task = 0;
  #report = 0;
  #event = 0;
  #newestEventMs = 0;

  static async load(connection: DuckDBConnection): Promise<Numbers> {
    const numbers = new Numbers();
    await numbers.reload(connection);
    return numbers;
  }

  /** Counts on from what the tables hold. */
  async reload(connection: DuckDBConnection): Promise<void> {
    const [last] = await rowsOf(
      connection,
      `SELECT coalesce((SELECT max(seq) FROM traces), 0), coalesce((SELECT max(seq) FROM task_ids), 0),
        coalesce((SELECT max(seq) FROM reports), 0), coalesce((SELECT max(seq) FROM history), 0),
        coalesce((SELECT max(at_ms) FROM history), 0)`,
    );
    const [trace, task, report, event, newestEventMs] = last!.map(Number);
    this.#trace = trace!;
    this.#task = task!;
    this.#report = report!;
    this.#event = event!;
    this.#newestEventMs = newestEventMs!;
  }

  /** The task number given last. */
  get lastTask(): number {
    return this.#task;
  }

  nextTrace(): number {
    this.#trace += 1;
    return this.#trace;
  }

  nextTask(): number {
    this.#task += 1;
    return this.#task;
  }

  nextReport(): number {
    this.#report += 1;
    return this.#report;
  }

  nextEvent(): number {
    this.#event += 1;
    return this.#event;
  }

  /** Whether events from `earliest` on can have been kept before; remembers the `latest`. */
  mayKnowEvents(earliest: number, latest: number): boolean {
    const mayKnow = earliest <= this.#newestEventMs;
    this.#newestEventMs = Math.max(this.#newestEventMs, latest);
    return mayKnow;
  }
}

/** The numbers of those traces that the ledger knows. `settledFromMs` bounds the search to what was settled since. */
export async function findTraces(
  connection: DuckDBConnection,
  traceIds: readonly string[],
  settledFromMs?: number,
): Promise<Map<string, number>> {
  if (traceIds.length === 0) return new Map();
  await want(connection, 'wanted_traces', traceIds, new UuidColumn());
  const since = settledFromMs === undefined ? '' : `WHERE t.settled_ms >= ${Math.floor(settledFromMs)}`;
  return found(
    traceIds,
    await rowsOf(
      connection,
      `SELECT w.n, t.seq FROM wanted_traces w JOIN traces t ON t.trace = w.trace ${since}`,
    ),
  );
}

/** The numbers of those tasks that were ever mentioned. */
export async function findTasks(
  connection: DuckDBConnection,
  taskIds: readonly string[],
): Promise<Map<string, number>> {
  if (taskIds.length === 0) return new Map();
  await want(connection, 'wanted_tasks', taskIds, new TextColumn());
  return found(
    taskIds,
    await rowsOf(
      connection,
      'SELECT w.n, i.seq FROM wanted_tasks w JOIN task_ids i ON i.task_id = w.task_id',
    ),
  );
}

/** Puts the numbers into `chosen`, for the statement that comes next. */
export async function choose(connection: DuckDBConnection, numbers: Iterable<number>): Promise<void> {
  const seqs = new BigColumn();
  for (const number of numbers) seqs.pushNumber(number);
  await connection.run('TRUNCATE chosen');
  await appendRows(connection, 'chosen', [seqs]);
}

async function want(
  connection: DuckDBConnection,
  table: string,
  ids: readonly string[],
  column: UuidColumn | TextColumn,
): Promise<void> {
  const places = new IntColumn();
  for (const [place, id] of ids.entries()) {
    places.push(place);
    column.push(id);
  }
  await connection.run(`TRUNCATE ${table}`);
  await appendRows(connection, table, [places, column]);
}

function found(ids: readonly string[], rows: readonly Row[]): Map<string, number> {
  return new Map(rows.map(([place, seq]) => [ids[place as number]!, Number(seq)]));
}
