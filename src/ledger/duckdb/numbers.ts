import type { DuckDBConnection } from '@duckdb/node-api';
import { hash53 } from '../../lib/hash53.ts';
import { BigColumn, type Column, IntColumn, TextColumn, UuidColumn } from '../sql/columns.ts';
import { rangeOf } from '../sql/range.ts';
import type { Row } from '../sql/sql.ts';
import { appendRows } from './append.ts';
import { TASK_IDS } from './schema.ts';
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

  /** The trace number given last. */
  get lastTrace(): number {
    return this.#trace;
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
  const ids = new UuidColumn();
  for (const traceId of traceIds) ids.push(traceId);
  await want(connection, 'wanted_traces', ids);
  const since = settledFromMs === undefined ? '' : `WHERE t.settled_ms >= ${Math.floor(settledFromMs)}`;
  return found(
    traceIds,
    await rowsOf(
      connection,
      `SELECT w.n, t.seq FROM wanted_traces w JOIN traces t ON t.trace = w.trace ${since}`,
    ),
  );
}

/** By what a task's id is looked for: the number of the text as DuckDB keeps it. */
export const taskHash = (taskId: string): number => hash53(wellFormed(taskId));

/** DuckDB keeps no half of a surrogate pair. */
const wellFormed = (text: string): string =>
  /[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text;

/** The numbers of those tasks that were ever mentioned. */
export async function findTasks(
  connection: DuckDBConnection,
  taskIds: readonly string[],
): Promise<Map<string, number>> {
  if (taskIds.length === 0) return new Map();
  const hashes = new BigColumn();
  for (const taskId of taskIds) hashes.pushNumber(taskHash(taskId));
  await want(connection, 'wanted_tasks', hashes);
  const sql = 'SELECT DISTINCT i.seq FROM wanted_tasks w JOIN task_ids i ON i.hash = w.hash';
  const maybe = (await rowsOf(connection, sql)).map(([seq]) => Number(seq));
  if (maybe.length === 0) return new Map();
  // Two ids can have one hash; only of these few the texts are read.
  await choose(connection, maybe);
  const named = await rowsOf(
    connection,
    `SELECT i.task_id, i.seq FROM task_ids i JOIN chosen c ON c.seq = i.seq WHERE i.seq ${rangeOf(maybe)}`,
  );
  const numbers = new Map(named.map(([taskId, seq]) => [taskId as string, Number(seq)]));
  return new Map(
    taskIds.flatMap((taskId) => {
      const seq = numbers.get(wellFormed(taskId));
      return seq === undefined ? [] : [[taskId, seq] as const];
    }),
  );
}

/** Task ids as version 4 had them get their hashes; in the connection's transaction. */
export async function hashTaskIds(connection: DuckDBConnection): Promise<void> {
  const columns = [new BigColumn(), new TextColumn(), new BigColumn()] as const;
  for (const [seq, taskId] of await rowsOf(connection, 'SELECT seq, task_id FROM task_ids ORDER BY rowid')) {
    columns[0].push(seq as bigint);
    columns[1].push(taskId as string);
    columns[2].pushNumber(taskHash(taskId as string));
  }
  await connection.run('ALTER TABLE task_ids RENAME TO old_task_ids');
  await connection.run(TASK_IDS);
  await connection.run('DROP TABLE old_task_ids');
  await appendRows(connection, 'task_ids', columns);
}

/** Puts the numbers into `chosen`, for the statement that comes next. */
export async function choose(connection: DuckDBConnection, numbers: Iterable<number>): Promise<void> {
  const seqs = new BigColumn();
  for (const number of numbers) seqs.pushNumber(number);
  await connection.run('TRUNCATE chosen');
  await appendRows(connection, 'chosen', [seqs]);
}

async function want(connection: DuckDBConnection, table: string, column: Column): Promise<void> {
  const places = new IntColumn();
  for (let place = 0; place < column.length; place += 1) places.push(place);
  await connection.run(`TRUNCATE ${table}`);
  await appendRows(connection, table, [places, column]);
}

function found(ids: readonly string[], rows: readonly Row[]): Map<string, number> {
  return new Map(rows.map(([place, seq]) => [ids[place as number]!, Number(seq)]));
}
