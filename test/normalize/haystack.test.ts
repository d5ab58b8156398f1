import { describe, expect, test } from '@jest/globals';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const STEP = 'haystack.agent.step.llm.output';
const COMPONENT = 'haystack.component.output';
const span = (attributes: Record<string, string>) => read({ scope: { name: 'haystack' }, attributes });
const OPENAI = {
  completion_tokens: 335,
  prompt_tokens: 1850,
  total_tokens: 2185,
  completion_tokens_details: { reasoning_tokens: 64, text_tokens: null },
  prompt_tokens_details: { cache_write_tokens: null, cached_tokens: 1024 },
};
const ANTHROPIC = {
  completion_tokens: 335,
  prompt_tokens: 1850,
  cache_read_input_tokens: 1024,
  cache_creation_input_tokens: 256,
};
const reply = (usage: unknown, model: unknown = 'gpt-5-mini-2025-08-07') => ({
  role: 'assistant',
  meta: { model, index: 0, usage },
});
const output = (...replies: unknown[]) => JSON.stringify({ replies });

describe('a model call', () => {
  test.each([[STEP], [COMPONENT]])('%s', (name) => {
    expect(span({ [name]: output(reply(OPENAI)) })).toMatchObject({
      kind: 'inference',
      dialect: 'haystack',
      model: 'gpt-5-mini-2025-08-07',
      usage: { input: 1850, cacheRead: 1024, cacheWrite5m: 0, output: 335, reasoning: 64 },
    });
  });

  test('several replies are of one call', () => {
    expect(span({ [STEP]: output(reply(OPENAI), reply(OPENAI)) }).usage).toMatchObject({ input: 1850 });
  });

  test('cached tokens under names of their own', () => {
    expect(span({ [COMPONENT]: output(reply(ANTHROPIC, 'claude-sonnet-4-5')) }).usage).toMatchObject({
      input: 1850,
      cacheRead: 1024,
      cacheWrite5m: 256,
    });
  });
});

test.each([
  ['no reply', output()],
  ['a reply without usage', output(reply(undefined))],
  ['a reply without counts', output(reply({ total_tokens: 3 }))],
  ['a reply without a model', output(reply(OPENAI, null))],
  ['documents', '{"documents":[{"content":"x","meta":{"model":"m"}}]}'],
  ['no list', '{"replies":"none"}'],
  ['no JSON', 'None'],
])('%s is no call', (_what, text) => {
  expect(span({ [COMPONENT]: text })).toMatchObject({ kind: 'edge', usage: undefined });
});

test('a tool', () => {
  const attributes = { 'haystack.tool.name': 'lookup', [STEP]: output(reply(OPENAI)) };
  expect(span(attributes)).toMatchObject({ kind: 'tool', tool: 'lookup', usage: undefined });
});

test('it reads what is tested here', () => {
  expectTested(['haystack'], { alone: ['haystack.tool.name', STEP, COMPONENT], texts: [], counts: [] });
});
