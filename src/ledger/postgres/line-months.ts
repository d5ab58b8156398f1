import { monthOf, startOfMonth } from '../../domain/month.ts';
import type { Connections } from './connections.ts';
import { CHARGE_COLUMNS } from './line-columns.ts';
import { LINE_TABLES, type LinePlaces, type LineTable } from './line-places.ts';
import type { Questions } from './sql.ts';
import type { Writing } from './writing.ts';

/** The partition of a month, named `charges_202611`. */
export const tableOf = (lines: LineTable, month: number): string => `${lines}_${month}`;

/**
 * Lines lie in a partition for each month (UTC) in which their trace was settled last, by the clock of the replica that settled
 * it: what is dropped as a whole gives its space back to the disk. `month` has a default in every partition, and lies
 * where another column would be padded, so that it costs no byte on the way and none in a row or an index.
 *
 * Writers read and write the partitions by their names; questions are asked of the whole.
 */
export const PARTITIONED: readonly string[] = [
  `CREATE TABLE charges (
    trace INT8 NOT NULL, ${CHARGE_COLUMNS.replace('line INT4 NOT NULL', 'line INT4 NOT NULL, month INT4 NOT NULL')},
    PRIMARY KEY (trace, span, line, month, task)) PARTITION BY LIST (month)`,
  'CREATE INDEX charges_task ON charges (task)',
  // Lines without an amount, with all that is told of them.
  'CREATE INDEX charges_unpriced ON charges (kind, ts, quantity) WHERE amount IS NULL',
  // What emitters say that a call cost, beside the line that it came with; `computed` is what the price book made of it.
  `CREATE TABLE reported_costs (
    trace INT8 NOT NULL, span INT8 NOT NULL, line INT4 NOT NULL, month INT4 NOT NULL, ts INT8 NOT NULL, kind INT4 NOT NULL,
    reported INT8 NOT NULL, computed INT8, PRIMARY KEY (trace, span, line, month)) PARTITION BY LIST (month)`,
];

/** The names of the columns of a partition that are written, in order. */
export const LINE_COLUMNS: Readonly<Record<LineTable, string>> = {
  charges: 'trace, span, line, task, ts, kind, quantity, amount',
  reported_costs: 'trace, span, line, ts, kind, reported, computed',
};

/**
 * The months that have partitions, as this replica knows them. A trace that was settled since what rolled off has its month;
 * an empty one may be dropped by another replica, which the next to write to it finds out.
 */
export class LineMonths implements LinePlaces {
  readonly tableOf = tableOf;
  readonly #known = new Set<number>();

  /** Has partitions for the months of these times (ms), made in a transaction of its own where they are missing. */
  async make(connections: Pick<Connections, 'write'>, timesMs: Iterable<number>): Promise<void> {
    const missing = [...new Set(Array.from(timesMs, monthOf))].filter((month) => !this.#known.has(month));
    if (missing.length === 0) return;
    await connections.write((writing) => makeMonths(writing, missing));
    for (const month of missing) this.#known.add(month);
  }

  forget(): void {
    this.#known.clear();
  }
}

/** Replicas make and drop months one after the other. */
export async function lockMonths(writing: Writing): Promise<void> {
  await writing.rows("SELECT value FROM meta WHERE name = 'months' FOR UPDATE");
}

/** Makes the partitions of these months, where they are missing. */
export async function makeMonths(writing: Writing, months: readonly number[]): Promise<void> {
  await lockMonths(writing);
  for (const month of months)
    for (const lines of LINE_TABLES) {
      const table = tableOf(lines, month);
      const [row] = await writing.rows(`SELECT CAST(to_regclass('${table}') AS TEXT)`);
      if (row![0] !== null) continue;
      // Made apart and attached: one that is made as a partition waits for every question, and all later ones for it.
      await writing.run(`CREATE TABLE ${table} (LIKE ${lines} INCLUDING INDEXES)`);
      await writing.run(`ALTER TABLE ${table} ALTER COLUMN month SET DEFAULT ${month}`);
      await writing.run(`ALTER TABLE ${lines} ATTACH PARTITION ${table} FOR VALUES IN (${month})`);
    }
}

/** The months that have partitions, the oldest first. */
export async function monthsKept(sql: Questions): Promise<readonly number[]> {
  const rows = await sql.rows(
    `SELECT CAST(c.relname AS TEXT) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = CAST('charges' AS REGCLASS)`,
  );
  return rows.map(([name]) => Number((name as string).slice(-6))).sort((left, right) => left - right);
}

/** Traces by the month of their lines; those that have none, for they rolled off, are left out. */
export function byMonth(
  settledMs: ReadonlyMap<number, number>,
  seqs: readonly number[],
  rolledOffMs: number,
): ReadonlyMap<number, readonly number[]> {
  const months = new Map<number, number[]>();
  for (const seq of seqs) {
    const ms = settledMs.get(seq)!;
    if (ms < rolledOffMs) continue;
    const month = monthOf(ms);
    const traces = months.get(month);
    if (traces === undefined) months.set(month, [seq]);
    else traces.push(seq);
  }
  return months;
}

/** Takes away the lines of these traces. */
export async function clearLines(
  writing: Writing,
  months: ReadonlyMap<number, readonly number[]>,
  places: LinePlaces,
): Promise<void> {
  for (const [month, traces] of months)
    for (const lines of LINE_TABLES)
      await writing.run(`DELETE FROM ${places.tableOf(lines, month)} WHERE trace = ANY($1::int8[])`, [
        traces,
      ]);
}

const DAY_MS = 86_400_000;

/** Lines as they were in one table each go to the months of their traces, where the database has such partitions. */
export async function partLines(writing: Writing, hasPartitions: boolean): Promise<void> {
  if (!hasPartitions) return;
  await writing.run("INSERT INTO meta VALUES ('months', '')");
  for (const lines of LINE_TABLES) {
    await writing.run(`ALTER TABLE ${lines} RENAME TO all_${lines}`);
    await writing.run(`ALTER TABLE all_${lines} DROP CONSTRAINT ${lines}_pkey`);
  }
  for (const index of ['charges_task', 'charges_unpriced']) await writing.run(`DROP INDEX ${index}`);
  for (const statement of PARTITIONED) await writing.run(statement);
  const days = await writing.rows(
    `SELECT DISTINCT (settled_ms - mod(settled_ms, ${DAY_MS})) FROM traces
      WHERE settled_ms >= (SELECT CAST(value AS INT8) FROM meta WHERE name = 'rolled_off_ms')`,
  );
  const months = [...new Set(days.map(([day]) => monthOf(Number(day))))];
  await makeMonths(writing, months);
  for (const lines of LINE_TABLES) {
    for (const month of months)
      await writing.run(
        `INSERT INTO ${tableOf(lines, month)} (${LINE_COLUMNS[lines]})
          SELECT ${LINE_COLUMNS[lines].replaceAll(/\w+/g, 'l.$&')} FROM all_${lines} l JOIN traces t ON t.seq = l.trace
          WHERE ${isIn(month)} ORDER BY l.trace, l.span, l.line`,
      );
    await writing.run(`DROP TABLE all_${lines}`);
  }
}

/** The first and the last month have all that is before and behind. */
function isIn(month: number): string {
  const next = startOfMonth(month + 1 + (month % 100 === 12 ? 88 : 0));
  const [first, last] = [monthOf(0), monthOf(Number.MAX_SAFE_INTEGER)];
  const from = month === first ? 'true' : `t.settled_ms >= ${startOfMonth(month)}`;
  return month === last ? from : `${from} AND t.settled_ms < ${next}`;
}
