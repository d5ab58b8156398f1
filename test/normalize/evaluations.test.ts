import { describe, expect, test } from '@jest/globals';
import { openJudge } from '../../src/domain/evaluation.ts';
import { type PlainAttributes, SPAN_END, SPAN_START } from '../support/span-view.ts';
import { openReader } from './reading.ts';

const judge = openJudge([
  { name: 'task_success', label: 'pass', outcome: 'solved' },
  { name: 'task_success', belowScore: 0.5, outcome: 'failed' },
]);
const read = openReader({ judge });
const result = (attributes: PlainAttributes, time = SPAN_START + 7n) => ({
  name: 'gen_ai.evaluation.result',
  time,
  attributes: { 'gen_ai.evaluation.name': 'task_success', ...attributes },
});
const failed = { 'gen_ai.evaluation.score.value': 0.2 };
const passed = { 'gen_ai.evaluation.score.label': 'pass' };

describe('the result of an evaluation', () => {
  test('is an outcome at its own time, where a rule maps it', () => {
    expect(read({ events: [result(failed)] }).outcome).toEqual({ outcome: 'failed', at: SPAN_START + 7n });
    expect(read({ events: [result(passed)] }).outcome?.outcome).toBe('solved');
  });

  test('may have its score as a double, an int or text', () => {
    for (const score of [0.25, 0n, '0.25'])
      expect(read({ events: [result({ 'gen_ai.evaluation.score.value': score })] }).outcome?.outcome).toBe(
        'failed',
      );
  });

  test('says nothing where no rule maps it, and is no doubt', () => {
    const meaning = read({ events: [result({ 'gen_ai.evaluation.score.value': 0.9 })] });
    expect([meaning.outcome, meaning.flags]).toEqual([undefined, undefined]);
    expect(openReader()({ events: [result(failed)] }).outcome).toBeUndefined();
  });

  test('is no result on an event of another name, nor on the span', () => {
    expect(read({ events: [{ ...result(failed), name: 'gen_ai.choice' }] }).outcome).toBeUndefined();
    expect(read({ attributes: result(failed).attributes }).outcome).toBeUndefined();
  });

  test('counts among the words that are said by its time: the latest wins', () => {
    const said = { 'agent.task.outcome': 'solved' };
    expect(read({ attributes: said, events: [result(failed, SPAN_END - 1n)] }).outcome?.outcome).toBe(
      'solved',
    );
    expect(read({ attributes: said, events: [result(failed, SPAN_END)] }).outcome?.outcome).toBe('failed');
    const both = [result(failed, SPAN_START + 2n), result(passed, SPAN_START + 3n)];
    expect(read({ events: both }).outcome?.outcome).toBe('solved');
    expect(read({ events: both.reverse() }).outcome?.outcome).toBe('solved');
  });
});
