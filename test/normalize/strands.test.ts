import { describe, expect, test } from '@jest/globals';
import { GEN_AI_COUNTS } from '../../src/normalize/dialects/gen-ai-names.ts';
import type { PlainAttributes } from '../support/span-view.ts';
import { table } from '../support/table.ts';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
/** The scope is the service's name, and so is the system. */
const strands = (operation: string, attributes: PlainAttributes) =>
  read({
    name: operation,
    scope: { name: 'my-service' },
    attributes: {
      'gen_ai.operation.name': operation,
      'gen_ai.system': 'my-service',
      'gen_ai.event.start_time': '2026-11-27T03:39:26.773Z',
      ...attributes,
    },
  });

describe('what input includes goes by the model', () => {
  const cases = table(`
    model                                        input read write total | in   doubt
    claude-sonnet-4-5                            911   25   61    1296  | 997  cache_ttl_assumed
    us.anthropic.claude-sonnet-4-5-20250929-v1:0 911   25   61    1296  | 997  cache_ttl_assumed
    gpt-5-mini                                   911   25   _     1296  | 911  _
    gemini-2.5-pro                               911   25   _     1296  | 911  _
    amazon.nova-pro-v1:0                         911   25   _     1321  | 936  _
    my-model                                     911   25   _     _     | 911  assumed_inclusive
  `);
  test.each(cases)('$model', (row) => {
    const meaning = strands('chat', {
      'gen_ai.request.model': row.model!,
      'gen_ai.usage.prompt_tokens': Number(row.input),
      'gen_ai.usage.input_tokens': Number(row.input),
      'gen_ai.usage.output_tokens': 385,
      'gen_ai.usage.cache_read.input_tokens': Number(row.read),
      ...(row.write !== '' && { 'gen_ai.usage.cache_write_input_tokens': Number(row.write) }),
      ...(row.total !== '' && { 'gen_ai.usage.total_tokens': Number(row.total) }),
    });
    expect(meaning.usage).toMatchObject({ input: Number(row.in), cacheRead: 25, output: 385 });
    const doubts = row.doubt === '' ? [] : [row.doubt];
    expect([...meaning.flags!].sort()).toEqual([...doubts, 'reasoning_unreported']);
    expect(meaning).toMatchObject({ kind: 'inference', model: row.model! });
  });
});

test.each([
  ['inclusive by now', 2582, 2197],
  ['raw from Bedrock before, which its total tells', 3868, 3483],
])('in Python, known by its scope: %s', (_what, total, input) => {
  const meaning = read({
    scope: { name: 'strands.telemetry.tracer' },
    attributes: {
      'gen_ai.event.start_time': '2026-11-27T04:29:50Z',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.usage.input_tokens': 2197,
      'gen_ai.usage.output_tokens': 385,
      'gen_ai.usage.total_tokens': total,
      'gen_ai.usage.cache_read.input_tokens': 1025,
      'gen_ai.usage.cache_creation.input_tokens': 261,
    },
  });
  expect(meaning.usage).toMatchObject({ input, cacheRead: 1025, cacheWrite5m: 261, output: 385 });
});

test('the service is no provider', () => {
  expect(strands('chat', { 'gen_ai.request.model': 'gpt-5-mini' }).provider).toBeUndefined();
  const newer = { 'gen_ai.provider.name': 'my-service', 'gen_ai.usage.input_tokens': 5 };
  expect(strands('chat', newer).provider).toBeUndefined();
});

test("an agent's counters are those of its life", () => {
  const counts = { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 5 };
  expect(strands('invoke_agent', counts)).toMatchObject({ kind: 'agent', covers: 'life' });
  expect(strands('chat', counts).covers).toBeUndefined();
});

test('a tool is one of GenAI', () => {
  const attributes = { 'gen_ai.tool.name': 'weather', 'gen_ai.tool.status': 'error' };
  expect(strands('execute_tool', attributes)).toMatchObject({ kind: 'tool', tool: 'weather', error: true });
});

test('it reads what is tested here and in the lists of GenAI', () => {
  const alone = ['gen_ai.event.start_time', 'gen_ai.operation.name', 'gen_ai.request.model'];
  expectTested(['strands'], {
    alone: [...alone, ...Object.values(GEN_AI_COUNTS).flat()],
    texts: [],
    counts: [],
  });
});
