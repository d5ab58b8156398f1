import { type Charge, comparePlaces } from '../../domain/charge.ts';
import type { TaskQuery } from '../../domain/ledger-reads.ts';
import { OUTCOMES, type Task, type TaskDetail } from '../../domain/task.ts';
import { cursorOf, pageEndOf } from '../cursor.ts';
import { CHARGE_FIELDS, chargeOf, readTraceCharges } from './charge-fields.ts';
import type { KindNumbers, TextNumbers } from './dictionaries.ts';
import { pageConditions, usedModel, whereOf } from './page-rows.ts';
import { partOf } from './part-codec.ts';
import { timeFitting } from './range.ts';
import { IS_ROLLED_OFF, ROLLED_OFF } from './read-rolled-off.ts';
import type { Cell, Row, Sql } from './sql.ts';
import { TASK_FIELDS, taskOf } from './task-fields.ts';

const SORT_COLUMNS = { cost: 't.cost', closed_at: 't.closed_at', started_at: 't.started_at' } as const;

/** A page of tasks by keyset: what comes after the last one seen, however the list has grown meanwhile. */
export async function readTaskPage(
  sql: Sql,
  query: TaskQuery,
  texts: TextNumbers,
): Promise<{ tasks: Task[]; nextCursor: string | undefined }> {
  const wanted = Math.max(0, query.limit) + 1;
  const rows: Row[] = [];
  for (const stretch of stretchesOf(query))
    if (rows.length < wanted)
      rows.push(...(await rowsOf(sql, query, { stretch, limit: wanted - rows.length, texts })));
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    tasks: page.map((row) => taskOf(row, texts)),
    nextCursor:
      rows.length > page.length && last !== undefined ? cursorOf(query.sort, endOf(last)) : undefined,
  };
}

const endOf = (row: Row) => ({ key: row.at(-1) as bigint | null, taskId: row[0] as string });

/** Tasks that one index finds in their order: those with a sort key, or behind them those without. */
interface Stretch {
  readonly conditions: readonly string[];
  readonly order: string;
  readonly values: readonly Cell[];
  /** When a task was closed, or if open started. */
  readonly time: string;
  /** False for those without a sort key. */
  readonly keyed: boolean;
}

/** By the bytes of the text, whatever the database sorts by. */
const BY_ID = 't.task_id COLLATE "C"';

function stretchesOf({ sort, cursor }: TaskQuery): readonly Stretch[] {
  const end = cursor === undefined ? undefined : pageEndOf(sort, cursor);
  const column = SORT_COLUMNS[sort];
  const keyed = {
    // A condition that always holds is not free: it keeps DuckDB from its fast way to the first rows.
    conditions: sort === 'closed_at' ? [`${column} IS NOT NULL`] : [],
    order: `${column} DESC, ${BY_ID}`,
    values: [],
    time: sort === 'closed_at' ? column : 'coalesce(t.closed_at, t.started_at)',
    keyed: true,
  };
  const unkeyed = {
    conditions: [`${column} IS NULL`],
    order: BY_ID,
    values: [],
    time: 't.started_at',
    keyed: false,
  };
  const both = sort === 'closed_at' ? [keyed, unkeyed] : [keyed];
  if (end === undefined) return both;
  const behind = `${BY_ID} > $1`;
  const values = [end.taskId];
  if (end.key === null)
    return both.slice(1).map((rest) => ({ ...rest, values, conditions: [...rest.conditions, behind] }));
  // The bound alone finds the place in an index; what follows it leaves out those of the same key that were seen.
  const after = `${column} <= ${end.key} AND (${column} < ${end.key} OR ${behind})`;
  return [{ ...keyed, values, conditions: [after] }, ...both.slice(1)];
}

async function rowsOf(
  sql: Sql,
  query: TaskQuery,
  of: { readonly stretch: Stretch; readonly limit: number; readonly texts: TextNumbers },
): Promise<readonly Row[]> {
  const { conditions, order, values, time, keyed } = of.stretch;
  const column = SORT_COLUMNS[query.sort];
  const model = query.model === undefined ? undefined : numberOf(query.model, of.texts);
  const plain = [...conditions, ...filters(query, time, of.texts)];
  const all =
    sql.dialect.columnar && keyed
      ? await pageConditions(sql, { column, conditions: plain, values, model, limit: of.limit })
      : [...plain, ...(model === undefined ? [] : [usedModel(model)])];
  if (all === undefined) return [];
  return sql.rows(
    `SELECT ${TASK_FIELDS}, ${column} FROM tasks t ${whereOf(all)} ORDER BY ${order} LIMIT ${of.limit}`,
    values,
  );
}

/** A text that the ledger never saw matches nothing. */
const numberOf = (text: string, texts: TextNumbers): number => texts.find(text) ?? -1;

/** Conditions of the query, but for the model. */
function filters(query: TaskQuery, time: string, texts: TextNumbers): string[] {
  const idOf = (text: string) => numberOf(text, texts);
  const conditions: string[] = [];
  if (query.agentType !== undefined) conditions.push(`t.agent_type = ${idOf(query.agentType)}`);
  if (query.taskType !== undefined) conditions.push(`t.task_type = ${idOf(query.taskType)}`);
  if (query.outcome === 'open') conditions.push('NOT t.closed');
  else if (query.outcome !== undefined) conditions.push(`t.outcome = ${OUTCOMES.indexOf(query.outcome)}`);
  if (query.from !== undefined) conditions.push(`${time} >= ${timeFitting(query.from)}`);
  if (query.to !== undefined) conditions.push(`${time} < ${timeFitting(query.to)}`);
  if (query.minCost !== undefined) conditions.push(`t.cost >= ${query.minCost}`);
  return conditions;
}

export async function readTask(
  sql: Sql,
  taskId: string,
  texts: TextNumbers,
): Promise<TaskDetail | undefined> {
  const named = sql.dialect.taskNamed(taskId);
  const [row] = await sql.rows(
    `SELECT ${TASK_FIELDS}, t.seq FROM task_ids i JOIN tasks t ON t.seq = i.seq WHERE ${named.where}`,
    named.values,
  );
  if (row === undefined) return undefined;
  const rows = await sql.rows(
    `SELECT p.part, ${IS_ROLLED_OFF} FROM parts p JOIN traces t ON t.seq = p.trace WHERE p.task = ${row.at(-1)}`,
  );
  const parts = rows
    .map(([part]) => partOf(part as string))
    .sort((left, right) => (left.traceId < right.traceId ? -1 : 1));
  return {
    ...taskOf(row, texts),
    traceIds: parts.map((part) => part.traceId),
    suppressed: parts.flatMap((part) => part.claim.suppressed),
    ...(rows.some(([, gone]) => gone) && ROLLED_OFF),
  };
}

/** A task's charges by time, trace, span and line; undefined for an unknown task. */
export async function readCharges(
  sql: Sql,
  taskId: string,
  kinds: KindNumbers,
): Promise<readonly Charge[] | undefined> {
  const task = await taskNumber(sql, taskId);
  if (task === undefined) return undefined;
  const traced = await readTraceCharges(sql, kinds, { where: `c.task = ${task}` });
  const own = await sql.rows(`SELECT ${CHARGE_FIELDS} FROM own_charges c WHERE c.task = ${task}`);
  return [...traced, ...own.map((row) => chargeOf(row, '', taskId, kinds))].sort(byTimeAndPlace);
}

/** The number of a task that there is; undefined for an unknown one. */
export async function taskNumber(sql: Sql, taskId: string): Promise<number | undefined> {
  const named = sql.dialect.taskNamed(taskId);
  const [row] = await sql.rows(
    `SELECT t.seq FROM task_ids i JOIN tasks t ON t.seq = i.seq WHERE ${named.where}`,
    named.values,
  );
  return row && Number(row[0]);
}

function byTimeAndPlace(left: Charge, right: Charge): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return comparePlaces(left, right);
}
