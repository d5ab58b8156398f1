import { COMPONENTS, type Component } from '../domain/charge.ts';
import {
  cpst,
  inferredRatio,
  meanCost,
  reasoningActionRatio,
  successRatio,
  totalCost,
  unpricedRatio,
  untaggedRatio,
} from '../domain/economics.ts';
import type { EconomicsRow } from '../domain/ledger-reads.ts';
import { addUsd, type UsdPico, usdNumber } from '../domain/money.ts';
import { OUTCOMES } from '../domain/task.ts';
import type { Summable } from './bound.ts';
import { labelsOf, type Points } from './families.ts';

/** The gauges of one group of closed tasks in one window. Zero is a value here only where it was counted. */
export function addEconomics(
  points: Points,
  row: EconomicsRow,
  names: readonly string[],
  window: string,
): void {
  const group = labelsOf(names, row.group);
  const inWindow = { ...group, window };
  const perTask = cpst(row);
  const success = successRatio(row);
  const thought = reasoningActionRatio(row);
  for (const basis of ['resolved', 'autonomous'] as const) {
    points.add('agent.cpst.usd', dollars(perTask[basis]), { ...group, basis, window });
    points.add('agent.success.ratio', success[basis], { ...group, basis, window });
  }
  for (const component of COMPONENTS) {
    points.add('agent.task.cost.usd', dollars(meanCost(row, component)), { ...group, component, window });
  }
  for (const outcome of OUTCOMES) {
    points.add('agent.tasks', row.tasks[outcome], { ...group, outcome, window });
  }
  for (const basis of ['reasoning', 'output'] as const) {
    points.add('agent.reasoning.action.ratio', thought[basis], { ...group, basis, window });
  }
  points.add('agent.outcome.inferred.ratio', inferredRatio(row), inWindow);
  points.add('agent.cost.untagged.ratio', untaggedRatio(row), inWindow);
  points.add('agent.calls.unpriced.ratio', unpricedRatio(row), inWindow);
}

/** How groups past the limit become one: every figure is computed again from the summed inputs. */
export const economicsSums: Summable<EconomicsRow> = {
  key: (row) => row.group,
  size: (row) => totalCost(row.cost),
  withKey: (row, group) => ({ ...row, group }),
  sum: (left, right) => ({
    group: left.group,
    tasks: addCounts(left.tasks, right.tasks),
    closedBy: addCounts(left.closedBy, right.closedBy),
    cost: addCosts(left.cost, right.cost),
    untaggedCost: addUsd(left.untaggedCost, right.untaggedCost),
    tokens: addCounts(left.tokens, right.tokens),
    actions: left.actions + right.actions,
    modelCalls: left.modelCalls + right.modelCalls,
    unpricedCalls: left.unpricedCalls + right.unpricedCalls,
  }),
};

const dollars = (amount: UsdPico | undefined): number | undefined =>
  amount === undefined ? undefined : usdNumber(amount);

function addCounts<K extends string>(
  left: Readonly<Record<K, number>>,
  right: Readonly<Record<K, number>>,
): Readonly<Record<K, number>> {
  const sum: Record<K, number> = { ...left };
  for (const key of Object.keys(right) as K[]) sum[key] += right[key];
  return sum;
}

type Costs = Readonly<Record<Component, UsdPico>>;

const addCosts = (left: Costs, right: Costs): Costs => ({
  inference: addUsd(left.inference, right.inference),
  vector: addUsd(left.vector, right.vector),
  tooling: addUsd(left.tooling, right.tooling),
  compute: addUsd(left.compute, right.compute),
  remediation: addUsd(left.remediation, right.remediation),
});
