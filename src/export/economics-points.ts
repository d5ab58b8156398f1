import { COMPONENTS, type Component } from '../domain/charge.ts';
import {
  cpst,
  inferredRatio,
  meanCost,
  reasoningActionRatio,
  successRatio,
  together,
  totalCost,
  unpricedRatio,
  untaggedRatio,
} from '../domain/economics.ts';
import type { EconomicsRow } from '../domain/ledger-reads.ts';
import { type UsdPico, usdNumber } from '../domain/money.ts';
import { OUTCOMES, type Outcome } from '../domain/task.ts';
import type { Summable } from './bound.ts';
import { type Labels, labelsOf, type Points } from './families.ts';

/** The labels of all gauges of one group in one window. */
export interface WindowLabels {
  readonly plain: Labels;
  readonly basis: Readonly<Record<'resolved' | 'autonomous', Labels>>;
  readonly component: Readonly<Record<Component, Labels>>;
  readonly outcome: Readonly<Record<Outcome, Labels>>;
  readonly thought: Readonly<Record<'reasoning' | 'output', Labels>>;
}

export function windowLabels(
  names: readonly string[],
  values: readonly string[],
  window: string,
): WindowLabels {
  const group = labelsOf(names, values);
  const each = <K extends string>(name: string, keys: readonly K[]) =>
    Object.fromEntries(
      keys.map((key): [string, Labels] => [key, { ...group, [name]: key, window }]),
    ) as Record<K, Labels>;
  return {
    plain: { ...group, window },
    basis: each('basis', BASES),
    component: each('component', COMPONENTS),
    outcome: each('outcome', OUTCOMES),
    thought: each('basis', THOUGHTS),
  };
}

const BASES = ['resolved', 'autonomous'] as const;
const THOUGHTS = ['reasoning', 'output'] as const;

/** The gauges of one group of closed tasks in one window. Zero is a value here only where it was counted. */
export function addEconomics(points: Points, row: EconomicsRow, labels: WindowLabels): void {
  const perTask = cpst(row);
  const success = successRatio(row);
  const thought = reasoningActionRatio(row);
  for (const basis of BASES) {
    points.add('agent.cpst.usd', dollars(perTask[basis]), labels.basis[basis]);
    points.add('agent.success.ratio', success[basis], labels.basis[basis]);
  }
  for (const component of COMPONENTS)
    points.add('agent.task.cost.usd', dollars(meanCost(row, component)), labels.component[component]);
  for (const outcome of OUTCOMES) points.add('agent.tasks', row.tasks[outcome], labels.outcome[outcome]);
  for (const basis of THOUGHTS)
    points.add('agent.reasoning.action.ratio', thought[basis], labels.thought[basis]);
  points.add('agent.outcome.inferred.ratio', inferredRatio(row), labels.plain);
  points.add('agent.cost.untagged.ratio', untaggedRatio(row), labels.plain);
  points.add('agent.calls.unpriced.ratio', unpricedRatio(row), labels.plain);
}

/** How groups past the limit become one: every figure is computed again from the summed inputs. */
export const economicsSums: Summable<EconomicsRow> = {
  key: (row) => row.group,
  size: (row) => totalCost(row.cost),
  withKey: (row, group) => ({ ...row, group }),
  sum: together,
};

const dollars = (amount: UsdPico | undefined): number | undefined =>
  amount === undefined ? undefined : usdNumber(amount);
