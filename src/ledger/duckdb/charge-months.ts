import type { DuckDBConnection } from '@duckdb/node-api';
import { monthOf, startOfMonth } from '../../domain/month.ts';
import { forgetWhere } from './forget.ts';
import { rowsOf } from './session.ts';

/** What each line is made of, the trace first; a task's own lines have no trace. */
export const CHARGE_COLUMNS = `
  span BIGINT NOT NULL, line INTEGER NOT NULL, task BIGINT NOT NULL, ts BIGINT NOT NULL,
  kind INTEGER NOT NULL, quantity BIGINT NOT NULL, amount BIGINT`;

/** The tables of lines, of which every month has its own, named `charges_202611`; a view of the plain name shows all. */
const LINES = {
  charges: `trace BIGINT NOT NULL, ${CHARGE_COLUMNS}`,
  // What emitters say that a call cost, beside the line that it came with; `computed` is what the price book made of it.
  reported_costs: `
    trace BIGINT NOT NULL, span BIGINT NOT NULL, line INTEGER NOT NULL, ts BIGINT NOT NULL, kind INTEGER NOT NULL,
    reported BIGINT NOT NULL, computed BIGINT`,
} as const;

type LineTable = keyof typeof LINES;
export const LINE_TABLES = Object.keys(LINES) as LineTable[];

export const tableOf = (lines: LineTable, month: number): string => `${lines}_${month}`;

/** The views of a ledger that has no month yet. */
export const NO_MONTHS: readonly string[] = LINE_TABLES.map(
  (lines) => `CREATE VIEW ${lines} AS ${nothingOf(lines)}`,
);

function nothingOf(lines: LineTable): string {
  const columns = LINES[lines].split(',').map((column) => column.trim().split(' ') as [string, string]);
  return `SELECT ${columns.map(([name, type]) => `NULL::${type} AS ${name}`).join(', ')} WHERE false`;
}

/**
 * Lines lie in a table for each month (UTC) in which their trace was settled last, by the clock of this machine: what is
 * dropped as a whole gives its space back, and no sender's clock can make a table.
 */
export class ChargeMonths {
  #months = new Set<number>();
  #made: readonly number[] = [];
  #dropped: readonly number[] = [];
  #rolledOffMs = 0;
  #rollingOffMs = 0;

  /** What the tables hold, and nothing else. */
  async reload(connection: DuckDBConnection): Promise<void> {
    const [row] = await rowsOf(connection, "SELECT value FROM meta WHERE name = 'rolled_off_ms'");
    this.#months = new Set(await monthsKept(connection));
    this.#rolledOffMs = Number(row![0]);
    this.begin();
  }

  /** Traces settled last before this time (ms) have no lines; 0 for none. */
  get rolledOffMs(): number {
    return this.#rolledOffMs;
  }

  /** When a trace that is settled at this time counts as settled: never before what rolled off, for its lines are there. */
  settledMs(timeMs: number): number {
    return Math.max(this.#rolledOffMs, Math.floor(timeMs));
  }

  /** Of these times (ms), the months that have tables. */
  of(timesMs: Iterable<number>): readonly number[] {
    const months = new Set(Array.from(timesMs, monthOf));
    return [...months].filter((month) => this.#months.has(month) || this.#made.includes(month));
  }

  /** What the transaction before made or dropped counts only if it was `saved`. */
  begin(): void {
    this.#made = [];
    this.#dropped = [];
    this.#rollingOffMs = this.#rolledOffMs;
  }

  /** Makes the tables of these months in the connection's transaction, where they are missing. */
  async make(connection: DuckDBConnection, months: Iterable<number>): Promise<void> {
    const missing = [...months].filter((month) => !this.#months.has(month) && !this.#made.includes(month));
    if (missing.length === 0) return;
    this.#made = [...this.#made, ...missing];
    for (const month of missing)
      for (const lines of LINE_TABLES)
        await connection.run(`CREATE TABLE ${tableOf(lines, month)} (${LINES[lines]})`);
    await showMonths(connection);
  }

  /**
   * Drops the oldest months that ended by `beforeMs` up to the first that has lines, in the connection's transaction;
   * gives how many lines that were. `tell` is told of each table of charges before.
   */
  async drop(
    connection: DuckDBConnection,
    beforeMs: number,
    tell: (table: string) => Promise<void>,
  ): Promise<number> {
    const old = [...this.#months].filter((month) => startOfMonth(month) < beforeMs).sort((a, b) => a - b);
    const going: number[] = [];
    let lines = 0;
    while (lines === 0 && old.length > 0) {
      const month = old.shift()!;
      going.push(month);
      const [row] = await rowsOf(connection, `SELECT count(*) FROM ${tableOf('charges', month)}`);
      lines = Number(row![0]);
    }
    for (const month of going) await tell(tableOf('charges', month));
    for (const month of going)
      for (const table of LINE_TABLES) await connection.run(`DROP TABLE ${tableOf(table, month)}`);
    if (going.length > 0) await showMonths(connection);
    await this.#rollOff(connection, old.length === 0 ? beforeMs : startOfMonth(old[0]!));
    this.#dropped = going;
    return lines;
  }

  async #rollOff(connection: DuckDBConnection, beforeMs: number): Promise<void> {
    const [row] = await rowsOf(connection, `SELECT count(*) FROM traces WHERE settled_ms < ${beforeMs}`);
    this.#rollingOffMs = Number(row![0]) === 0 ? this.#rolledOffMs : Math.max(this.#rolledOffMs, beforeMs);
    const sql = "UPDATE meta SET value = $1 WHERE name = 'rolled_off_ms'";
    await connection.run(sql, [String(this.#rollingOffMs)]);
    await forgetWhere(connection, `settled_ms < ${this.#rollingOffMs}`);
  }

  /** The transaction since `begin` is durable. */
  saved(): void {
    for (const month of this.#made) this.#months.add(month);
    for (const month of this.#dropped) this.#months.delete(month);
    this.#rolledOffMs = this.#rollingOffMs;
    this.begin();
  }
}

/** Lines as version 4 had them, in one table each, go to the months of their traces; in the connection's transaction. */
export async function partLines(connection: DuckDBConnection): Promise<void> {
  const days = await rowsOf(connection, 'SELECT DISTINCT settled_ms // 86400000 FROM traces');
  const months = [...new Set(days.map(([day]) => monthOf(Number(day) * 86_400_000)))];
  for (const lines of LINE_TABLES) {
    await connection.run(`ALTER TABLE ${lines} RENAME TO all_${lines}`);
    for (const month of months) {
      await connection.run(`CREATE TABLE ${tableOf(lines, month)} (${LINES[lines]})`);
      await connection.run(
        `INSERT INTO ${tableOf(lines, month)} SELECT l.* FROM all_${lines} l JOIN traces t ON t.seq = l.trace
          WHERE ${isIn(month)} ORDER BY l.trace`,
      );
    }
    await connection.run(`DROP TABLE all_${lines}`);
  }
  await showMonths(connection);
}

/** The first and the last month have all that is before and behind. */
function isIn(month: number): string {
  const next = startOfMonth(month + 1 + (month % 100 === 12 ? 88 : 0));
  const [first, last] = [monthOf(0), monthOf(Number.MAX_SAFE_INTEGER)];
  const from = month === first ? 'true' : `t.settled_ms >= ${startOfMonth(month)}`;
  return month === last ? from : `${from} AND t.settled_ms < ${next}`;
}

async function monthsKept(connection: DuckDBConnection): Promise<readonly number[]> {
  const rows = await rowsOf(
    connection,
    "SELECT table_name FROM duckdb_tables() WHERE regexp_full_match(table_name, 'charges_[0-9]{6}')",
  );
  return rows.map(([name]) => Number((name as string).slice(-6))).sort((left, right) => left - right);
}

/** The views, over the tables that there are now. */
async function showMonths(connection: DuckDBConnection): Promise<void> {
  const months = await monthsKept(connection);
  for (const lines of LINE_TABLES) {
    const tables = months.map((month) => `SELECT * FROM ${tableOf(lines, month)}`);
    const all = tables.length === 0 ? nothingOf(lines) : tables.join(' UNION ALL ');
    await connection.run(`CREATE OR REPLACE VIEW ${lines} AS ${all}`);
  }
}
