import { describe, expect, test } from '@jest/globals';
import { ok, refused } from './reading.ts';

const RULE = 'a rule {name, outcome} with label, min_score or below_score where they matter';
const at = (place: string, complaint: string) => [`solvent.yaml:1: evaluations[0]${place} ${complaint}`];

test.each<[string, object]>([
  ['{name: task_success, outcome: solved}', { name: 'task_success', outcome: 'solved' }],
  ['{name: "a*", label: pass, outcome: FAILED}', { name: 'a*', label: 'pass', outcome: 'failed' }],
  ['{name: a, min_score: 0.8, outcome: solved}', { name: 'a', minScore: 0.8, outcome: 'solved' }],
  [
    '{name: a, min_score: -1, below_score: ".5", outcome: remediated}',
    { name: 'a', minScore: -1, belowScore: 0.5, outcome: 'remediated' },
  ],
  ['{name: a, label:, outcome: abandoned}', { name: 'a', outcome: 'abandoned' }],
])('%s', (text, rule) => {
  expect(ok(`evaluations: [${text}]`).evaluations).toStrictEqual([rule]);
});

test('none by default, and also from the environment', () => {
  expect(ok('').evaluations).toEqual([]);
  const env = { SOLVENT_EVALUATIONS: '[{name: a, outcome: solved}]' };
  expect(ok('', env).evaluations).toEqual([{ name: 'a', outcome: 'solved' }]);
});

describe('a rule that is none', () => {
  test.each([
    ['a', '', `is "a", but should be ${RULE}`],
    ['{outcome: solved}', '', `is incomplete, but should be ${RULE}`],
    ['{name: a}', '', `is incomplete, but should be ${RULE}`],
    [
      '{name: a, outcome: good}',
      '.outcome',
      'is "good", but should be one of solved, remediated, failed, abandoned',
    ],
    [
      '{name: a, min_score: high, outcome: solved}',
      '.min_score',
      'is "high", but should be a number, such as 0.8 or 1',
    ],
    [
      '{name: a, min_score: 1e3, outcome: solved}',
      '.min_score',
      'is "1e3", but should be a number, such as 0.8 or 1',
    ],
    ['{name: a, labels: x, outcome: solved}', '.labels', 'is no setting; did you mean label?'],
  ])('%s', (text, place, complaint) => {
    expect(refused(`evaluations: [${text}]`)).toEqual(at(place, complaint));
  });
});
