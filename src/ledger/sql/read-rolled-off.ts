import type { RolledOff } from '../../domain/ledger-reads.ts';
import type { Chosen } from './dialect.ts';
import type { Sql } from './sql.ts';

export const ROLLED_OFF = { rolledOff: true } as const;

/** True of a row of `traces` with the alias t whose lines rolled off, then or before it was settled again. */
export const IS_ROLLED_OFF = `(
  t.settled_ms < (SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'rolled_off_ms') OR t.seq IN (SELECT trace FROM rolled_off))`;

export async function readRolledOff(sql: Sql): Promise<RolledOff> {
  const [meta] = await sql.rows("SELECT value FROM meta WHERE name = 'rolled_off_ms'");
  const beforeMs = Number(meta![0]);
  // Apart, each of the two is found by an index where there is one.
  const [row] = await sql.rows(
    `SELECT (SELECT count(*) FROM traces t WHERE t.settled_ms < ${beforeMs}), (
      SELECT count(*) FROM rolled_off r JOIN traces t ON t.seq = r.trace WHERE t.settled_ms >= ${beforeMs})`,
  );
  return { beforeMs, traces: Number(row![0]) + Number(row![1]) };
}

/** The numbers of those of the chosen traces that have lines which rolled off. */
export async function rolledOffOf(sql: Sql, chosen: Chosen): Promise<ReadonlySet<number>> {
  const rows = await sql.rows(
    `SELECT t.seq FROM traces t ${chosen.join('t.seq')} WHERE ${IS_ROLLED_OFF}`,
    chosen.values,
  );
  return new Set(rows.map(([seq]) => Number(seq)));
}
