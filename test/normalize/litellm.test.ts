import { describe, expect, test } from '@jest/globals';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const SCOPE = { name: 'litellm' };
const USAGE = 'metadata.usage_object';
const PROVIDERS = ['openai', 'anthropic', 'azure', 'mistral', 'groq', 'deepseek', 'xai', 'openrouter'];
const PYTHON = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('"', "'")
    .replaceAll('null', 'None')
    .replaceAll('true', 'True')
    .replaceAll(/([,:])/g, '$1 ');

const request = (usage: string, attributes: Record<string, string | number> = {}) =>
  read({
    name: 'litellm_request',
    scope: SCOPE,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.response.model': 'gpt-5-mini-2025-08-07',
      'gen_ai.usage.input_tokens': 2420,
      'gen_ai.usage.output_tokens': 392,
      'gen_ai.usage.total_tokens': 2812,
      [USAGE]: usage,
      ...attributes,
    },
  });

describe('the detail of a request is in the dict that Python printed', () => {
  const OPENAI = {
    completion_tokens: 392,
    prompt_tokens: 2420,
    total_tokens: 2812,
    completion_tokens_details: { reasoning_tokens: 64, audio_tokens: null },
    prompt_tokens_details: { cached_tokens: 1024 },
  };
  const detailed = { input: 2420, cacheRead: 1024, output: 392, reasoning: 64 };

  test('OpenAI', () => expect(request(PYTHON(OPENAI))).toMatchObject({ usage: detailed, flags: undefined }));
  test('as JSON', () => expect(request(JSON.stringify(OPENAI)).usage).toMatchObject(detailed));

  test('Anthropic, whose cached tokens are in the input, too', () => {
    const usage = {
      completion_tokens: 309,
      prompt_tokens: 1689,
      total_tokens: 1998,
      completion_tokens_details: { reasoning_tokens: 0 },
      prompt_tokens_details: {
        cached_tokens: 1024,
        cache_creation_tokens: 256,
        cache_creation_token_details: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 56 },
      },
      cache_creation_input_tokens: 256,
      cache_read_input_tokens: 1024,
    };
    const model = { 'gen_ai.system': 'anthropic', 'gen_ai.response.model': 'claude-sonnet-4-5-20250929' };
    expect(request(PYTHON(usage), model)).toMatchObject({
      usage: { input: 1689, cacheRead: 1024, cacheWrite5m: 200, cacheWrite1h: 56, output: 309 },
      flags: undefined,
    });
  });

  test.each([['None'], ['{}'], ["{'a': object()}"], ["{'total_tokens': 3}"]])(
    '%s: the totals are read',
    (usage) => expect(request(usage).usage).toMatchObject({ input: 2420, cacheRead: 0, output: 392 }),
  );
});

describe('what the provider said, below it', () => {
  const raw = (provider: string, usage: unknown, attributes = {}) =>
    read({
      name: 'raw_gen_ai_request',
      scope: SCOPE,
      attributes: {
        [`llm.${provider}.usage`]: PYTHON(usage),
        [`llm.${provider}.model`]: 'the-model',
        [`llm.${provider}.id`]: 'id-1',
        ...attributes,
      },
    });

  test.each(PROVIDERS.filter((one) => one !== 'anthropic').map((one) => [one]))('%s', (provider) => {
    const usage = { prompt_tokens: 100, completion_tokens: 9, prompt_tokens_details: { cached_tokens: 40 } };
    expect(raw(provider, usage)).toMatchObject({
      kind: 'inference',
      dialect: 'litellm',
      provider,
      model: 'the-model',
      responseId: undefined,
      usage: { input: 100, cacheRead: 40, output: 9 },
    });
  });

  test('Anthropic: input is without cached tokens', () => {
    const usage = {
      input_tokens: 409,
      cache_creation_input_tokens: 256,
      cache_read_input_tokens: 24,
      cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 56 },
      output_tokens: 309,
      output_tokens_details: { thinking_tokens: 7 },
    };
    expect(raw('anthropic', usage)).toMatchObject({
      provider: 'anthropic',
      usage: { input: 689, cacheRead: 24, cacheWrite5m: 200, cacheWrite1h: 56, output: 309, reasoning: 7 },
      flags: undefined,
    });
  });

  test('the Responses API', () => {
    const usage = {
      input_tokens: 100,
      output_tokens: 9,
      input_tokens_details: { cached_tokens: 40 },
      output_tokens_details: { reasoning_tokens: 3 },
    };
    expect(raw('openai', usage).usage).toMatchObject({ input: 100, cacheRead: 40, output: 9, reasoning: 3 });
  });

  test('a stream says nothing, and is an edge', () => {
    const attributes = { 'llm.openai.messages': 'x', 'llm.openai.model': 'the-model' };
    expect(read({ name: 'raw_gen_ai_request', scope: SCOPE, attributes }).kind).toBe('edge');
    expect(raw('openai', null).kind).toBe('edge');
  });
});

test('what LiteLLM says that it cost is kept', () => {
  expect(request("{'prompt_tokens': 1}", { 'gen_ai.cost.total_cost': 0.0011586 }).reportedUsd).toBe(
    '0.0011586',
  );
});

test('it reads what is tested here', () => {
  const alone = [USAGE, ...PROVIDERS.flatMap((one) => [`llm.${one}.usage`, `llm.${one}.model`])];
  expectTested(['litellm'], { alone, texts: [], counts: [] });
});
