import { describe, expect, test } from '@jest/globals';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const span = (attributes: Record<string, string | number>) =>
  read({
    scope: { name: 'logfire.openai_agents' },
    attributes: { 'gen_ai.system': 'openai', ...attributes },
  });

const USAGE = {
  requests: 1,
  input_tokens: 1810,
  output_tokens: 331,
  total_tokens: 2141,
  input_tokens_details: { cache_write_tokens: 16, cached_tokens: 1024 },
  output_tokens_details: { reasoning_tokens: 64 },
};
const CHAT = {
  'logfire.msg_template': 'Chat completion with {gen_ai.request.model!r}',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.usage.input_tokens': 1810,
  'gen_ai.usage.output_tokens': 331,
};

describe('model calls', () => {
  test('the detail is in the JSON of usage', () => {
    expect(span({ ...CHAT, usage: JSON.stringify(USAGE) })).toMatchObject({
      kind: 'inference',
      dialect: 'logfire',
      model: 'gpt-5-mini',
      usage: { input: 1810, cacheRead: 1024, cacheWrite5m: 16, output: 331, reasoning: 64 },
      flags: undefined,
    });
  });

  test.each([[''], ['null'], ['{}'], ['{broken']])('usage %j: the totals are read', (usage) =>
    expect(span({ ...CHAT, usage })).toMatchObject({
      kind: 'inference',
      usage: { input: 1810, cacheRead: 0 },
    }),
  );
});

test.each([['task'], ['turn']])('a %s sums up calls, and is none', (type) => {
  const attributes = {
    'logfire.msg_template': 'Turn {turn} for agent clerk',
    sdk_span_type: type,
    usage: '{"input_tokens":1810,"output_tokens":331,"cached_input_tokens":1024}',
  };
  expect(span(attributes)).toMatchObject({ kind: 'edge', usage: undefined });
  expect(span({ ...attributes, 'gen_ai.request.model': 'gpt-5-mini' }).usage).toBeUndefined();
});

test('a function is a tool', () => {
  const attributes = { 'logfire.msg_template': 'Function: {name}', name: 'lookup' };
  expect(span(attributes)).toMatchObject({ kind: 'tool', tool: 'lookup', dialect: 'logfire' });
});

test.each([
  [{ 'logfire.msg_template': 'Handoff: {name}', name: 'lookup' }],
  [{ 'logfire.msg_template': 'GET /orders', usage: JSON.stringify(USAGE) }],
])('%j is nothing', (attributes) =>
  expect(span(attributes)).toMatchObject({ kind: 'edge', usage: undefined }),
);

test('it reads what is tested here', () => {
  const alone = ['logfire.msg_template', 'sdk_span_type', 'usage', 'name', 'gen_ai.request.model'];
  expectTested(['logfire'], { alone, texts: [], counts: [] });
});
