import type { CpstAnswer, CpstRow } from '../../src/report/answers.ts';

/** The golden example as `/cpst` answers it. */
export const frugal: CpstRow = {
  agent_type: 'frugal-agent',
  tasks: { solved: 500, remediated: 500, failed: 0, abandoned: 0 },
  cost_usd: {
    total: '5500',
    inference: '399.6',
    vector: '0.4',
    tooling: '100',
    compute: '0',
    remediation: '5000',
  },
  cpst_usd: { resolved: '5.5', autonomous: '11' },
  success_ratio: { resolved: 1, autonomous: 0.5 },
  reasoning_action_ratio: { reasoning: 1234.5, output: 3000 },
  lower_bound: false,
};

export const thorough: CpstRow = {
  agent_type: 'thorough-agent',
  tasks: { solved: 950, remediated: 50, failed: 0, abandoned: 0 },
  cost_usd: {
    total: '2500',
    inference: '1798.8',
    vector: '1.2',
    tooling: '200',
    compute: '0',
    remediation: '500',
  },
  cpst_usd: { resolved: '2.5', autonomous: '2.631578947368' },
  success_ratio: { resolved: 1, autonomous: 0.95 },
  reasoning_action_ratio: { reasoning: 9000, output: 12000 },
  lower_bound: false,
};

export const answer = (
  rows: readonly CpstRow[],
  groupBy: readonly string[] = ['agent_type'],
): CpstAnswer => ({
  from: '2026-11-22T12:00:00Z',
  to: '2026-11-23T12:00:00Z',
  group_by: [...groupBy],
  rows,
});

export const golden = answer([frugal, thorough]);
