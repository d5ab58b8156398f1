import { describe, expect, test } from '@jest/globals';
import { cpst, NO_COST, successRatio } from '../../src/domain/economics.ts';
import { formatUsd, type UsdPico } from '../../src/domain/money.ts';
import type { Outcome } from '../../src/domain/task.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import { foldTask } from '../../src/fold/task.ts';
import { cost, fold, ms, ns, part, policyOf, report, usd } from './tasks.ts';

describe('the golden example: the dearer agent is cheaper', () => {
  /** 1,000 tasks; every one of `failsEvery` fails. */
  function row(costs: string, failsEvery: number) {
    const tasks: Record<Outcome, number> = { solved: 0, remediated: 0, failed: 0, abandoned: 0 };
    const sums: Record<keyof typeof NO_COST, UsdPico> = { ...NO_COST };
    for (let index = 0; index < 1000; index += 1) {
      const root = { end: ns(10), error: index % failsEvery === 0 };
      const { task } = fold([part({ costs: [cost(costs)], claim: { root } })]);
      tasks[task.outcome!] += 1;
      sums.inference = (sums.inference + task.cost.inference) as UsdPico;
      sums.remediation = (sums.remediation + task.cost.remediation) as UsdPico;
    }
    return { tasks, cost: sums };
  }

  test.each([
    ['A', '0.5', 2, 500, '5.5', '11', 0.5],
    ['B', '2', 20, 50, '2.5', '2.631578947368', 0.95],
  ] as const)('agent %s at $%s a run', (_, costs, failsEvery, remediated, resolved, autonomous, alone) => {
    const found = row(costs, failsEvery);
    expect(found.tasks).toEqual({ solved: 1000 - remediated, remediated, failed: 0, abandoned: 0 });
    expect(formatUsd(cpst(found).resolved!)).toBe(resolved);
    expect(formatUsd(cpst(found).autonomous!)).toBe(autonomous);
    expect(successRatio(found)).toEqual({ resolved: 1, autonomous: alone });
  });
});

describe('a task is the sum of its parts', () => {
  const one = part({
    costs: [cost('1'), cost('0.25', 'vector'), cost('0.125', 'tooling')],
    tokens: [
      {
        provider: 'p',
        model: 'm',
        tokens: tokensOf({ ...NO_USAGE, input: 10, cacheRead: 4, output: 3, reasoning: 2 }),
      },
    ],
    actions: [
      { tool: 'search', status: 'ok', count: 2 },
      { tool: 'search', status: 'error', count: 5 },
    ],
    calls: { inference: 1, embedding: 2, rerank: 3, vector: 4, tool: 7 },
    unpricedCalls: 1,
    flags: ['stated'],
    claim: { flags: ['clamped', 'stated'], tagged: false },
  });
  const other = part({
    ...one,
    traceId: 't2',
    costs: [cost('2'), cost('0.5', 'compute')],
    claim: { startedAt: ns(-5), tagged: false },
  });

  test('every sum, and one action for the final answer', () => {
    const { task } = fold([one, other]);
    expect(task).toMatchObject({
      cost: {
        inference: usd('3'),
        vector: usd('0.25'),
        tooling: usd('0.125'),
        compute: usd('0.5'),
        remediation: 0n,
      },
      tokens: tokensOf({ ...NO_USAGE, input: 20, cacheRead: 8, output: 6, reasoning: 4 }),
      calls: { inference: 2, embedding: 4, rerank: 6, vector: 8, tool: 14 },
      actions: 5,
      unpricedCalls: 2,
      startedAt: ns(-5),
      tagged: false,
      flags: ['lower_bound', 'untagged', 'clamped', 'stated'],
    });
    expect(fold([one, other], [report('failed', 12)]).task.actions).toBe(4);
  });

  test('a task that is still open has its costs and no final answer', () => {
    const { task } = fold([one], [], { nowMs: ms(12) });
    expect(task).toMatchObject({ state: 'open', actions: 2, dueAt: ms(16) });
    expect(task.cost.inference).toBe(usd('1'));
  });

  test('without any part or report there is no task to fold', () => {
    expect(() => foldTask({ taskId: 'T', parts: [], reports: [], policy: policyOf(), nowMs: 0 })).toThrow(
      'a task is folded from at least one part or report',
    );
  });
});

describe('who worked on it', () => {
  const agent = (traceId: string, agentType: string, agentTypeRank: number, start = 0) =>
    part({ traceId, claim: { agentType, agentTypeRank, startedAt: ns(start) } });

  test.each([
    ['the best rank', [agent('t1', 'name', 2), agent('t2', 'type', 0, 5)], 'type'],
    ['of one rank the earliest', [agent('t1', 'later', 0, 5), agent('t2', 'earlier', 0)], 'earlier'],
    ['of one start the first trace', [agent('t2', 'second', 0), agent('t1', 'first', 0)], 'first'],
  ])('%s', (_, parts, expected) => {
    expect(fold(parts).task.agentType).toBe(expected);
    expect(fold(parts.toReversed()).task.agentType).toBe(expected);
  });

  test('task type, version and dimensions: the earliest that is known; one tagged trace tags the task', () => {
    const { task } = fold([
      part({ traceId: 't1', claim: { taskType: undefined, dimensions: ['', 'blue'], tagged: false } }),
      part({
        traceId: 't2',
        claim: { startedAt: ns(1), promptVersion: 'v2', user: 'u2', dimensions: ['red', 'green', 'x'] },
      }),
    ]);
    expect(task).toMatchObject({
      taskType: 'ticket',
      promptVersion: 'v2',
      user: 'u2',
      dimensions: ['red', 'blue', 'x'],
      tagged: true,
    });
    expect(fold([part({ claim: { taskType: undefined } })]).task.taskType).toBe('default');
  });

  test('a task that only a report speaks of', () => {
    const { task, charges } = fold([], [report('solved', 30), report('failed', 20)]);
    expect(charges).toEqual([]);
    expect(task).toMatchObject({
      agentType: '',
      taskType: 'default',
      tagged: true,
      state: 'closed',
      outcome: 'solved',
      startedAt: ns(20),
      closedAt: ns(20),
      dimensions: [],
      flags: [],
    });
  });

  test('its value: the API’s latest, else the spans’', () => {
    const valued = part({ claim: { value: usd('5') } });
    expect(fold([part(), valued]).task.value).toBe(usd('5'));
    expect(fold([part()]).task.value).toBeUndefined();
    const reports = [
      report('solved', 12, { value: usd('7') }),
      report('solved', 14, { value: usd('8') }),
      report('solved', 16),
    ];
    expect(fold([valued], reports).task.value).toBe(usd('8'));
  });
});
