import { describe, expect, test } from '@jest/globals';
import {
  closedTasks,
  cpst,
  inferredRatio,
  isLowerBound,
  meanCost,
  NO_COST,
  reasoningActionRatio,
  successRatio,
  unpricedRatio,
  untaggedRatio,
} from '../../src/domain/economics.ts';
import { formatUsd, parseUsd, type UsdPico } from '../../src/domain/money.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import { table } from '../support/table.ts';

const text = (amount: UsdPico | undefined) => (amount === undefined ? '' : formatUsd(amount));
const usd = (amount: string) => parseUsd(amount) ?? (0n as UsdPico);

function rowOf(cells: Record<string, string>) {
  const count = (name: string) => Number(cells[name] ?? 0);
  return {
    cost: { ...NO_COST, inference: usd(cells.inference!), remediation: usd(cells.human!) },
    tasks: {
      solved: count('solved'),
      remediated: count('remediated'),
      failed: count('failed'),
      abandoned: count('abandoned'),
    },
  };
}

describe('cost per solved task, on both bases', () => {
  const cases = table(`
    case            inference  human  solved  remediated  failed  abandoned  resolved         autonomous       success  alone
    agent·A         500        5000   500     500         0       0          5.5              11               1        0.5
    agent·B         2000       500    950     50          0       0          2.5              2.631578947368   1        0.95
    with·failures   12         0      2       1           2       1          4                6                0.5      0.3333333333333333
    only·failures   12         0      0       0           2       0          _                _                0        0
    no·task         0          0      0       0           0       0          _                _                _        _
    only·humans     1          9      0       2           0       0          5                _                1        0
    half·to·even    0.000000000005 0  2       0           0       0          0.000000000002   0.000000000002   1        1
  `);
  test.each(cases)('$case', (cells) => {
    const row = rowOf(cells);
    expect(text(cpst(row).resolved)).toBe(cells.resolved);
    expect(text(cpst(row).autonomous)).toBe(cells.autonomous);
    expect(String(successRatio(row).resolved ?? '')).toBe(cells.success);
    expect(String(successRatio(row).autonomous ?? '')).toBe(cells.alone);
  });

  test('the mean of a component is over all closed tasks, the failed ones too', () => {
    const row = rowOf({ inference: '12', human: '3', solved: '2', failed: '4' });
    expect(closedTasks(row.tasks)).toBe(6);
    expect(text(meanCost(row, 'inference'))).toBe('2');
    expect(text(meanCost(row, 'remediation'))).toBe('0.5');
    expect(meanCost(rowOf({ inference: '1', human: '0' }), 'inference')).toBeUndefined();
  });
});

describe('tokens thought per action', () => {
  const cases = table(`
    output  reasoning  actions  by_reasoning  by_output
    100     40         4        10            25
    100     0          4        _             25
    100     40         0        _             _
    0       0          4        _             0
  `);
  test.each(cases)('$output out, $reasoning thought, $actions actions', (cells) => {
    const tokens = tokensOf({
      ...NO_USAGE,
      output: Number(cells.output),
      reasoning: Number(cells.reasoning),
    });
    const found = reasoningActionRatio({ tokens, actions: Number(cells.actions) });
    expect(String(found.reasoning ?? '')).toBe(cells.by_reasoning);
    expect(String(found.output ?? '')).toBe(cells.by_output);
  });
});

describe('shares that say how far to trust the rest', () => {
  test('inferred, of closed tasks', () => {
    const { tasks } = rowOf({ inference: '0', human: '0', solved: '3', failed: '1' });
    expect(inferredRatio({ tasks, closedBy: { reported: 3, inferred: 1, expired: 0 } })).toBe(0.25);
    const none = rowOf({ inference: '0', human: '0' }).tasks;
    expect(
      inferredRatio({ tasks: none, closedBy: { reported: 0, inferred: 0, expired: 0 } }),
    ).toBeUndefined();
  });

  test('untagged, of cost', () => {
    expect(untaggedRatio({ cost: { ...NO_COST, vector: usd('8') }, untaggedCost: usd('2') })).toBe(0.25);
    expect(untaggedRatio({ cost: NO_COST, untaggedCost: usd('0') })).toBeUndefined();
  });

  test('unpriced, of calls, never above one', () => {
    expect(unpricedRatio({ unpricedCalls: 1, modelCalls: 4 })).toBe(0.25);
    expect(unpricedRatio({ unpricedCalls: 3, modelCalls: 0 })).toBe(1);
    expect(unpricedRatio({ unpricedCalls: 0, modelCalls: 0 })).toBeUndefined();
    expect(isLowerBound({ unpricedCalls: 1 })).toBe(true);
    expect(isLowerBound({ unpricedCalls: 0 })).toBe(false);
  });
});
