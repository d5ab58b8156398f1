import { type Charge, COMPONENTS, type Component } from '../domain/charge.ts';
import { totalCost } from '../domain/economics.ts';
import { formatUsd, type MicroUnits, type UsdPico } from '../domain/money.ts';
import { type Adjustment, adjustedLine } from '../domain/repricing.ts';
import type { Task, TaskDetail } from '../domain/task.ts';
import { formatDecimal } from '../lib/decimal.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';

/** A task as `GET /tasks` lists it. `dimensions` are the configured names, in order. */
export const taskJson = (task: Task, dimensions: readonly string[]) => ({
  task_id: task.taskId,
  agent_type: task.agentType,
  task_type: task.taskType,
  prompt_version: task.promptVersion ?? null,
  user_id: task.user ?? null,
  dimensions: dimensionsJson(task.dimensions, dimensions),
  state: task.state,
  outcome: task.outcome ?? null,
  closed_by: task.closedBy ?? null,
  started_at: formatTime(task.startedAt),
  closed_at: task.closedAt === undefined ? null : formatTime(task.closedAt),
  value_usd: usdOrNull(task.value),
  cost_usd: costJson(task.cost),
  tokens: task.tokens,
  calls: task.calls,
  actions: task.actions,
  unpriced_calls: task.unpricedCalls,
  flags: task.flags,
});

export const dimensionsJson = (values: readonly string[], names: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));

export const taskDetailJson = (task: TaskDetail, dimensions: readonly string[]) => ({
  ...taskJson(task, dimensions),
  trace_ids: task.traceIds,
  charges_rolled_off: task.rolledOff ?? false,
  suppressed: task.suppressed.map(({ spanId, rule }) => ({ span_id: spanId, rule })),
});

export const chargeJson = (charge: Charge) => ({
  trace_id: charge.traceId,
  span_id: charge.spanId,
  line: charge.line,
  at: formatTime(charge.at),
  component: charge.component,
  provider: charge.provider,
  model: charge.model,
  resource: charge.resource,
  class: charge.class,
  quantity: quantityNumber(charge.quantity),
  rate_usd: charge.rate === null ? null : formatDecimal(charge.rate, 15),
  amount_usd: charge.amount === null ? null : formatUsd(charge.amount),
  price_id: charge.priceId,
  table_hash: charge.tableHash,
  flags: charge.flags,
  reason: charge.reason,
  served: charge.served ?? null,
  reported_usd: charge.beside === undefined ? null : formatUsd(charge.beside.reported),
  computed_usd: charge.beside?.computed == null ? null : formatUsd(charge.beside.computed),
});

/** What a restatement changed of one line. */
export function adjustmentJson(one: Adjustment) {
  const { traceId, spanId, at, component, provider, model, resource, class: name } = adjustedLine(one);
  return {
    repricing: one.repricing,
    by: one.by,
    adjusted_at: formatTime(nanosOfMs(one.adjustedAt)),
    trace_id: traceId,
    span_id: spanId,
    at: formatTime(at),
    component,
    provider,
    model,
    resource,
    class: name,
    difference_usd: formatUsd(((one.after?.amount ?? 0n) - (one.before?.amount ?? 0n)) as UsdPico),
    before: standJson(one.before),
    after: standJson(one.after),
  };
}

function standJson(charge: Charge | undefined) {
  if (charge === undefined) return null;
  const { line, quantity, rate_usd, amount_usd, price_id, table_hash, reason } = chargeJson(charge);
  return { line, quantity, rate_usd, amount_usd, price_id, table_hash, reason };
}

export const costJson = (cost: Readonly<Record<Component, UsdPico>>) => ({
  total: formatUsd(totalCost(cost)),
  ...Object.fromEntries(COMPONENTS.map((component) => [component, formatUsd(cost[component])])),
});

export const usdOrNull = (amount: UsdPico | undefined): string | null =>
  amount === undefined ? null : formatUsd(amount);

/** Exact up to nine billion units in millionths; beyond it the nearest double. */
export const quantityNumber = (quantity: MicroUnits): number => Number(formatDecimal(quantity, 6));
