import type { Ledger } from '../../domain/ledger.ts';
import { type Crash, neverCrash } from '../crash-point.ts';
import { writeChange } from './apply.ts';
import { readCounters } from './counters.ts';
import { Kinds } from './kinds.ts';
import { Numbers } from './numbers.ts';
import { openDatabase } from './open.ts';
import { readEconomics } from './read-economics.ts';
import { readDataHealth, readOpenTasks, readReported, readUnpriced } from './read-health.ts';
import { readAdjustments, readLastTrace, readRepriceable, readRepricings } from './read-repricing.ts';
import { readCharges, readTask, readTaskPage } from './read-tasks.ts';
import { rowsOf } from './session.ts';
import { readKin, readTaskStates, readTraces } from './settle-reads.ts';
import { Texts } from './texts.ts';

export interface DuckDbLedgerOptions {
  /** The database file; made where it is missing. */
  readonly path: string;
  /** As DuckDB reads it, e.g. `256MB`. */
  readonly memoryLimit?: string;
  readonly crash?: Crash;
}

/**
 * The embedded ledger: one DuckDB file, opened once in the machine. The writer's connection settles, another
 * one reads, each one thing at a time. Rejects with LedgerUnreadable, in one line, for a file that is no ledger,
 * is damaged, is newer than this program or is open elsewhere.
 *
 * `apply` rejects with LedgerOverflow, and keeps nothing, for money past 64 bits.
 */
export async function openDuckDbLedger(options: DuckDbLedgerOptions): Promise<Ledger> {
  const { path, memoryLimit = '256MB', crash = neverCrash } = options;
  const { writer, reader, close } = await openDatabase(path, memoryLimit, crash);
  const dictionaries = await writer.transaction(async (connection) => ({
    texts: await Texts.load(connection),
    kinds: await Kinds.load(connection),
    numbers: await Numbers.load(connection),
  }));
  const { texts, kinds } = dictionaries;
  return {
    traces: (ids) => writer.transaction((connection) => readTraces(connection, ids)),
    kin: (keys) => writer.transaction((connection) => readKin(connection, keys)),
    tasksState: (ids) => writer.transaction((connection) => readTaskStates(connection, ids, dictionaries)),
    async apply(change) {
      await writer.transaction(async (connection) => {
        await writeChange(connection, change, dictionaries);
        crash('before_apply');
      });
      texts.saved();
      kinds.saved();
      crash('after_apply');
    },
    async position() {
      const sql = "SELECT value FROM meta WHERE name = 'position'";
      const [row] = await writer.transaction((connection) => rowsOf(connection, sql));
      return row![0] as string;
    },
    async dueTasks(now, limit) {
      const sql = `SELECT task_id FROM tasks WHERE NOT closed AND due_ms <= ${Math.floor(now)}
        ORDER BY due_ms, task_id LIMIT ${Math.max(0, limit)}`;
      const rows = await writer.transaction((connection) => rowsOf(connection, sql));
      return rows.map(([taskId]) => taskId as string);
    },
    async nextDue() {
      const sql = 'SELECT min(due_ms) FROM tasks WHERE NOT closed';
      const [row] = await writer.transaction((connection) => rowsOf(connection, sql));
      return row![0] === null ? undefined : Number(row![0]);
    },
    repriceable: (query) => writer.transaction((connection) => readRepriceable(connection, query, kinds)),
    lastTrace: () => writer.transaction(readLastTrace),
    close,
    tasks: (query) => reader.transaction((connection) => readTaskPage(connection, query, dictionaries)),
    task: (taskId) => reader.transaction((connection) => readTask(connection, taskId, texts)),
    charges: (taskId) => reader.transaction((connection) => readCharges(connection, taskId, kinds)),
    adjustments: (taskId) =>
      reader.transaction((connection) => readAdjustments(connection, taskId, dictionaries)),
    repricings: () => reader.transaction(readRepricings),
    unitEconomics: (query) => reader.transaction((connection) => readEconomics(connection, query, texts)),
    openTasks: () => reader.transaction((connection) => readOpenTasks(connection, texts)),
    counters: () => reader.transaction(readCounters),
    unpriced: () => reader.transaction((connection) => readUnpriced(connection, kinds)),
    reportedCosts: () => reader.transaction((connection) => readReported(connection, kinds)),
    dataHealth: () => reader.transaction((connection) => readDataHealth(connection, texts)),
  };
}
