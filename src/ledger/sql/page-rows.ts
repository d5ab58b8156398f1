import { rangeOf } from './range.ts';
import type { Cell, Row, Sql } from './sql.ts';

/** A page of `tasks` as t: the rows with the greatest keys that meet the conditions, ties by what the caller sorts by. */
export interface PageOf {
  readonly column: string;
  readonly conditions: readonly string[];
  readonly values: readonly Cell[];
  /** The number of a model that each of the tasks used. */
  readonly model: number | undefined;
  readonly limit: number;
}

/** The greatest keys are looked at first, this many for each row of the page: a model that one task in five used is found there. */
const NEAR = 8;
/** Rows behind the page of which one has a smaller key than the page's last, so that no tie of it is left out. */
const TIES = 64;

/**
 * What a columnar engine is told of a page: conditions that only rows which can be on it meet, so that all their columns are
 * read of these few alone. Undefined where there is no row at all.
 */
export async function pageConditions(sql: Sql, page: PageOf): Promise<readonly string[] | undefined> {
  const { column, conditions, values, model, limit } = page;
  if (model === undefined) {
    const [last] = await sql.rows(`SELECT min(page.key) FROM (${topOf(page, limit)}) AS page`, values);
    return last![0] === null ? undefined : [...conditions, `${column} >= ${last![0]}`];
  }
  const near = pageOfRows(await nearRows(sql, page), limit);
  if (near !== undefined) return [...conditions, near];
  // Few used it, or few of the near: now the tasks that did are gathered first.
  const used = [...conditions, usedModel(model)];
  const rows = await sql.rows(topOf({ ...page, conditions: used }, limit + TIES), values);
  if (rows.length === 0) return undefined;
  if (rows.length < limit + TIES) return [...conditions, among(rows)];
  const whole = pageOfRows(rows, limit);
  return whole === undefined ? [...used, `${column} >= ${rows[limit - 1]![0]}`] : [...conditions, whole];
}

export const usedModel = (model: number): string =>
  `t.seq IN (SELECT task FROM model_shares WHERE model = ${model})`;

const topOf = ({ column, conditions }: PageOf, limit: number): string =>
  `SELECT ${column} AS key, t.seq AS seq FROM tasks t ${whereOf(conditions)} ORDER BY ${column} DESC LIMIT ${limit}`;

export const whereOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;

/** Of the rows with the greatest keys those that used the model, and the smallest key of all that were looked at as a last row. */
async function nearRows(sql: Sql, page: PageOf): Promise<readonly Row[]> {
  const near = `SELECT key, seq, min(key) OVER () AS least FROM (${topOf(page, page.limit * NEAR)}) AS near`;
  const rows = await sql.rows(
    `SELECT DISTINCT n.key, n.seq, n.least FROM (${near}) AS n JOIN model_shares s ON s.task = n.seq
      WHERE s.model = ${page.model} ORDER BY n.key DESC`,
    page.values,
  );
  return rows.length === 0 ? [] : [...rows, [rows[0]![2]!, null]];
}

/** The page's rows by number, where all ties of its last are among these: there is one with a smaller key. */
function pageOfRows(rows: readonly Row[], limit: number): string | undefined {
  const last = rows[limit - 1]?.[0];
  if (last === undefined || rows.at(-1)![0]! >= last!) return undefined;
  return among(rows.filter(([key]) => key! >= last!));
}

function among(rows: readonly Row[]): string {
  const seqs = rows.map(([, seq]) => Number(seq));
  return `t.seq ${rangeOf(seqs)} AND t.seq IN (${seqs.join(', ')})`;
}
