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

describe('what the provider sent', () => {
  const call = (attributes: Record<string, string | number>, raw: unknown) =>
    span({
      ...CHAT,
      'gen_ai.operation.name': 'chat',
      ...attributes,
      'gen_ai.usage.raw': JSON.stringify(raw),
    });

  test('chat completions', () => {
    const raw = {
      prompt_tokens: 2500,
      completion_tokens: 400,
      total_tokens: 2900,
      completion_tokens_details: { reasoning_tokens: 64 },
      prompt_tokens_details: { cached_tokens: 1024, cache_write_tokens: 8 },
    };
    expect(call({}, raw)).toMatchObject({
      kind: 'inference',
      usage: { input: 2500, cacheRead: 1024, cacheWrite5m: 8, output: 400, reasoning: 64 },
      flags: undefined,
    });
  });

  test("Anthropic's input is without cached tokens", () => {
    const raw = {
      input_tokens: 5040,
      output_tokens: 404,
      cache_read_input_tokens: 1024,
      cache_creation_input_tokens: 256,
      cache_creation: { ephemeral_1h_input_tokens: 56, ephemeral_5m_input_tokens: 200 },
      output_tokens_details: { thinking_tokens: 9 },
    };
    expect(
      call({ 'gen_ai.system': 'anthropic', 'gen_ai.request.model': 'claude-sonnet-4-5' }, raw),
    ).toMatchObject({
      usage: { input: 6320, cacheRead: 1024, cacheWrite5m: 200, cacheWrite1h: 56, output: 404, reasoning: 9 },
      flags: undefined,
    });
  });

  test('an embedding stays one', () => {
    const embedding = { 'gen_ai.operation.name': 'embeddings', 'gen_ai.usage.input_tokens': 122 };
    expect(call(embedding, { prompt_tokens: 122, total_tokens: 122 })).toMatchObject({
      kind: 'embedding',
      usage: { input: 122, output: 0 },
    });
  });
});

describe('the first span of a stream is no call', () => {
  const TEMPLATE = 'Chat Completion with {request_data[model]!r}';
  const first = (attributes: Record<string, string | number>, status?: number) =>
    read({
      scope: { name: 'logfire.openai' },
      ...(status !== undefined && { status }),
      attributes: {
        'logfire.msg_template': TEMPLATE,
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-5-mini',
        'gen_ai.operation.name': 'chat',
        ...attributes,
      },
    });
  const COUNTED = { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 3 };

  test('it has neither an answer nor usage', () => expect(first({}).kind).toBe('edge'));
  test.each<[string, Record<string, string | number>, number | undefined, number | undefined]>([
    ['a call that was answered', { 'gen_ai.response.id': 'chatcmpl-1' }, undefined, undefined],
    ['a call that has usage', COUNTED, undefined, 5],
    ['a call that failed', {}, 2, undefined],
    [
      'the second, a log',
      {
        'logfire.msg_template': 'streaming response from {request_data[model]!r} took {duration:.2f}s',
        ...COUNTED,
      },
      undefined,
      5,
    ],
    [
      'a call of the Agents SDK',
      { 'logfire.msg_template': CHAT['logfire.msg_template'] },
      undefined,
      undefined,
    ],
  ])('%s is a call', (_what, attributes, status, input) => {
    const meaning = first(attributes, status);
    expect(meaning.kind).toBe('inference');
    expect(meaning.usage?.input).toBe(input);
  });
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
  const alone = [
    'logfire.msg_template',
    'sdk_span_type',
    'usage',
    'name',
    'gen_ai.request.model',
    'gen_ai.usage.raw',
    'gen_ai.usage.input_tokens',
    'gen_ai.response.id',
    'gen_ai.system',
  ];
  expectTested(['logfire'], { alone, texts: [], counts: [] });
});
