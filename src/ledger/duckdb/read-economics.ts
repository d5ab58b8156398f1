import type { DuckDBConnection } from '@duckdb/node-api';
import { COMPONENTS } from '../../domain/charge.ts';
import type { EconomicsQuery, EconomicsRow } from '../../domain/ledger.ts';
import { addUsd, type UsdPico } from '../../domain/money.ts';
import { OUTCOMES } from '../../domain/task.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { timeFitting } from './range.ts';
import { type Row, rowsOf } from './session.ts';
import { CLOSED_BY, costsOf, tokensOf } from './task-rows.ts';
import { Texts } from './texts.ts';

/**
 * Sums of the closed tasks of a window. DuckDB groups by the numbers of texts; what belongs together only after
 * the numbers are texts again (one dimension out of a list of several) is added up here, over few rows.
 */
export async function readEconomics(
  connection: DuckDBConnection,
  query: EconomicsQuery,
  texts: Texts,
): Promise<readonly EconomicsRow[]> {
  const statements = query.groupBy.includes('model') ? modelStatements(query) : [taskStatement(query)];
  const rows = new Map<string, EconomicsRow>();
  for (const sql of statements) {
    for (const row of await rowsOf(connection, sql)) {
      const one = economicsOf(row, query.groupBy, texts);
      const key = JSON.stringify(one.group);
      const known = rows.get(key);
      rows.set(key, known === undefined ? one : added(known, one));
    }
  }
  return [...rows.values()].sort((left, right) => compareGroups(left.group, right.group));
}

const closedIn = ({ from, to }: EconomicsQuery): string =>
  `t.closed AND t.closed_at >= ${timeFitting(from)} AND t.closed_at < ${timeFitting(to)}`;

/** Columns of tasks that the groups need; `dimension:2` and `dimension:0` need the same one. */
function groupColumns(groupBy: readonly string[]): string[] {
  return [...new Set(groupBy.map(columnOf))];
}

function columnOf(name: string): string {
  if (name === 'agent_type' || name === 'task_type') return `t.${name}`;
  return name === 'model' ? 'model' : 't.dimensions';
}

const sum = (...columns: string[]): string => columns.map((column) => `sum(${column})`).join(', ');
const zeros = (count: number): string => Array(count).fill('0').join(', ');

const COUNTS = [
  ...OUTCOMES.map((_, outcome) => `count(*) FILTER (t.outcome = ${outcome})`),
  ...CLOSED_BY.map((_, how) => `count(*) FILTER (t.closed_by = ${how})`),
].join(', ');

function taskStatement(query: EconomicsQuery): string {
  const groups = groupColumns(query.groupBy);
  const sums = [
    sum(...COMPONENTS.map((name) => `t.${name}`)),
    'sum(t.cost) FILTER (NOT t.tagged)',
    sum(...TOKEN_CLASSES.map((name) => `t.${name}`)),
    'sum(t.actions)',
    'sum(t.inference_calls + t.embedding_calls + t.rerank_calls)',
    'sum(t.unpriced_calls)',
  ];
  return `SELECT ${[...groups, COUNTS, ...sums].join(', ')} FROM tasks t WHERE ${closedIn(query)} ${groupingBy(groups)}`;
}

/** Without groups an empty window has no row, where SQL alone would give one of nulls. */
const groupingBy = (groups: readonly string[]): string =>
  groups.length === 0 ? 'HAVING count(*) > 0' : `GROUP BY ${groups.join(', ')}`;

/**
 * By model, two questions: what was spent, over the shares; and which tasks used it, each counted once however
 * many of its traces did. A task without any share used the model ''.
 */
function modelStatements(query: EconomicsQuery): readonly string[] {
  const groups = groupColumns(query.groupBy);
  const components = COMPONENTS.map((name) => `s.${name}`);
  const spent = [
    sum(...components),
    `sum(${components.join(' + ')}) FILTER (NOT t.tagged)`,
    sum(...TOKEN_CLASSES.map((name) => `s.${name}`)),
    '0',
    sum('s.model_calls', 's.unpriced_calls'),
  ];
  const grouped = groupingBy(groups);
  const closed = closedIn(query);
  const countColumns = OUTCOMES.length + CLOSED_BY.length;
  const nothingSpent = `${zeros(COMPONENTS.length + 1 + TOKEN_CLASSES.length)}, sum(t.actions), 0, 0`;
  return [
    `SELECT ${[...groups, zeros(countColumns), ...spent].join(', ')}
      FROM model_shares s JOIN tasks t ON t.seq = s.task WHERE ${closed} ${grouped}`,
    `SELECT ${[...groups, COUNTS, nothingSpent].join(', ')} FROM
      (SELECT DISTINCT t.seq, t.agent_type, t.task_type, t.dimensions, t.outcome, t.closed_by, t.actions, s.model
        FROM tasks t LEFT JOIN model_shares s ON s.task = t.seq WHERE ${closed}) t ${grouped}`,
  ];
}

function economicsOf(row: Row, groupBy: readonly string[], texts: Texts): EconomicsRow {
  const columns = groupColumns(groupBy);
  const ids = row.slice(0, columns.length);
  const figures = row.slice(columns.length);
  const [solved, remediated, failed, abandoned, reported, inferred, expired] = figures.map(Number);
  const [actions, modelCalls, unpricedCalls] = figures.slice(19).map(Number);
  return {
    group: groupBy.map((name) =>
      groupValue(name, Number(ids[columns.indexOf(columnOf(name))] ?? Texts.EMPTY), texts),
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

function groupValue(name: string, id: number, texts: Texts): string {
  if (!name.startsWith('dimension:')) return texts.textOf(id);
  return texts.listOf(id)[Number(name.slice('dimension:'.length))] ?? '';
}

function added(left: EconomicsRow, right: EconomicsRow): EconomicsRow {
  return {
    group: left.group,
    tasks: sumOf(left.tasks, right.tasks),
    closedBy: sumOf(left.closedBy, right.closedBy),
    cost: costsOf(COMPONENTS.map((name) => left.cost[name] + right.cost[name])),
    untaggedCost: addUsd(left.untaggedCost, right.untaggedCost),
    tokens: sumOf(left.tokens, right.tokens),
    actions: left.actions + right.actions,
    modelCalls: left.modelCalls + right.modelCalls,
    unpricedCalls: left.unpricedCalls + right.unpricedCalls,
  };
}

const sumOf = <K extends string>(
  left: Readonly<Record<K, number>>,
  right: Readonly<Record<K, number>>,
): Record<K, number> =>
  Object.fromEntries((Object.keys(left) as K[]).map((name) => [name, left[name] + right[name]])) as Record<
    K,
    number
  >;

/** Group by group, by the bytes of the texts, so that rows come in one order everywhere. */
function compareGroups(left: readonly string[], right: readonly string[]): number {
  for (const [index, value] of left.entries()) {
    const order = Buffer.compare(Buffer.from(value), Buffer.from(right[index] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}
