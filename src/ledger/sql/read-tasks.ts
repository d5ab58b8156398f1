import { type Charge, comparePlaces } from '../../domain/charge.ts';
import type { TaskQuery } from '../../domain/ledger-reads.ts';
import { OUTCOMES, type Task, type TaskDetail } from '../../domain/task.ts';
import { cursorOf, pageEndOf } from '../cursor.ts';
import { CHARGE_FIELDS, chargeOf, readTraceCharges } from './charge-fields.ts';
import type { Dictionaries, KindNumbers, TextNumbers } from './dictionaries.ts';
import { partOf } from './part-codec.ts';
import { timeFitting } from './range.ts';
import type { Cell, Row, Sql } from './sql.ts';
import { TASK_FIELDS, taskOf } from './task-fields.ts';

const SORT_COLUMNS = { cost: 't.cost', closed_at: 't.closed_at', started_at: 't.started_at' } as const;

/** A page of tasks by keyset: what comes after the last one seen, however the list has grown meanwhile. */
export async function readTaskPage(
  sql: Sql,
  query: TaskQuery,
  { texts, kinds }: Dictionaries,
): Promise<{ tasks: Task[]; nextCursor: string | undefined }> {
  const sort = SORT_COLUMNS[query.sort];
  const values: Cell[] = [];
  const conditions = [...filters(query, texts, kinds), ...afterCursor(query, sort, values)];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const rows = await sql.rows(
    `SELECT ${TASK_FIELDS}, ${sort} FROM tasks t ${where}
      ORDER BY ${sort} DESC NULLS LAST, t.task_id LIMIT ${Math.max(0, query.limit) + 1}`,
    values,
  );
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    tasks: page.map((row) => taskOf(row, texts)),
    nextCursor:
      rows.length > page.length && last !== undefined ? cursorOf(query.sort, endOf(last)) : undefined,
  };
}

const endOf = (row: Row) => ({ key: row.at(-1) as bigint | null, taskId: row[0] as string });

/** Conditions of the query; texts that the ledger never saw match nothing. */
function filters(query: TaskQuery, texts: TextNumbers, kinds: KindNumbers): string[] {
  const idOf = (text: string) => texts.find(text) ?? -1;
  const conditions: string[] = [];
  const time = 'coalesce(t.closed_at, t.started_at)';
  if (query.agentType !== undefined) conditions.push(`t.agent_type = ${idOf(query.agentType)}`);
  if (query.taskType !== undefined) conditions.push(`t.task_type = ${idOf(query.taskType)}`);
  if (query.outcome === 'open') conditions.push('NOT t.closed');
  else if (query.outcome !== undefined) conditions.push(`t.outcome = ${OUTCOMES.indexOf(query.outcome)}`);
  if (query.from !== undefined) conditions.push(`${time} >= ${timeFitting(query.from)}`);
  if (query.to !== undefined) conditions.push(`${time} < ${timeFitting(query.to)}`);
  if (query.minCost !== undefined) conditions.push(`t.cost >= ${query.minCost}`);
  if (query.model !== undefined) {
    const ofModel = kinds.listWhere(({ model }) => model === query.model);
    conditions.push(
      `t.seq IN (SELECT task FROM charges WHERE kind IN (${ofModel})
        UNION ALL SELECT task FROM own_charges WHERE kind IN (${ofModel}))`,
    );
  }
  return conditions;
}

function afterCursor(query: TaskQuery, sort: string, values: Cell[]): string[] {
  if (query.cursor === undefined) return [];
  const { key, taskId } = pageEndOf(query.sort, query.cursor);
  values.push(taskId);
  if (key === null) return [`${sort} IS NULL AND t.task_id > $1`];
  return [`(${sort} < ${key} OR ${sort} IS NULL OR (${sort} = ${key} AND t.task_id > $1))`];
}

export async function readTask(
  sql: Sql,
  taskId: string,
  texts: TextNumbers,
): Promise<TaskDetail | undefined> {
  const [row] = await sql.rows(`SELECT ${TASK_FIELDS}, t.seq FROM tasks t WHERE t.task_id = $1`, [taskId]);
  if (row === undefined) return undefined;
  const parts = (await sql.rows(`SELECT part FROM parts WHERE task = ${row.at(-1)}`))
    .map(([part]) => partOf(part as string))
    .sort((left, right) => (left.traceId < right.traceId ? -1 : 1));
  return {
    ...taskOf(row, texts),
    traceIds: parts.map((part) => part.traceId),
    suppressed: parts.flatMap((part) => part.claim.suppressed),
  };
}

/** A task's charges by time, trace, span and line; undefined for an unknown task. */
export async function readCharges(
  sql: Sql,
  taskId: string,
  kinds: KindNumbers,
): Promise<readonly Charge[] | undefined> {
  const [task] = await sql.rows('SELECT seq FROM tasks WHERE task_id = $1', [taskId]);
  if (task === undefined) return undefined;
  const traced = await readTraceCharges(sql, kinds, { where: `c.task = ${task[0]}` });
  const own = await sql.rows(`SELECT ${CHARGE_FIELDS} FROM own_charges c WHERE c.task = ${task[0]}`);
  return [...traced, ...own.map((row) => chargeOf(row, '', taskId, kinds))].sort(byTimeAndPlace);
}

function byTimeAndPlace(left: Charge, right: Charge): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return comparePlaces(left, right);
}
