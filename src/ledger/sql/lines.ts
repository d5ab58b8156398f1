import { type ChargeLine, type LineQuery, type LineTask, unknownTask } from '../../domain/charge-line.ts';
import type { UsdPico } from '../../domain/money.ts';
import { OUTCOMES } from '../../domain/task.ts';
import type { Dictionaries, TextNumbers } from './dictionaries.ts';
import type { Cell, Held, LongList, Near, Row, Sql } from './sql.ts';
import { CLOSED_BY } from './task-fields.ts';

/** Every charge in range, those of tasks themselves too, page by page; see `LedgerSnapshot`. */
export async function* linesOf(
  { sql, pages }: Held,
  query: LineQuery,
  dictionaries: Dictionaries,
): AsyncGenerator<readonly ChargeLine[]> {
  const asked = conditionsOf(query, dictionaries);
  const list: LongList = {
    range: query,
    statement: (where, near) => statementOf({ asked, where }, near),
    counted: (where) => countedOf(`${asked} AND ${where}`),
  };
  for await (const rows of pages(list)) {
    if (rows.length === 0) continue;
    const tasks = await tasksOf(sql, rows, dictionaries.texts);
    yield rows.map((row) => lineOf(row, dictionaries, tasks));
  }
}

/** On columns that `charges` and `own_charges` have alike. */
function conditionsOf({ agentType, taskType, model }: LineQuery, { texts, kinds }: Dictionaries): string {
  const conditions = ['true'];
  const ofTasks = [
    ...(agentType === undefined ? [] : [`agent_type = ${texts.find(agentType) ?? -1}`]),
    ...(taskType === undefined ? [] : [`task_type = ${texts.find(taskType) ?? -1}`]),
  ];
  if (ofTasks.length > 0) conditions.push(`task IN (SELECT seq FROM tasks WHERE ${ofTasks.join(' AND ')})`);
  if (model !== undefined) conditions.push(`kind IN (${kinds.listWhere((kind) => kind.model === model)})`);
  return conditions.join(' AND ');
}

const countedOf = (where: string): string =>
  `(SELECT ts, trace, task FROM charges WHERE ${where}
    UNION ALL SELECT ts, NULL AS trace, task FROM own_charges WHERE ${where}) AS counted`;

const COLUMNS = 'span, line, task, ts, kind, quantity, amount';

/**
 * A span is kept as a signed number: those from 8000000000000000 on are negative, and come last. A charge of a task
 * itself has no trace; the texts of task ids are compared by their bytes. A reported cost has the time of its line.
 */
const statementOf = (
  { asked, where }: { readonly asked: string; readonly where: string },
  near: Near,
): string => `
  SELECT c.ts, c.line, c.task, c.kind, c.quantity, c.amount, c.span, t.trace, r.reported, r.computed, i.task_id
  FROM (SELECT trace, ${COLUMNS} FROM charges WHERE ${asked} AND ${where}
    UNION ALL SELECT 0 AS trace, ${COLUMNS} FROM own_charges WHERE ${asked} AND ${where}) AS c
  LEFT JOIN (SELECT seq, trace FROM traces WHERE ${near.traces}) AS t ON t.seq = c.trace
  LEFT JOIN (SELECT trace, span, line, reported, computed FROM reported_costs WHERE ${where}) AS r
    ON r.trace = c.trace AND r.span = c.span AND r.line = c.line
  JOIN (SELECT seq, task_id FROM task_ids WHERE ${near.tasks}) AS i ON i.seq = c.task
  ORDER BY c.ts, t.trace NULLS FIRST, c.span < 0, c.span, c.line, i.task_id COLLATE "C"`;

async function tasksOf(sql: Sql, rows: readonly Row[], texts: TextNumbers): Promise<Map<Cell, LineTask>> {
  const tasks = new Map<Cell, LineTask>();
  for (const row of rows) if (!tasks.has(row[2]!)) tasks.set(row[2]!, unknownTask(row[10] as string));
  const found = await sql.rows(
    `SELECT k.seq, ${LABELS} FROM tasks k WHERE k.seq IN (${[...tasks.keys()].join(', ')})`,
  );
  for (const row of found) tasks.set(row[0]!, labelsOf(row, texts));
  return tasks;
}

const LABELS =
  'k.task_id, k.agent_type, k.task_type, k.prompt_version, k.user_id, k.dimensions, k.closed, k.outcome, k.closed_by, k.closed_at';

function labelsOf(row: Row, texts: TextNumbers): LineTask {
  const [, taskId, agentType, taskType, promptVersion, user, dimensions, closed, ...ended] = row;
  const [outcome, closedBy, closedAt] = ended;
  return {
    taskId: taskId as string,
    agentType: texts.textOf(agentType as number),
    taskType: texts.textOf(taskType as number),
    promptVersion: promptVersion === null ? undefined : texts.textOf(promptVersion as number),
    user: user === '' ? undefined : (user as string),
    dimensions: texts.listOf(dimensions as number),
    state: closed ? 'closed' : 'open',
    outcome: outcome === null ? undefined : OUTCOMES[outcome as number],
    closedBy: closedBy === null ? undefined : CLOSED_BY[closedBy as number],
    closedAt: closedAt === null ? undefined : (closedAt as bigint),
  };
}

function lineOf(row: Row, { kinds }: Dictionaries, tasks: ReadonlyMap<Cell, LineTask>): ChargeLine {
  const [at, line, task, kind, quantity, amount, span, trace, reported, computed] = row;
  const isOfTask = trace === null;
  const one = {
    traceId: isOfTask ? '' : (trace as string),
    spanId: isOfTask ? '' : hexOf(span as bigint),
    line: line as number,
    at: at as bigint,
    quantity: quantity as ChargeLine['quantity'],
    amount: amount as ChargeLine['amount'],
    kind: kinds.at(kind as number),
    task: tasks.get(task!)!,
  };
  if (reported === null) return one;
  return { ...one, beside: { reported: reported as UsdPico, computed: computed as UsdPico | null } };
}

const hexOf = (span: bigint): string => BigInt.asUintN(64, span).toString(16).padStart(16, '0');
