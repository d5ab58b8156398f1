import { type CallKey, TOTAL_TELLER } from '../../domain/twins.ts';
import { kinStatement } from '../sql/kin.ts';
import type { Row } from '../sql/sql.ts';
import type { Questions } from './sql.ts';

const WANTED = `unnest($1::int8[], $2::int8[], $3::int4[], $4::int8[], $5::int8[], $6::int8[])
  AS k(same, alike, teller, session, from_ms, to_ms)`;

/** The traces that keep a call which may be one with any of these: `trace, version`. */
export async function readKin(sql: Questions, keys: readonly CallKey[]): Promise<readonly Row[]> {
  const wanted = keys.filter(({ same, alike }) => same !== 0 || alike !== 0);
  if (wanted.length === 0) return [];
  const bounds = {
    fromMs: wanted.reduce((least, { fromMs }) => Math.min(least, fromMs), Number.POSITIVE_INFINITY),
    toMs: wanted.reduce((most, { toMs }) => Math.max(most, toMs), 0),
    totals: wanted.some(({ teller }) => teller === TOTAL_TELLER),
  };
  return sql.rows(
    `WITH wanted AS (SELECT * FROM ${WANTED})
      SELECT t.trace, t.version FROM traces t WHERE t.seq IN (${kinStatement('wanted', bounds)})`,
    [
      wanted.map(({ same }) => same),
      wanted.map(({ alike }) => alike),
      wanted.map(({ teller }) => teller),
      wanted.map(({ session }) => session),
      wanted.map(({ fromMs }) => fromMs),
      wanted.map(({ toMs }) => toMs),
    ],
  );
}
