import type { OpenRow } from '../domain/ledger-reads.ts';
import { addUsd, usdNumber } from '../domain/money.ts';
import type { Summable } from './bound.ts';
import { labelsOf, type Points } from './families.ts';

export function addOpen(points: Points, row: OpenRow, names: readonly string[]): void {
  const group = labelsOf(names, openSums.key(row));
  points.add('agent.tasks.open', row.tasks, group);
  points.add('agent.tasks.open.cost.usd', usdNumber(row.cost), group);
}

export const openSums: Summable<OpenRow> = {
  key: (row) => [row.agentType, row.taskType, ...row.dimensions],
  size: (row) => row.cost,
  withKey: (row, [agentType = '', taskType = '', ...dimensions]) => ({
    ...row,
    agentType,
    taskType,
    dimensions,
  }),
  sum: (left, right) => ({
    ...left,
    tasks: left.tasks + right.tasks,
    cost: addUsd(left.cost, right.cost),
  }),
};
