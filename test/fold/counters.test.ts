import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { COMPONENTS } from '../../src/domain/charge.ts';
import type { CounterDelta } from '../../src/domain/ledger.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import type { OutcomeReport, TaskPart } from '../../src/domain/task.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import { counterDeltasOf, type TaskSums } from '../../src/fold/counters.ts';
import { cost, fold, ns, part, report } from './tasks.ts';

const NONE: TaskSums = { task: undefined, parts: [], charges: [] };
const sums = (parts: readonly TaskPart[], reports: readonly OutcomeReport[] = []): TaskSums => ({
  parts,
  ...fold(parts, reports),
});

/** `cost helper inference/gpt 5`. */
const text = (delta: CounterDelta): string => {
  const { counter, agentType, by } = delta;
  if (delta.counter === 'tokens') return `${counter} ${agentType} ${delta.model}/${delta.tokenClass} ${by}`;
  if (delta.counter === 'actions') return `${counter} ${agentType} ${delta.tool}/${delta.status} ${by}`;
  const model = delta.model === '' ? '' : `/${delta.model}`;
  return `${counter} ${agentType} ${delta.component}${model} ${Number(by) / 1e12}`;
};
const counterDeltas = (before: TaskSums, after: TaskSums) => counterDeltasOf([{ before, after }]);
const texts = (before: TaskSums, after: TaskSums) => counterDeltas(before, after).map(text).sort();

const working = part({
  costs: [cost('5'), cost('1', 'vector')],
  tokens: [{ provider: 'openai', model: 'gpt', tokens: tokensOf({ ...NO_USAGE, input: 10, output: 2 }) }],
  actions: [{ tool: 'search', status: 'ok', count: 3 }],
});

describe('what a change adds to the counters', () => {
  test('a new task: everything, and its final answer', () => {
    expect(texts(NONE, sums([working]))).toEqual([
      'actions helper final_answer/ok 1',
      'actions helper search/ok 3',
      'cost helper inference/gpt 5',
      'cost helper vector 1',
      'tokens helper gpt/input 10',
      'tokens helper gpt/output 2',
    ]);
  });

  test('no change: nothing', () => expect(texts(sums([working]), sums([working]))).toEqual([]));

  test('amounts down are credited; tokens and actions are not taken back', () => {
    const less = part({ costs: [cost('3')], tokens: [], actions: [] });
    expect(texts(sums([working]), sums([less]))).toEqual([
      'credited helper inference/gpt 2',
      'credited helper vector 1',
    ]);
  });

  test('a task that turns out failed: imputed remediation; and solved after all: credited', () => {
    const failed = part({ ...working, claim: { root: { end: ns(10), error: true } } });
    expect(texts(sums([working]), sums([failed]))).toEqual(['cost helper remediation 10']);
    expect(texts(sums([failed]), sums([failed], [report('solved', 12)]))).toEqual([
      'actions helper final_answer/ok 1',
      'credited helper remediation 10',
    ]);
  });

  test('new labels: the old ones are credited; tokens and actions were counted already', () => {
    const renamed = part({ ...working, claim: { agentType: 'coder' } });
    expect(texts(sums([working]), sums([renamed]))).toEqual([
      'cost coder inference/gpt 5',
      'cost coder vector 1',
      'credited helper inference/gpt 5',
      'credited helper vector 1',
    ]);
  });

  test('a task that vanishes', () => {
    expect(texts(sums([working]), NONE)).toEqual([
      'credited helper inference/gpt 5',
      'credited helper vector 1',
    ]);
  });

  test('a trace that moves to a better identity is not counted twice where both change together', () => {
    const more = { ...working, actions: [{ tool: 'search', status: 'ok', count: 4 } as const] };
    const moved = part({ ...more, claim: { agentType: 'coder' } });
    const changes = [
      { before: sums([working]), after: NONE },
      { before: NONE, after: sums([moved]) },
    ];
    for (const batch of [changes, changes.toReversed()]) {
      const counts = counterDeltasOf(batch).filter(
        (one) => one.counter !== 'cost' && one.counter !== 'credited',
      );
      expect(counts.map(text)).toEqual(['actions coder search/ok 1']);
    }
  });
});

test('what fell once pays for one rise, not for two', () => {
  const changes = [
    { before: sums([working]), after: NONE },
    { before: NONE, after: sums([working]) },
    { before: NONE, after: sums([part({ ...working, claim: { agentType: 'coder' } })]) },
  ];
  const searches = counterDeltasOf(changes).filter(
    (one) => one.counter === 'actions' && one.tool === 'search',
  );
  expect(searches.map(text)).toEqual(['actions coder search/ok 3']);
});

describe('laws of the counters', () => {
  const anyAmount = fc.bigInt({ min: 0n, max: 9n }).map((amount) => amount as UsdPico);
  const anyPart = fc
    .record({
      agentType: fc.constantFrom('a', 'b'),
      dimensions: fc.constantFrom([], ['x'], ['y']),
      error: fc.boolean(),
      costs: fc.array(
        fc.record({
          component: fc.constantFrom(...COMPONENTS),
          provider: fc.constantFrom('', 'p'),
          model: fc.constantFrom('', 'm', 'n'),
          amount: anyAmount,
        }),
        { maxLength: 4 },
      ),
    })
    .map(({ agentType, dimensions, error, costs }) =>
      part({ costs, claim: { agentType, dimensions, root: { end: ns(10), error } } }),
    );
  const anyReports = fc.array(
    fc.constantFrom(report('solved', 12), report('failed', 13, { costs: '7' }), report('abandoned', 14)),
    { maxLength: 2 },
  );
  const anyState = fc.oneof(
    fc.constant(NONE),
    fc.tuple(anyPart, anyReports).map(([one, reports]) => sums([one], reports)),
  );

  const labelOf = ({ by: _, counter: __, ...labels }: CounterDelta) =>
    JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

  test('cost - credited of each label is the amount at the end, over any sequence of changes', () => {
    fc.assert(
      fc.property(fc.array(anyState, { minLength: 1, maxLength: 6 }), (states) => {
        const balance = new Map<string, bigint>();
        let before = NONE;
        for (const after of states) {
          for (const delta of counterDeltas(before, after)) {
            expect(delta.by).toBeGreaterThan(0n);
            if (delta.counter !== 'cost' && delta.counter !== 'credited') continue;
            const sign = delta.counter === 'cost' ? 1n : -1n;
            balance.set(labelOf(delta), (balance.get(labelOf(delta)) ?? 0n) + sign * delta.by);
          }
          before = after;
        }
        const { task } = before;
        const total = [...balance.values()].reduce((sum, by) => sum + by, 0n);
        const wanted = task === undefined ? 0n : Object.values(task.cost).reduce((sum, by) => sum + by, 0n);
        expect(total).toBe(wanted);
        for (const [label, by] of balance) {
          expect(by).toBeGreaterThanOrEqual(0n);
          if (by > 0n) expect(label).toContain(JSON.stringify(['agentType', task?.agentType]));
        }
      }),
      { numRuns: 500 },
    );
  });
});
