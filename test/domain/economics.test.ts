import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { COMPONENTS } from '../../src/domain/charge.ts';
import {
  closedTasks,
  cpst,
  inferredRatio,
  isLowerBound,
  meanCost,
  NO_COST,
  reasoningActionRatio,
  successRatio,
  together,
  totalCost,
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

test('the total is of all components, each once', () => {
  const cost = Object.fromEntries(
    COMPONENTS.map((component, index) => [component, 10n ** BigInt(index)]),
  ) as typeof NO_COST;
  expect(totalCost(cost)).toBe(11_111n);
  expect(totalCost(NO_COST)).toBe(0n);
  expect(Object.keys(NO_COST)).toEqual([...COMPONENTS]);
});

describe('laws', () => {
  const count = fc.nat({ max: 1_000_000 });
  const tasks = fc.record({ solved: count, remediated: count, failed: count, abandoned: count });
  const amount = fc.bigInt({ min: 0n, max: 10n ** 18n }).map((pico) => pico as UsdPico);
  const cost = fc.record({
    inference: amount,
    vector: amount,
    tooling: amount,
    compute: amount,
    remediation: amount,
  });

  test('a figure is there exactly where tasks are that it is about', () => {
    fc.assert(
      fc.property(tasks, cost, (ended, spent) => {
        const row = { tasks: ended, cost: spent };
        expect(cpst(row).autonomous === undefined).toBe(ended.solved === 0);
        expect(cpst(row).resolved === undefined).toBe(ended.solved + ended.remediated === 0);
        expect(successRatio(row).resolved === undefined).toBe(closedTasks(ended) === 0);
        expect(meanCost(row, 'vector') === undefined).toBe(closedTasks(ended) === 0);
      }),
    );
  });

  test('alone is never cheaper, nor more often, than with a human’s help', () => {
    fc.assert(
      fc.property(tasks, cost, (ended, spent) => {
        const [each, often] = [cpst({ tasks: ended, cost: spent }), successRatio({ tasks: ended })];
        if (each.autonomous !== undefined) expect(each.autonomous >= each.resolved!).toBe(true);
        if (often.autonomous === undefined) return;
        expect(often.autonomous).toBeLessThanOrEqual(often.resolved!);
        expect(often.autonomous).toBeGreaterThanOrEqual(0);
        expect(often.resolved!).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('the means of the components add up to the cost of a task, but for their rounding', () => {
    fc.assert(
      fc.property(tasks, cost, (ended, spent) => {
        const closed = BigInt(closedTasks(ended));
        if (closed === 0n) return;
        const sum = COMPONENTS.reduce(
          (all, component) => all + meanCost({ tasks: ended, cost: spent }, component)!,
          0n,
        );
        const off = (sum * closed - totalCost(spent)) * 2n;
        const allowed = closed * BigInt(COMPONENTS.length);
        expect(off <= allowed && off >= -allowed).toBe(true);
      }),
    );
  });

  test('a failed task more makes the solved ones no cheaper', () => {
    fc.assert(
      fc.property(tasks, cost, amount, (ended, spent, more) => {
        const worse = {
          tasks: { ...ended, failed: ended.failed + 1 },
          cost: { ...spent, tooling: (spent.tooling + more) as UsdPico },
        };
        const [before, after] = [cpst({ tasks: ended, cost: spent }), cpst(worse)];
        if (before.resolved !== undefined) expect(after.resolved! >= before.resolved).toBe(true);
      }),
    );
  });

  test('shares of doubt are between none and all', () => {
    fc.assert(
      fc.property(count, count, amount, amount, (unpricedCalls, modelCalls, untagged, rest) => {
        const unpriced = unpricedRatio({ unpricedCalls, modelCalls });
        if (unpriced !== undefined) expect(unpriced).toBeLessThanOrEqual(1);
        expect(unpriced === 0 || unpriced === undefined).toBe(!isLowerBound({ unpricedCalls }));
        const whole = { ...NO_COST, inference: (untagged + rest) as UsdPico };
        const share = untaggedRatio({ cost: whole, untaggedCost: untagged }) ?? 0;
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test('two groups together have every figure of both, and the name of the first', () => {
  const row = (from: number) => {
    let next = from;
    const count = () => {
      next += 1;
      return next;
    };
    const usdOf = () => BigInt(count()) as UsdPico;
    return {
      group: [String(from)],
      tasks: { solved: count(), remediated: count(), failed: count(), abandoned: count() },
      closedBy: { reported: count(), inferred: count(), expired: count() },
      cost: { inference: usdOf(), vector: usdOf(), tooling: usdOf(), compute: usdOf(), remediation: usdOf() },
      untaggedCost: usdOf(),
      tokens: {
        ...{ input: count(), cache_read: count(), cache_write_5m: count(), cache_write_1h: count() },
        ...{ output: count(), reasoning: count() },
      },
      actions: count(),
      modelCalls: count(),
      unpricedCalls: count(),
    };
  };
  // Each figure of the first is its place, of the second a hundred more.
  const flat = (one: object): number[] =>
    Object.values(one).flatMap((value) =>
      Array.isArray(value) ? [] : typeof value === 'object' ? flat(value) : [Number(value)],
    );
  const both = together(row(0), row(100));
  expect(both.group).toEqual(['0']);
  expect(flat(both)).toEqual(flat(row(0)).map((figure) => 2 * figure + 100));
});
