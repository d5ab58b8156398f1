import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Charge } from '../../src/domain/charge.ts';
import type { CounterDelta } from '../../src/domain/ledger.ts';
import { units } from '../../src/domain/money.ts';
import type { OutcomeReport, Task, TaskPart } from '../../src/domain/task.ts';
import { counterDeltasOf } from '../../src/fold/counters.ts';
import {
  CostTotals,
  type KeptTask,
  partDifferences,
  policyDifferences,
  taskDifferences,
} from '../../src/fold/recount.ts';
import { charge, cost, fold, ms, ns, part, policyOf, report, usd } from './tasks.ts';

const keptOf = (
  parts: readonly TaskPart[],
  reports: readonly OutcomeReport[] = [],
  nowMs = ms(1000),
): KeptTask => ({
  ...fold(parts, reports, { nowMs }),
  parts,
  reports,
});
const figures = (differences: readonly { figure: string; kept: string; computed: string }[]) =>
  differences.map(({ figure, kept, computed }) => `${figure} ${kept} is ${computed}`);

const failing = part({
  costs: [cost('5'), cost('1', 'tooling')],
  actions: [{ tool: 'search', status: 'ok', count: 2 }],
  calls: { inference: 1, embedding: 0, rerank: 0, vector: 0, tool: 2 },
  unpricedCalls: 1,
  claim: { root: { end: ns(10), error: true }, promptVersion: 'v2', value: usd('3') },
});
const LIVES: Readonly<Record<string, KeptTask>> = {
  solved: keptOf([part({ costs: [cost('5')] })]),
  'failed, with an imputed human': keptOf([failing]),
  'told by two reports': keptOf([failing], [report('failed', 30, { costs: '3' }), report('solved', 40)]),
  'known by a report alone': keptOf([], [report('solved', 30)]),
  open: keptOf([failing], [], ms(12)),
  'that expired': keptOf([part({ claim: { agentType: 'asks-much' } })], [], ms(1_000_000)),
  'of two traces': keptOf([failing, part({ traceId: 't2', costs: [cost('2')] })]),
};

describe('a task as it was folded', () => {
  test.each(Object.entries(LIVES))('%s: is as it is computed', (_, kept) => {
    expect(taskDifferences(kept)).toEqual([]);
    expect(policyDifferences(kept, policyOf())).toEqual([]);
  });

  test('late, once late', () => {
    const kept = LIVES.solved!;
    const late = fold(kept.parts, [], { nowMs: ms(1000) }).task;
    const flagged = { ...kept, task: { ...late, flags: ['late'] } };
    expect(policyDifferences(flagged, policyOf())).toEqual([]);
  });
});

describe('one figure that is wrong is named', () => {
  const kept = LIVES['told by two reports']!;
  test.each<[string, Partial<Task>]>([
    ['agentType coder is helper', { agentType: 'coder' }],
    ['taskType x is ticket', { taskType: 'x' }],
    ['promptVersion none is v2', { promptVersion: undefined }],
    ['user u is none', { user: 'u' }],
    ['dimensions ["red"] is []', { dimensions: ['red'] }],
    ['tagged false is true', { tagged: false }],
    ['startedAt 1 is 1795435200000000000', { startedAt: 1n }],
    ['value none is 3000000000000', { value: undefined }],
    ['actions 7 is 3', { actions: 7 }],
    ['unpricedCalls 0 is 1', { unpricedCalls: 0 }],
    ['flags [] is ["lower_bound"]', { flags: [] }],
    [
      'cost.inference 1 is 5000000000000',
      { cost: { ...kept.task.cost, inference: 1n as Task['cost']['inference'] } },
    ],
    ['tokens.output 9 is 0', { tokens: { ...kept.task.tokens, output: 9 } }],
    ['calls.tool 9 is 2', { calls: { ...kept.task.calls, tool: 9 } }],
    ['closedBy inferred is reported', { closedBy: 'inferred' }],
  ])('%s', (wanted, wrong) => {
    const task = { ...kept.task, ...wrong };
    expect(figures(taskDifferences({ ...kept, task }))).toEqual([wanted]);
    expect(figures(policyDifferences({ ...kept, task }, policyOf()))).toEqual([wanted]);
  });

  test('its own charges, of which its remediation is the sum', () => {
    expect(figures(taskDifferences({ ...kept, charges: [] }))).toEqual([
      'cost.remediation 3000000000000 is 0',
    ]);
    expect(policyDifferences({ ...kept, charges: [] }, policyOf())).toMatchObject([
      { figure: 'own charges' },
    ]);
  });

  test('how it ended: by the policy alone', () => {
    const { solved } = LIVES;
    const abandoned = { ...solved!, task: { ...solved!.task, outcome: 'abandoned', actions: 0 } } as KeptTask;
    expect(taskDifferences(abandoned)).toEqual([]);
    expect(figures(policyDifferences(abandoned, policyOf()))).toEqual([
      'outcome abandoned is solved',
      'actions 0 is 1',
    ]);
    expect(
      policyDifferences(LIVES['failed, with an imputed human']!, policyOf({ remediation: [] })),
    ).not.toEqual([]);
  });
});

describe('a part and the charges of its trace', () => {
  const lines: readonly Charge[] = [
    charge({ amount: usd('3'), provider: 'openai', model: 'gpt' }),
    charge({ amount: usd('2'), provider: 'openai', model: 'gpt', line: 1, flags: ['b', 'a'] }),
    charge({ spanId: 'b', reason: 'model_unknown', model: 'x' }),
    charge({ spanId: 'b', line: 1, reason: 'model_unknown', model: 'x' }),
    charge({ taskId: 'other', amount: usd('100') }),
  ];
  const right = part({ costs: [cost('5')], unpricedCalls: 1, flags: ['a', 'b'] });

  test('agree', () => expect(partDifferences(right, lines)).toEqual([]));

  test('in any order of flags, and with a share that came to nothing', () => {
    const nothing = {
      component: 'tooling',
      provider: '',
      model: '',
      amount: 0n,
    } as TaskPart['costs'][number];
    expect(partDifferences({ ...right, flags: ['b', 'a'], costs: [...right.costs, nothing] }, lines)).toEqual(
      [],
    );
  });

  test.each<[string, readonly Charge[]]>([
    [
      'costs.inference/openai/gpt 5000000000000 is 3000000000000',
      lines.filter(({ line, spanId }) => line === 0 || spanId === 'b'),
    ],
    [
      'costs.compute 0 is 1',
      [...lines, charge({ component: 'compute', amount: 1n as Charge['amount'], spanId: 'z' })],
    ],
    ['unpricedCalls 1 is 0', lines.filter(({ spanId }) => spanId !== 'b')],
    [
      'flags ["a","b"] is ["a","b","c"]',
      [...lines, charge({ flags: ['c'], amount: 0n as Charge['amount'] })],
    ],
  ])('%s', (wanted, charges) => {
    expect(figures(partDifferences(right, charges))).toContain(wanted);
  });

  test('a human without a price is flagged', () => {
    const human = charge({
      component: 'remediation',
      class: 'minute',
      quantity: units(5),
      reason: 'rate_missing',
    });
    expect(figures(partDifferences(part(), [human]))).toEqual([
      'unpricedCalls 0 is 1',
      'flags [] is ["remediation_unpriced"]',
    ]);
  });
});

describe('the counters of money', () => {
  test('come to the sum of all tasks, whatever their lives', () => {
    const lives = fc.array(fc.constantFrom(...Object.values(LIVES)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(lives, { minLength: 1, maxLength: 3 }), (tasks) => {
        const counters: CounterDelta[] = [];
        const totals = new CostTotals();
        for (const life of tasks) {
          let before = { task: undefined, parts: [], charges: [] } as Pick<KeptTask, 'parts' | 'charges'> & {
            task: Task | undefined;
          };
          for (const after of life) {
            counters.push(...counterDeltasOf([{ before, after }]));
            before = after;
          }
          totals.add(before);
        }
        expect(totals.differences(counters)).toEqual([]);
        const one = counters.find(({ counter }) => counter === 'cost');
        if (one !== undefined) expect(totals.differences([...counters, { ...one, by: 1n }])).toHaveLength(1);
      }),
    );
  });
});
