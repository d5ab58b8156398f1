import { describe, expect, test } from '@jest/globals';
import type { TestSpan } from '../support/send.ts';
import { bothWays, call, type Said, session } from './twin-spans.ts';

/** Counters that agents never set back: what a span has beyond the one before it, wherever that one is. */

describe('running totals of an agent', () => {
  const run = (trace: string, input: number, at: number, said: Said = session('S')): TestSpan[] => [
    {
      trace,
      span: 'a',
      start: at,
      end: at + 1,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.provider.name': 'strands-agents',
        'gen_ai.event.start_time': '2026-11-27T00:00:00Z',
        'gen_ai.agent.name': 'writer',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': input,
        'gen_ai.usage.output_tokens': 10,
        ...said,
      },
    },
  ];

  test('in a session count what they grew, in whatever order they come', async () => {
    const runs = [run('1', 100, 0), run('2', 250, 10), run('3', 300, 20)];
    expect(await bothWays(runs)).toEqual(['S: 300+10 in 3 running_total']);
    expect(await bothWays([runs[1]!, runs[0]!, runs[2]!])).toEqual(['S: 300+10 in 3 running_total']);
  });

  test('one that is smaller than the one before began anew', async () => {
    expect(await bothWays([run('1', 100, 0), run('2', 40, 10)])).toEqual(['S: 140+20 in 2']);
  });

  test('without a session nobody knows what was before', async () => {
    expect(await bothWays([run('1', 100, 0, {}), run('2', 250, 10, {})])).toEqual([
      '1: 100+10 in 1',
      '2: 250+10 in 1',
    ]);
  });

  test('calls below one are charged instead of it, and it is still what the next one grew from', async () => {
    const runs = [[...run('1', 1000, 0), call('1', 'b', {}, { parent: 'a' })], run('2', 1250, 10)];
    expect(await bothWays(runs)).toEqual(['S: 1250+100 in 2 -a:wrapper_over_children running_total']);
  });

  test('another agent has totals of its own', async () => {
    const other = { ...session('S'), 'gen_ai.agent.name': 'reader' };
    expect(await bothWays([run('1', 100, 0), run('2', 250, 10, other)])).toEqual(['S: 350+20 in 2']);
  });
});
