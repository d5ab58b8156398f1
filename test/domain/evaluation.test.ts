import { describe, expect, test } from '@jest/globals';
import { openJudge } from '../../src/domain/evaluation.ts';
import { table } from '../support/table.ts';

const judge = openJudge([
  { name: 'task_success', label: 'Pass', outcome: 'solved' },
  { name: 'task_success', label: 'human', outcome: 'remediated' },
  { name: 'task_success', minScore: 0.8, outcome: 'solved' },
  { name: 'task_success', belowScore: 0.5, outcome: 'failed' },
  { name: 'grade.*', minScore: 2, belowScore: 3, outcome: 'remediated' },
  { name: 'given_up', outcome: 'abandoned' },
]);

describe('the first rule that matches', () => {
  const cases = table(`
    name            label    score  outcome
    task_success    pass     _      solved
    task_success    PASS     0.1    solved
    task_success    ·pass·   _      solved
    task_success    human    0.9    remediated
    task_success    other    0.9    solved
    task_success    _        0.8    solved
    task_success    _        0.79   _
    task_success    _        0.5    _
    task_success    _        0.49   failed
    task_success    _        -1     failed
    task_success    _        NaN    _
    task_success    _        _      _
    task_success2   pass     1      _
    grade.tone      _        2      remediated
    grade.tone      _        2.99   remediated
    grade.tone      _        3      _
    grade.tone      _        1      _
    given_up        _        _      abandoned
    given_up        yes      1      abandoned
    _               pass     1      _
  `);
  test.each(cases)('$name "$label" $score: $outcome', ({ name = '', label, score, outcome }) => {
    const evaluation = {
      name,
      label: label === '' ? undefined : label,
      score: score === '' ? undefined : Number(score),
    };
    expect(judge(evaluation) ?? '').toBe(outcome);
  });
});

test('without rules nothing is judged', () => {
  expect(openJudge([])({ name: 'task_success', label: 'pass', score: 1 })).toBeUndefined();
});
