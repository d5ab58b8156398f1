import type { DuckDBConnection } from '@duckdb/node-api';
import { COMPONENTS, UNPRICED_REASONS } from '../../domain/charge.ts';
import type { DataHealth, OpenRow, UnpricedRow } from '../../domain/ledger.ts';
import type { UsdPico } from '../../domain/money.ts';
import { rowsOf } from './session.ts';
import { CLOSED_BY } from './task-rows.ts';
import type { Texts } from './texts.ts';

export async function readOpenTasks(connection: DuckDBConnection, texts: Texts): Promise<readonly OpenRow[]> {
  const rows = await rowsOf(
    connection,
    `SELECT t.agent_type, t.task_type, t.dimensions, count(*), sum(t.cost) FROM tasks t
      WHERE NOT t.closed GROUP BY ALL ORDER BY ALL`,
  );
  return rows.map(([agentType, taskType, dimensions, tasks, cost]) => ({
    agentType: texts.textOf(agentType as number),
    taskType: texts.textOf(taskType as number),
    dimensions: texts.listOf(dimensions as number),
    tasks: Number(tasks),
    cost: cost as UsdPico,
  }));
}

export async function readUnpriced(
  connection: DuckDBConnection,
  texts: Texts,
): Promise<readonly UnpricedRow[]> {
  const fields = 'component, provider, model, resource, class, reason';
  const rows = await rowsOf(
    connection,
    `SELECT ${fields}, count(*), sum(quantity), min(ts), max(ts) FROM
      (SELECT ${fields}, quantity, ts FROM charges WHERE reason IS NOT NULL
        UNION ALL SELECT ${fields}, quantity, ts FROM own_charges WHERE reason IS NOT NULL)
      GROUP BY ${fields} ORDER BY ALL`,
  );
  return rows.map(([component, provider, model, resource, unit, reason, calls, quantity, first, last]) => ({
    component: COMPONENTS[component as number]!,
    provider: texts.textOf(provider as number),
    model: texts.textOf(model as number),
    resource: texts.textOf(resource as number),
    unit: texts.textOf(unit as number),
    reason: UNPRICED_REASONS[reason as number]!,
    calls: Number(calls),
    quantity: quantity as bigint,
    firstSeen: first as bigint,
    lastSeen: last as bigint,
  }));
}

export async function readDataHealth(connection: DuckDBConnection, texts: Texts): Promise<DataHealth> {
  const [totals] = await rowsOf(
    connection,
    `SELECT count(*), count(*) FILTER (closed), count(*) FILTER (NOT tagged),
      coalesce(sum(cost) FILTER (NOT tagged), 0), coalesce(sum(cost), 0),
      count(*) FILTER (closed_by = ${CLOSED_BY.indexOf('inferred')}),
      count(*) FILTER (closed_by = ${CLOSED_BY.indexOf('expired')}),
      coalesce(sum(unpriced_calls), 0), coalesce(sum(inference_calls + embedding_calls + rerank_calls), 0),
      count(*) FILTER (unpriced_calls > 0) FROM tasks`,
  );
  const [tasks, closed, untagged, , , inferred, expired, unpriced, calls, lowerBound] = totals!.map(Number);
  return {
    tasks: tasks!,
    tasksClosed: closed!,
    untaggedTasks: untagged!,
    untaggedCost: totals![3] as UsdPico,
    totalCost: totals![4] as UsdPico,
    inferredTasks: inferred!,
    expiredTasks: expired!,
    unpricedCalls: unpriced!,
    modelCalls: calls!,
    lowerBoundTasks: lowerBound!,
    suppressed: Object.fromEntries(
      (await rowsOf(connection, 'SELECT rule, count(*) FROM suppressed GROUP BY rule')).map(
        ([rule, count]) => [texts.textOf(rule as number), Number(count)],
      ),
    ),
    flags: await flagCounts(connection, texts),
  };
}

async function flagCounts(connection: DuckDBConnection, texts: Texts): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [flags, tasks] of await rowsOf(connection, 'SELECT flags, count(*) FROM tasks GROUP BY flags'))
    for (const flag of new Set(texts.listOf(flags as number)))
      counts[flag] = (counts[flag] ?? 0) + Number(tasks);
  return counts;
}
