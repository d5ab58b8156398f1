import type { LongList, Sql } from '../sql/sql.ts';

/** A stretch of time, both ends in it. Unix nanoseconds. */
export interface Slice {
  readonly from: bigint;
  readonly last: bigint;
}

/** Buckets that one count of a range is made in. */
const BUCKETS = 4096n;

/**
 * Cuts a range of times into slices of about `rows` rows each, in order, that leave no row out; more are in one only
 * where they are of one moment. Each cut counts the rows of its range once.
 */
export async function* slicesOf(
  sql: Pick<Sql, 'rows'>,
  counted: LongList['counted'],
  { from, to }: LongList['range'],
  rows: number,
): AsyncGenerator<Slice> {
  const bounds = [
    ...(from === undefined ? [] : [`ts >= ${from}`]),
    ...(to === undefined ? [] : [`ts < ${to}`]),
    'true',
  ];
  const [ends] = await sql.rows(`SELECT min(ts), max(ts) FROM ${counted(bounds.join(' AND '))}`);
  const [first, last] = ends!;
  if (first !== null) yield* cut(sql, counted, { from: first as bigint, last: last as bigint }, rows);
}

async function* cut(
  sql: Pick<Sql, 'rows'>,
  counted: LongList['counted'],
  { from, last }: Slice,
  rows: number,
): AsyncGenerator<Slice> {
  let shift = 0n;
  while ((last >> shift) - (from >> shift) >= BUCKETS) shift += 1n;
  const counts = await sql.rows(
    `SELECT ts >> ${shift} AS bucket, count(*) FROM ${counted(`ts >= ${from} AND ts <= ${last}`)}
      GROUP BY 1 ORDER BY 1`,
  );
  let start = from;
  let taken = 0;
  for (const [bucket, count] of counts) {
    const begin = later(from, (bucket as bigint) << shift);
    const end = earlier(last, (((bucket as bigint) + 1n) << shift) - 1n);
    const more = Number(count);
    if (taken > 0 && taken + more > rows) {
      yield { from: start, last: begin - 1n };
      [start, taken] = [begin, 0];
    }
    if (more > rows && shift > 0n) {
      yield* cut(sql, counted, { from: begin, last: end }, rows);
      start = end + 1n;
    } else taken += more;
  }
  if (taken > 0) yield { from: start, last };
}

const later = (left: bigint, right: bigint): bigint => (left > right ? left : right);
const earlier = (left: bigint, right: bigint): bigint => (left < right ? left : right);
