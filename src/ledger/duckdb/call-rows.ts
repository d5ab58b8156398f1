import type { DuckDBConnection } from '@duckdb/node-api';
import { type CallKey, CLOCK_REACH_MS, SESSION_REACH_MS, TOTAL_TELLER } from '../../domain/twins.ts';
import type { Row } from '../sql/sql.ts';
import { appendRows, BigColumn, type Column, IntColumn } from './columns.ts';
import { rowsOf } from './session.ts';

/** Keys on their way into `calls`, or without the trace into `wanted_calls`. */
export class CallRows {
  readonly #trace = new BigColumn();
  readonly #same = new BigColumn();
  readonly #alike = new BigColumn();
  readonly #teller = new IntColumn();
  readonly #session = new BigColumn();
  readonly #from = new BigColumn();
  readonly #to = new BigColumn();

  add({ same, alike, teller, session, fromMs, toMs }: CallKey, trace: number): void {
    this.#trace.pushNumber(trace);
    this.#same.pushNumber(same);
    this.#alike.pushNumber(alike);
    this.#teller.push(teller);
    this.#session.pushNumber(session);
    this.#from.pushNumber(fromMs);
    this.#to.pushNumber(toMs);
  }

  columns(): readonly Column[] {
    return [this.#trace, ...this.keyColumns()];
  }

  keyColumns(): readonly Column[] {
    return [this.#same, this.#alike, this.#teller, this.#session, this.#from, this.#to];
  }
}

/**
 * The numbers of the traces that keep a call which may be one with any of these. Most answers are empty: the bounds in
 * time let DuckDB skip the row groups that hold none of them, so that a settle step reads what is as old as itself.
 */
export async function findKin(
  connection: DuckDBConnection,
  keys: readonly CallKey[],
): Promise<readonly Row[]> {
  const rows = new CallRows();
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  let totals = false;
  for (const key of keys) {
    if (key.same === 0 && key.alike === 0) continue;
    rows.add(key, 0);
    if (key.teller === TOTAL_TELLER) totals = true;
    from = Math.min(from, key.fromMs);
    to = Math.max(to, key.toMs);
  }
  if (from > to) return [];
  await connection.run('TRUNCATE wanted_calls');
  await appendRows(connection, 'wanted_calls', rows.keyColumns());
  const found = await rowsOf(connection, kinSql(from, to) + (totals ? ` UNION ${TOTALS}` : ''));
  if (found.length === 0) return [];
  // The numbers of the few that were found, so that no join reads all traces.
  return rowsOf(
    connection,
    `SELECT trace FROM traces WHERE seq IN (${found.map(([seq]) => seq).join(', ')})`,
  );
}

const isNear = (reachMs: number | string): string =>
  `c.from_ms <= w.to_ms + ${reachMs} AND w.from_ms <= c.to_ms + ${reachMs}`;

const COMPATIBLE = '(c.session = w.session OR c.session = 0 OR w.session = 0)';

/** What `mayBeOne` says, and what follows from it for all keys at once. */
const kinSql = (fromMs: number, toMs: number): string => `
  SELECT c.trace FROM wanted_calls w JOIN calls c ON c.same = w.same
    WHERE w.same <> 0 AND w.teller <> ${TOTAL_TELLER} AND c.teller <> ${TOTAL_TELLER}
      AND c.from_ms <= ${toMs + SESSION_REACH_MS} AND c.to_ms >= ${fromMs - SESSION_REACH_MS}
      AND ${COMPATIBLE} AND ${isNear(`CASE WHEN c.session <> 0 AND c.session = w.session THEN ${SESSION_REACH_MS} ELSE ${CLOCK_REACH_MS} END`)}
  UNION
  SELECT c.trace FROM wanted_calls w JOIN calls c ON c.alike = w.alike
    WHERE w.alike <> 0 AND c.from_ms <= ${toMs} AND c.to_ms >= ${fromMs}
      AND w.teller <> ${TOTAL_TELLER} AND c.teller <> ${TOTAL_TELLER} AND ${COMPATIBLE}
      AND (c.teller >> 1) <> (w.teller >> 1) AND (c.teller & w.teller & 1) = 0 AND ${isNear(0)}`;

const TOTALS = `
  SELECT c.trace FROM wanted_calls w JOIN calls c ON c.same = w.same
    WHERE w.teller = ${TOTAL_TELLER} AND c.teller = ${TOTAL_TELLER} AND w.same <> 0`;
