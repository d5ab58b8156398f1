import type { Component } from './charge.ts';
import type { EconomicsRow } from './ledger-reads.ts';
import { addUsd, perTask, type UsdPico, ZERO_USD } from './money.ts';
import type { Outcome } from './task.ts';

/** A figure on both bases: per task that ended well at all, and per task that the agent solved alone. */
export interface BothBases<T> {
  readonly resolved: T | undefined;
  readonly autonomous: T | undefined;
}

/** Cost per solved task. Failed and abandoned tasks stay in the numerator; an empty denominator gives no value. */
export function cpst(row: Pick<EconomicsRow, 'cost' | 'tasks'>): BothBases<UsdPico> {
  const total = totalCost(row.cost);
  return {
    resolved: perTask(total, resolvedTasks(row.tasks)),
    autonomous: perTask(total, row.tasks.solved),
  };
}

/** Shares of all closed tasks, 0 to 1. */
export function successRatio(row: Pick<EconomicsRow, 'tasks'>): BothBases<number> {
  const closed = closedTasks(row.tasks);
  return {
    resolved: ratio(resolvedTasks(row.tasks), closed),
    autonomous: ratio(row.tasks.solved, closed),
  };
}

/** Tokens thought per effective action. `reasoning` has no value where no model reported reasoning tokens. */
export function reasoningActionRatio(row: Pick<EconomicsRow, 'tokens' | 'actions'>): {
  readonly reasoning: number | undefined;
  readonly output: number | undefined;
} {
  const { reasoning, output } = row.tokens;
  return {
    reasoning: reasoning === 0 ? undefined : ratio(reasoning, row.actions),
    output: ratio(output, row.actions),
  };
}

/** Share of closed tasks whose outcome nobody reported but the root span told. */
export const inferredRatio = (row: Pick<EconomicsRow, 'closedBy' | 'tasks'>): number | undefined =>
  ratio(row.closedBy.inferred, closedTasks(row.tasks));

/** Share of the cost that belongs to tasks without session or task id. */
export const untaggedRatio = (row: Pick<EconomicsRow, 'cost' | 'untaggedCost'>): number | undefined =>
  ratio(Number(row.untaggedCost), Number(totalCost(row.cost)));

/** Share of calls without a price. Unpriced units of tools and databases count too, so that the share cannot pass 1. */
export const unpricedRatio = (row: Pick<EconomicsRow, 'unpricedCalls' | 'modelCalls'>): number | undefined =>
  ratio(row.unpricedCalls, Math.max(row.modelCalls, row.unpricedCalls));

/** True where something in the row has no price, so that its cost is at least what is shown. */
export const isLowerBound = (row: Pick<EconomicsRow, 'unpricedCalls'>): boolean => row.unpricedCalls > 0;

/** What a closed task costs on average, of one component; no value where no task closed. */
export const meanCost = (
  row: Pick<EconomicsRow, 'cost' | 'tasks'>,
  component: Component,
): UsdPico | undefined => perTask(row.cost[component], closedTasks(row.tasks));

export function totalCost(cost: Readonly<Record<Component, UsdPico>>): UsdPico {
  return (cost.inference + cost.vector + cost.tooling + cost.compute + cost.remediation) as UsdPico;
}

/** Two groups as one under the name of the first: every figure of it is computed anew from these sums. */
export const together = (left: EconomicsRow, right: EconomicsRow): EconomicsRow => ({
  group: left.group,
  tasks: {
    solved: left.tasks.solved + right.tasks.solved,
    remediated: left.tasks.remediated + right.tasks.remediated,
    failed: left.tasks.failed + right.tasks.failed,
    abandoned: left.tasks.abandoned + right.tasks.abandoned,
  },
  closedBy: {
    reported: left.closedBy.reported + right.closedBy.reported,
    inferred: left.closedBy.inferred + right.closedBy.inferred,
    expired: left.closedBy.expired + right.closedBy.expired,
  },
  cost: {
    inference: addUsd(left.cost.inference, right.cost.inference),
    vector: addUsd(left.cost.vector, right.cost.vector),
    tooling: addUsd(left.cost.tooling, right.cost.tooling),
    compute: addUsd(left.cost.compute, right.cost.compute),
    remediation: addUsd(left.cost.remediation, right.cost.remediation),
  },
  untaggedCost: addUsd(left.untaggedCost, right.untaggedCost),
  tokens: {
    input: left.tokens.input + right.tokens.input,
    cache_read: left.tokens.cache_read + right.tokens.cache_read,
    cache_write_5m: left.tokens.cache_write_5m + right.tokens.cache_write_5m,
    cache_write_1h: left.tokens.cache_write_1h + right.tokens.cache_write_1h,
    output: left.tokens.output + right.tokens.output,
    reasoning: left.tokens.reasoning + right.tokens.reasoning,
  },
  actions: left.actions + right.actions,
  modelCalls: left.modelCalls + right.modelCalls,
  unpricedCalls: left.unpricedCalls + right.unpricedCalls,
});

export const NO_COST: Readonly<Record<Component, UsdPico>> = {
  inference: ZERO_USD,
  vector: ZERO_USD,
  tooling: ZERO_USD,
  compute: ZERO_USD,
  remediation: ZERO_USD,
};

type TaskCounts = Readonly<Record<Outcome, number>>;

export const closedTasks = (tasks: TaskCounts): number =>
  tasks.solved + tasks.remediated + tasks.failed + tasks.abandoned;

const resolvedTasks = (tasks: TaskCounts): number => tasks.solved + tasks.remediated;

const ratio = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);
