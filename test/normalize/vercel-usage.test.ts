import { describe, expect, test } from '@jest/globals';
import type { PlainAttributes } from '../support/span-view.ts';
import { openReader } from './reading.ts';

const read = openReader();

/** A call of 1000 tokens by the attribute and 10 of output, with 700 read from the cache. */
function call(operation: string, provider: string, attributes: PlainAttributes = {}) {
  return read({
    scope: { name: 'ai' },
    attributes: {
      'ai.operationId': operation,
      'ai.model.provider': provider,
      'ai.usage.inputTokens': 1000,
      'ai.usage.outputTokens': 10,
      'ai.usage.cachedInputTokens': 700,
      'ai.usage.reasoningTokens': 0,
      ...attributes,
    },
  });
}

describe('whether input holds the cached tokens', () => {
  const said = (fresh: number) => JSON.stringify({ anthropic: { usage: { input_tokens: fresh } } });
  const METADATA = 'ai.response.providerMetadata';
  const AGENT = 'ai.request.headers.user-agent';
  const DETAIL = 'ai.usage.inputTokenDetails.noCacheTokens';
  const cases: readonly [string, string, string, PlainAttributes, number, readonly string[] | undefined][] = [
    ['version 5 passes Anthropic on', 'ai.streamText.doStream', 'anthropic.messages', {}, 1700, undefined],
    ['and Bedrock', 'ai.streamText.doStream', 'amazon-bedrock', {}, 1700, undefined],
    ['and Claude on Vertex', 'ai.streamText.doStream', 'vertex.anthropic.messages', {}, 1700, undefined],
    ['OpenAI counts inclusively', 'ai.streamText.doStream', 'openai.responses', {}, 1000, undefined],
    ['of others nobody knows', 'ai.streamText.doStream', 'acme', {}, 1000, ['assumed_inclusive']],
    [
      'finer counts are of version 6',
      'ai.streamText.doStream',
      'anthropic.messages',
      { [DETAIL]: 300 },
      1000,
      undefined,
    ],
    ['whoever the provider is', 'ai.streamText.doStream', 'acme', { [DETAIL]: 300 }, 1000, undefined],
    [
      'the user agent tells',
      'ai.generateObject.doGenerate',
      'anthropic',
      { [AGENT]: 'ai/6.0.326' },
      1000,
      undefined,
    ],
    [
      'of version 10, too',
      'ai.generateObject.doGenerate',
      'anthropic',
      { [AGENT]: 'ai/10.0.0' },
      1000,
      undefined,
    ],
    [
      'and of version 5',
      'ai.generateObject.doGenerate',
      'anthropic',
      { [AGENT]: 'ai/5.0.277' },
      1700,
      undefined,
    ],
    [
      'Anthropic said less',
      'ai.streamObject.doStream',
      'anthropic',
      { [METADATA]: said(300) },
      1000,
      undefined,
    ],
    [
      'Anthropic said the same',
      'ai.streamObject.doStream',
      'anthropic',
      { [METADATA]: said(1000) },
      1700,
      undefined,
    ],
    ['an object is one call', 'ai.streamObject', 'anthropic', { [METADATA]: said(300) }, 1000, undefined],
    ['a text may be several', 'ai.streamText', 'anthropic', { [METADATA]: said(300) }, 1700, undefined],
    [
      'what is no JSON proves nothing',
      'ai.streamText.doStream',
      'anthropic',
      { [METADATA]: '{"anth' },
      1700,
      undefined,
    ],
  ];
  test.each(cases)('%s', (_why, operation, provider, attributes, input, flags) => {
    const meaning = call(operation, provider, attributes);
    expect(meaning.usage).toMatchObject({ input, cacheRead: 700, output: 10 });
    expect(meaning.flags).toEqual(flags);
  });
});

describe("what is only in the provider's own words", () => {
  const bare = (provider: string, metadata: unknown, operation = 'ai.generateText.doGenerate') =>
    read({
      scope: { name: 'ai' },
      attributes: {
        'ai.operationId': operation,
        'ai.model.provider': provider,
        'ai.usage.promptTokens': 600,
        'ai.usage.completionTokens': 100,
        'ai.response.providerMetadata': JSON.stringify(metadata),
      },
    });
  const whole = {
    input_tokens: 600,
    cache_read_input_tokens: 1000,
    cache_creation_input_tokens: 250,
    cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 50 },
    output_tokens_details: { thinking_tokens: 40 },
  };

  test('Anthropic, version 5: all of it', () => {
    const { usage, flags } = bare('anthropic.messages', { anthropic: { usage: whole } });
    expect(usage).toEqual({
      input: 1850,
      cacheRead: 1000,
      cacheWrite5m: 200,
      cacheWrite1h: 50,
      output: 100,
      reasoning: 40,
    });
    expect(flags).toBeUndefined();
  });

  test('Anthropic, version 4: not how long it lives', () => {
    const { usage } = bare('anthropic.messages', {
      anthropic: { cacheReadInputTokens: 1000, cacheCreationInputTokens: 250 },
    });
    expect(usage).toMatchObject({ input: 1850, cacheRead: 1000, cacheWrite5m: 250, cacheWrite1h: 0 });
  });

  test('Bedrock', () => {
    const { usage } = bare('amazon-bedrock', {
      bedrock: { usage: { cacheReadInputTokens: 1000, cacheWriteInputTokens: 250 } },
    });
    expect(usage).toMatchObject({ input: 1850, cacheRead: 1000, cacheWrite5m: 250 });
  });

  test('OpenAI, version 4', () => {
    const { usage, flags } = bare('openai.chat', {
      openai: { cachedPromptTokens: 500, reasoningTokens: 30 },
    });
    expect(usage).toMatchObject({ input: 600, cacheRead: 500, output: 100, reasoning: 30 });
    expect(flags).toBeUndefined();
  });

  test('OpenAI, version 5: nothing, which is flagged', () => {
    const { usage, flags } = bare('openai.chat', { openai: { responseId: 'resp_1' } });
    expect(usage).toMatchObject({ input: 600, cacheRead: 0, output: 100, reasoning: 0 });
    expect(flags).toEqual(['cache_unreported', 'reasoning_unreported']);
  });

  test('an outer span of text repeats those of its last call alone', () => {
    const { usage } = bare('anthropic.messages', { anthropic: { usage: whole } }, 'ai.generateText');
    expect(usage).toMatchObject({ input: 600, cacheRead: 0, reasoning: 0 });
  });

  test.each([
    ['version 5 adds up every pass, cached tokens beside them', 6100, 7350],
    ['or says the last one only', 600, 1850],
    ['later ones leave out what was asked of an advisor', 5600, 6850],
    ['anything else holds what was cached', 6850, 6850],
  ])('a conversation that was summed up: %s', (_what, input, total) => {
    const iterations = [
      { type: 'compaction', inputTokens: 5000, outputTokens: 700 },
      { type: 'advisor_message', inputTokens: 500, outputTokens: 70 },
      { type: 'message', inputTokens: 600, outputTokens: 100 },
    ];
    const { usage } = read({
      scope: { name: 'ai' },
      attributes: {
        'ai.operationId': 'ai.streamObject.doStream',
        'ai.model.provider': 'anthropic.messages',
        'ai.usage.inputTokens': input,
        'ai.usage.outputTokens': 800,
        'ai.response.providerMetadata': JSON.stringify({ anthropic: { usage: whole, iterations } }),
      },
    });
    expect(usage).toMatchObject({ input: total, cacheRead: 1000, cacheWrite5m: 200, cacheWrite1h: 50 });
  });

  test('Traceloop renames it, and the provider', () => {
    const attributes = {
      'ai.operationId': 'ai.generateText.doGenerate',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.usage.input_tokens': 600,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.total_tokens': 700,
      'gen_ai.usage.cache_read.input_tokens': 400,
      'gen_ai.usage.cache_creation.input_tokens': 150,
    };
    const of = (version: string) =>
      read({ scope: { name: 'ai' }, attributes: { ...attributes, 'ai.sdk.version': version } });
    expect(of('5.0.277').usage).toMatchObject({ input: 1150, cacheRead: 400, cacheWrite5m: 150 });
    expect(of('6.0.326').usage).toMatchObject({ input: 600, cacheRead: 400, cacheWrite5m: 150 });
    expect(of('10.1.0').usage).toMatchObject({ input: 600, cacheRead: 400, cacheWrite5m: 150 });
  });

  test('null and nonsense are no counts', () => {
    const { usage, flags } = bare('anthropic', { anthropic: { cacheReadInputTokens: null, usage: [] } });
    expect(usage).toMatchObject({ input: 600, cacheRead: 0 });
    expect(flags).toEqual(['cache_unreported', 'reasoning_unreported']);
    expect(bare('anthropic', { anthropic: { cacheReadInputTokens: -1 } }).flags).toContain('bad_count');
  });
});

describe('what version 7 adds to GenAI', () => {
  const chat = (attributes: PlainAttributes, operation = 'chat') =>
    read({
      scope: { name: 'gen_ai' },
      attributes: { 'gen_ai.operation.name': operation, 'gen_ai.provider.name': 'anthropic', ...attributes },
    });
  const usage = {
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.cache_read.input_tokens': 400,
    'gen_ai.usage.cache_creation.input_tokens': 100,
    'gen_ai.usage.output_tokens': 50,
  };
  const metadata = JSON.stringify({
    anthropic: {
      usage: { cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 } },
    },
  });

  test('reasoning and how long cached tokens live', () => {
    const meaning = chat({
      ...usage,
      'ai.usage.outputTokenDetails.reasoningTokens': 30,
      'ai.response.providerMetadata': metadata,
    });
    expect(meaning).toMatchObject({ kind: 'inference', dialect: 'gen-ai' });
    expect(meaning.usage).toEqual({
      input: 1000,
      cacheRead: 400,
      cacheWrite5m: 60,
      cacheWrite1h: 40,
      output: 50,
      reasoning: 30,
    });
    expect(meaning.flags).toBeUndefined();
  });

  test('without it nobody says what was thought', () => {
    const meaning = chat(usage);
    expect(meaning.usage).toMatchObject({ input: 1000, cacheRead: 400, cacheWrite5m: 100 });
    expect(meaning.flags).toEqual(['reasoning_unreported', 'cache_ttl_assumed']);
  });

  test('an agent is told what its last call was told, and that is not its own', () => {
    const meaning = chat({ ...usage, 'ai.response.providerMetadata': metadata }, 'invoke_agent');
    expect(meaning.usage).toMatchObject({ cacheWrite5m: 100, cacheWrite1h: 0 });
  });

  test('a step has details of no total, and so no usage', () => {
    const meaning = chat({ 'ai.usage.outputTokenDetails.reasoningTokens': 30 }, 'agent_step');
    expect(meaning.kind).toBe('workflow');
    expect(meaning.usage).toBeUndefined();
  });
});
