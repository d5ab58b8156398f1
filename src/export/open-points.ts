import type { OpenRow } from '../domain/ledger-reads.ts';
import { addUsd, usdNumber } from '../domain/money.ts';
import type { Summable } from './bound.ts';
import type { Labels, Points } from './families.ts';

/** The gauges of one group of open tasks. */
export function addOpen(points: Points, row: OpenRow, labels: Labels): void {
  points.add('agent.tasks.open', row.tasks, labels);
  points.add('agent.tasks.open.cost.usd', usdNumber(row.cost), labels);
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
