import { CLOCK_REACH_MS, SESSION_REACH_MS, TOTAL_TELLER } from '../../domain/twins.ts';

/** What the wanted keys have in common. */
export interface KinBounds {
  readonly fromMs: number;
  readonly toMs: number;
  /** True where one of them is told by a total. */
  readonly totals: boolean;
}

/**
 * The numbers of the traces that keep a call which may be one with any of the keys in `wanted`, a table with the columns
 * of `calls` but for the trace. The bounds in time let DuckDB skip the row groups that hold none.
 */
export const kinStatement = (wanted: string, { fromMs, toMs, totals }: KinBounds): string =>
  kinSql(wanted, fromMs, toMs) + (totals ? ` UNION ${totalsSql(wanted)}` : '');

const isNear = (reachMs: number | string): string =>
  `c.from_ms <= w.to_ms + ${reachMs} AND w.from_ms <= c.to_ms + ${reachMs}`;

const COMPATIBLE = '(c.session = w.session OR c.session = 0 OR w.session = 0)';

/** What `mayBeOne` says, and what follows from it for all keys at once. */
const kinSql = (wanted: string, fromMs: number, toMs: number): string => `
  SELECT c.trace FROM ${wanted} w JOIN calls c ON c.same = w.same
    WHERE w.same <> 0 AND w.teller <> ${TOTAL_TELLER} AND c.teller <> ${TOTAL_TELLER}
      AND c.from_ms <= ${toMs + SESSION_REACH_MS} AND c.to_ms >= ${fromMs - SESSION_REACH_MS}
      AND ${COMPATIBLE} AND ${isNear(`CASE WHEN c.session <> 0 AND c.session = w.session THEN ${SESSION_REACH_MS} ELSE ${CLOCK_REACH_MS} END`)}
  UNION
  SELECT c.trace FROM ${wanted} w JOIN calls c ON c.alike = w.alike
    WHERE w.alike <> 0 AND c.from_ms <= ${toMs} AND c.to_ms >= ${fromMs}
      AND w.teller <> ${TOTAL_TELLER} AND c.teller <> ${TOTAL_TELLER} AND ${COMPATIBLE}
      AND (c.teller >> 1) <> (w.teller >> 1) AND (c.teller & w.teller & 1) = 0 AND ${isNear(0)}`;

const totalsSql = (wanted: string): string => `
  SELECT c.trace FROM ${wanted} w JOIN calls c ON c.same = w.same
    WHERE w.teller = ${TOTAL_TELLER} AND c.teller = ${TOTAL_TELLER} AND w.same <> 0`;
