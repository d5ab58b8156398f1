import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataHealth, OpenRow, ReportedRow, UnpricedRow } from '../../domain/ledger-reads.ts';
import type { UsdPico } from '../../domain/money.ts';
import type { Kinds } from './kinds.ts';
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

/** Grouped by kind in the database; kinds that differ only in price or flags are one row, so they are added up here. */
export async function readUnpriced(
  connection: DuckDBConnection,
  kinds: Kinds,
): Promise<readonly UnpricedRow[]> {
  const unpriced = kinds.listWhere(({ reason }) => reason !== null);
  const rows = new Map<string, UnpricedRow>();
  for (const [kind, calls, quantity, first, last] of await rowsOf(
    connection,
    `SELECT kind, count(*), sum(quantity), min(ts), max(ts) FROM
      (SELECT kind, quantity, ts FROM charges WHERE kind IN (${unpriced})
        UNION ALL SELECT kind, quantity, ts FROM own_charges WHERE kind IN (${unpriced}))
      GROUP BY kind ORDER BY kind`,
  )) {
    const { component, provider, model, resource, class: unit, reason } = kinds.at(kind as number);
    const labels = { component, provider, model, resource, unit, reason: reason! };
    const key = JSON.stringify(labels);
    const known = rows.get(key);
    rows.set(key, {
      ...labels,
      calls: Number(calls) + (known?.calls ?? 0),
      quantity: (quantity as bigint) + (known?.quantity ?? 0n),
      firstSeen: earlier(first as bigint, known?.firstSeen),
      lastSeen: later(last as bigint, known?.lastSeen),
    });
  }
  return [...rows.values()];
}

/** Kinds that differ only in price or flags are one row. */
export async function readReported(
  connection: DuckDBConnection,
  kinds: Kinds,
): Promise<readonly ReportedRow[]> {
  const rows = new Map<string, ReportedRow>();
  for (const [kind, calls, uncomputed, reported, computed] of await rowsOf(
    connection,
    `SELECT kind, count(computed), count(*) - count(computed),
      coalesce(sum(reported) FILTER (computed IS NOT NULL), 0), coalesce(sum(computed), 0)
      FROM reported_costs GROUP BY kind ORDER BY kind`,
  )) {
    const { provider, model } = kinds.at(kind as number);
    const key = JSON.stringify([provider, model]);
    const known = rows.get(key);
    rows.set(key, {
      provider,
      model,
      calls: Number(calls) + (known?.calls ?? 0),
      reported: (BigInt(reported as bigint) + (known?.reported ?? 0n)) as UsdPico,
      computed: (BigInt(computed as bigint) + (known?.computed ?? 0n)) as UsdPico,
      uncomputed: Number(uncomputed) + (known?.uncomputed ?? 0),
    });
  }
  return [...rows.values()];
}

const earlier = (left: bigint, right: bigint | undefined): bigint =>
  right !== undefined && right < left ? right : left;
const later = (left: bigint, right: bigint | undefined): bigint =>
  right !== undefined && right > left ? right : left;

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
