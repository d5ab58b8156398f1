import type { DataHealth, OpenRow, ReportedRow, UnpricedRow } from '../../domain/ledger-reads.ts';
import type { UsdPico } from '../../domain/money.ts';
import type { KindNumbers, TextNumbers } from './dictionaries.ts';
import { HEALTH_FIGURES } from './health-sums.ts';
import type { Row, Sql } from './sql.ts';

export async function readOpenTasks(sql: Sql, texts: TextNumbers): Promise<readonly OpenRow[]> {
  const rows =
    await sql.rows(`SELECT t.agent_type, t.task_type, t.dimensions, count(*), sum(t.cost) FROM tasks t
      WHERE NOT t.closed GROUP BY t.agent_type, t.task_type, t.dimensions`);
  return rows.map(([agentType, taskType, dimensions, tasks, cost]) => ({
    agentType: texts.textOf(agentType as number),
    taskType: texts.textOf(taskType as number),
    dimensions: texts.listOf(dimensions as number),
    tasks: Number(tasks),
    cost: cost as UsdPico,
  }));
}

/** Grouped by kind in the database; kinds that differ only in price or flags are one row, so they are added up here. */
export async function readUnpriced(sql: Sql, kinds: KindNumbers): Promise<readonly UnpricedRow[]> {
  const unpriced = kinds.listWhere(({ reason }) => reason !== null);
  const rows = new Map<string, UnpricedRow>();
  const found = await sql.rows(await sql.dialect.unpricedStatement(unpriced));
  for (const [kind, calls, quantity, first, last] of byKind(found)) {
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
export async function readReported(sql: Sql, kinds: KindNumbers): Promise<readonly ReportedRow[]> {
  const rows = new Map<string, ReportedRow>();
  for (const [kind, calls, uncomputed, reported, computed] of await sql.rows(sql.dialect.reportedStatement)) {
    if (calls === 0n && uncomputed === 0n) continue;
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

const byKind = (rows: readonly Row[]): readonly Row[] =>
  [...rows].sort(([left], [right]) => (left as number) - (right as number));

const earlier = (left: bigint, right: bigint | undefined): bigint =>
  right !== undefined && right < left ? right : left;
const later = (left: bigint, right: bigint | undefined): bigint =>
  right !== undefined && right > left ? right : left;

export async function readDataHealth(sql: Sql, texts: TextNumbers): Promise<DataHealth> {
  const rows = await sql.rows(sql.dialect.healthStatement);
  const sumOf = (figure: string): bigint => {
    const column = 1 + HEALTH_FIGURES.indexOf(figure);
    return rows.reduce((sum, row) => sum + BigInt(row[column] as bigint), 0n);
  };
  const countOf = (figure: string): number => Number(sumOf(figure));
  return {
    tasks: countOf('tasks'),
    tasksClosed: countOf('closed'),
    untaggedTasks: countOf('untagged'),
    untaggedCost: sumOf('untagged_cost') as UsdPico,
    totalCost: sumOf('cost') as UsdPico,
    inferredTasks: countOf('inferred'),
    expiredTasks: countOf('expired'),
    unpricedCalls: countOf('unpriced_calls'),
    modelCalls: countOf('model_calls'),
    lowerBoundTasks: countOf('lower_bound'),
    suppressed: Object.fromEntries(
      (await sql.rows('SELECT rule, count(*) FROM suppressed GROUP BY rule')).map(([rule, count]) => [
        texts.textOf(rule as number),
        Number(count),
      ]),
    ),
    flags: flagCounts(rows, texts),
  };
}

function flagCounts(rows: readonly Row[], texts: TextNumbers): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [flags, tasks] of rows)
    for (const flag of new Set(texts.listOf(flags as number)))
      if (tasks !== 0n) counts[flag] = (counts[flag] ?? 0) + Number(tasks);
  return counts;
}
