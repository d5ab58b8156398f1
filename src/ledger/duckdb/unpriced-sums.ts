import type { DuckDBConnection } from '@duckdb/node-api';
import type { KeptPiece } from '../sql/dialect.ts';
import { unpricedSums } from '../sql/unpriced-sums.ts';
import { rowsOf } from './session.ts';
import { DAY, dayOf, WIDE } from './sums.ts';

/** Of the unpriced lines of traces that are in the sums, by kind and day (UTC) of the line. */
export const UNPRICED_SUMS = `CREATE TABLE unpriced_sums (
  kind INTEGER NOT NULL, day BIGINT NOT NULL, calls ${WIDE} NOT NULL, quantity ${WIDE} NOT NULL,
  first_at BIGINT NOT NULL, last_at BIGINT NOT NULL)`;

/** Lines that come, with the sign 1, and lines that go, with -1. */
export const UNPRICED_DELTAS = `CREATE TEMP TABLE unpriced_deltas (
  sign TINYINT, kind INTEGER, day BIGINT, calls HUGEINT, quantity HUGEINT, first_at BIGINT, last_at BIGINT)`;

/** `kinds` are the numbers of those that are unpriced. */
export function unpricedStatement(kinds: string, summedTraces: number): string {
  if (summedTraces === 0) return unpricedSums(kinds);
  return `SELECT kind, sum(calls), sum(quantity), min(first_at), max(last_at) FROM (
      SELECT kind, calls, quantity, first_at, last_at FROM unpriced_sums
      UNION ALL ${unpricedSums(kinds, `trace > ${summedTraces}`)}) AS sums
    GROUP BY kind`;
}

const added = (kinds: string, { from, where }: Lines): string =>
  `SELECT kind, ${dayOf('ts')} AS day, count(*) AS calls, sum(quantity) AS quantity, min(ts) AS first_at, max(ts) AS last_at
    FROM ${from} WHERE amount IS NULL AND kind IN (${kinds}) AND trace ${where} GROUP BY 1, 2`;

/** `from` is `charges` or a table of one month, maybe joined with `chosen`. */
export interface Lines {
  readonly from: string;
  readonly where: string;
}

export const addLines = (kinds: string, lines: Lines, sign: 1 | -1): string =>
  `INSERT INTO unpriced_deltas SELECT ${sign}, * FROM (${added(kinds, lines)}) AS added`;

const DELTAS = `SELECT kind, day, sum(sign * calls) AS calls, sum(sign * quantity) AS quantity,
    min(first_at) FILTER (WHERE sign < 0) AS first_gone, max(last_at) FILTER (WHERE sign < 0) AS last_gone,
    min(first_at) FILTER (WHERE sign > 0) AS first_new, max(last_at) FILTER (WHERE sign > 0) AS last_new
  FROM unpriced_deltas GROUP BY kind, day`;
const SAME = 's.kind = d.kind AND s.day = d.day';

/** Adds the deltas to the sums, all at once: a line that comes again has not gone. */
export async function addUnpriced(connection: DuckDBConnection, summedTraces: number): Promise<void> {
  await connection.run(
    `UPDATE unpriced_sums AS s SET calls = s.calls + d.calls, quantity = s.quantity + d.quantity,
        first_at = least(s.first_at, d.first_new), last_at = greatest(s.last_at, d.last_new)
      FROM (${DELTAS}) AS d WHERE ${SAME}`,
  );
  await connection.run(
    `INSERT INTO unpriced_sums SELECT d.kind, d.day, d.calls, d.quantity, d.first_new, d.last_new FROM (${DELTAS}) AS d
      WHERE NOT EXISTS (SELECT 1 FROM unpriced_sums s WHERE ${SAME})`,
  );
  await connection.run('DELETE FROM unpriced_sums WHERE calls = 0');
  await lookAgain(connection, summedTraces);
  await connection.run('TRUNCATE unpriced_deltas');
}

/** Where the first or the last line of a day went, which one is so now is not told by what went: the day's lines are. */
async function lookAgain(connection: DuckDBConnection, summedTraces: number): Promise<void> {
  const rows = await rowsOf(
    connection,
    `SELECT s.kind, s.day FROM unpriced_sums s JOIN (${DELTAS}) AS d ON ${SAME}
      WHERE (d.first_gone = s.first_at AND d.first_new IS DISTINCT FROM s.first_at)
        OR (d.last_gone = s.last_at AND d.last_new IS DISTINCT FROM s.last_at)`,
  );
  if (rows.length === 0) return;
  const kinds = [...new Set(rows.map(([kind]) => kind))].join(', ');
  const days = rows.map(([, day]) => day as bigint);
  const first = days.reduce(earlier);
  const last = days.reduce(later);
  const where = `<= ${summedTraces} AND ts > ${first - DAY} AND ts < ${last + DAY}`;
  await connection.run(
    `UPDATE unpriced_sums AS s SET first_at = d.first_at, last_at = d.last_at
      FROM (${added(kinds, { from: 'charges', where })}) AS d WHERE ${SAME} AND s.day BETWEEN ${first} AND ${last}`,
  );
}

const earlier = (left: bigint, right: bigint): bigint => (left < right ? left : right);
const later = (left: bigint, right: bigint): bigint => (left > right ? left : right);

/** The sums of a ledger that has none yet. */
export const fillUnpriced = (kinds: string, summedTraces: number): string =>
  `INSERT INTO unpriced_sums ${added(kinds, { from: 'charges', where: `<= ${summedTraces}` })}`;

/** The sums day by day, and what they should be. */
export const unpricedPieces = (kinds: string, summedTraces: number): readonly KeptPiece[] => [
  {
    figure: 'unpriced lines, by kind and day',
    kept: 'SELECT kind, day, calls, quantity, first_at, last_at FROM unpriced_sums',
    computed: added(kinds, { from: 'charges', where: `<= ${summedTraces}` }),
    keys: 2,
  },
];
