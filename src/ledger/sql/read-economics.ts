import { together } from '../../domain/economics.ts';
import type { CollectionQuery, EconomicsQuery, EconomicsRow } from '../../domain/ledger-reads.ts';
import type { UsdPico } from '../../domain/money.ts';
import { bandsOf } from './closed-bands.ts';
import type { ClosedGroup, ClosedWindow } from './closed-sums.ts';
import { EMPTY_TEXT, type TextNumbers } from './dictionaries.ts';
import { timeFitting } from './range.ts';
import type { Row, Sql } from './sql.ts';
import { costsOf, tokensOf } from './task-fields.ts';

/**
 * Sums of the closed tasks of a window. The database groups by the numbers of texts; what belongs together only after
 * the numbers are texts again (one dimension out of a list of several) is added up here, over few rows.
 */
export async function readEconomics(
  sql: Sql,
  query: EconomicsQuery,
  texts: TextNumbers,
): Promise<readonly EconomicsRow[]> {
  const rows = new Map<string, EconomicsRow>();
  for (const row of await sql.rows(await sql.dialect.closedStatement(windowOf(query))))
    add(rows, economicsOf(row, query.groupBy, texts));
  return inOrder(rows);
}

/** The same of several windows, in one question. */
export async function readWindows(
  sql: Sql,
  { windows, groupBy }: CollectionQuery,
  texts: TextNumbers,
): Promise<readonly (readonly EconomicsRow[])[]> {
  const bands = bandsOf(windows);
  const sums = windows.map(() => new Map<string, EconomicsRow>());
  if (bands.windows.length > 0)
    for (const [band, ...row] of await sql.rows(
      sql.dialect.closedByBand(bands.edges, groupColumns(groupBy)),
    )) {
      const one = economicsOf(row, groupBy, texts);
      for (const place of bands.windows[Number(band)]!) add(sums[place]!, one);
    }
  return sums.map(inOrder);
}

type Sums = Map<string, EconomicsRow>;

function add(rows: Sums, one: EconomicsRow): void {
  const key = JSON.stringify(one.group);
  const known = rows.get(key);
  rows.set(key, known === undefined ? one : together(known, one));
}

const inOrder = (rows: Sums): readonly EconomicsRow[] =>
  [...rows.values()].sort((left, right) => compareGroups(left.group, right.group));

/** Columns that the groups need; `dimension:2` and `dimension:0` need the same one. */
const groupColumns = (groupBy: readonly string[]): ClosedGroup[] => [...new Set(groupBy.map(columnOf))];

const columnOf = (name: string): ClosedGroup =>
  name.startsWith('dimension:') ? 'dimensions' : (name as ClosedGroup);

const windowOf = ({ from, to, groupBy }: EconomicsQuery): ClosedWindow => ({
  from: timeFitting(from),
  to: timeFitting(to),
  groups: groupColumns(groupBy),
});

function economicsOf(row: Row, groupBy: readonly string[], texts: TextNumbers): EconomicsRow {
  const columns = groupColumns(groupBy);
  const ids = row.slice(0, columns.length);
  const figures = row.slice(columns.length + 1);
  const [solved, remediated, failed, abandoned, reported, inferred, expired] = figures.map(Number);
  const [actions, modelCalls, unpricedCalls] = figures.slice(19).map(Number);
  return {
    group: groupBy.map((name) =>
      groupValue(name, Number(ids[columns.indexOf(columnOf(name))] ?? EMPTY_TEXT), texts),
    ),
    tasks: { solved: solved!, remediated: remediated!, failed: failed!, abandoned: abandoned! },
    closedBy: { reported: reported!, inferred: inferred!, expired: expired! },
    cost: costsOf(figures.slice(7, 12)),
    untaggedCost: BigInt((figures[12] ?? 0n) as bigint | number) as UsdPico,
    tokens: tokensOf(figures.slice(13, 19)),
    actions: actions!,
    modelCalls: modelCalls!,
    unpricedCalls: unpricedCalls!,
  };
}

function groupValue(name: string, id: number, texts: TextNumbers): string {
  if (!name.startsWith('dimension:')) return texts.textOf(id);
  return texts.listOf(id)[Number(name.slice('dimension:'.length))] ?? '';
}

/** Group by group, by the bytes of the texts, so that rows come in one order everywhere. */
function compareGroups(left: readonly string[], right: readonly string[]): number {
  for (const [index, value] of left.entries()) {
    if (value === right[index]) continue;
    const order = Buffer.compare(Buffer.from(value), Buffer.from(right[index] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}
