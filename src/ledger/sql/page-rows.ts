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

/** A model that one task in so many used is looked for among the greatest keys first, so many for each row of the page. */
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
  const near = (await isCommon(sql, model)) ? pageOfRows(await nearRows(sql, page), page) : undefined;
  if (near !== undefined) return near;
  const used = [...conditions, usedModel(model)];
  const rows = await sql.rows(topOf({ ...page, conditions: used }, limit + TIES), values);
  if (rows.length === 0) return undefined;
  if (rows.length < limit + TIES) return among(rows, rows[Math.min(limit, rows.length) - 1]![0]!, page);
  return pageOfRows(rows, page) ?? [...used, `${column} >= ${rows[limit - 1]![0]}`];
}

async function isCommon(sql: Sql, model: number): Promise<boolean> {
  const [row] = await sql.rows(
    `SELECT (SELECT count(*) FROM model_shares WHERE model = ${model}), (SELECT count(*) FROM tasks)`,
  );
  return Number(row![0]) * NEAR > Number(row![1]);
}

export const usedModel = (model: number): string =>
  `t.seq IN (SELECT task FROM model_shares WHERE model = ${model})`;

const topOf = ({ column, conditions }: PageOf, limit: number, more = ''): string =>
  `SELECT ${column} AS key, t.rowid AS row${more} FROM tasks t ${whereOf(conditions)} ORDER BY ${column} DESC LIMIT ${limit}`;

export const whereOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;

/** Of the rows with the greatest keys those that used the model, and the smallest key of all that were looked at as a last row. */
async function nearRows(sql: Sql, page: PageOf): Promise<readonly Row[]> {
  const near = `SELECT key, row, seq, min(key) OVER () AS least FROM (${topOf(page, page.limit * NEAR, ', t.seq AS seq')}) AS near`;
  const rows = await sql.rows(
    `SELECT DISTINCT n.key, n.row, n.least FROM (${near}) AS n JOIN model_shares s ON s.task = n.seq
      WHERE s.model = ${page.model} ORDER BY n.key DESC`,
    page.values,
  );
  return rows.length === 0 ? [] : [...rows, [rows[0]![2]!, null]];
}

/** Conditions on the page's rows, where all ties of its last are among these: there is one with a smaller key. */
function pageOfRows(rows: readonly Row[], page: PageOf): readonly string[] | undefined {
  const last = rows[page.limit - 1]?.[0];
  if (last === undefined || rows.at(-1)![0]! >= last!) return undefined;
  return among(rows, last!, page);
}

/** Those with the last key of the page or a greater one, by where they lie; the key is asked too, since it skips most others. */
function among(rows: readonly Row[], last: Cell, { column, conditions }: PageOf): readonly string[] {
  const places = rows.filter(([key]) => key! >= last!).map(([, row]) => row);
  const found = `t.rowid IN (SELECT unnest([${places.join(', ')}]::BIGINT[]))`;
  return [...conditions, `${column} >= ${last}`, found];
}
