import { describe, expect, test } from '@jest/globals';
import type { PlainAttributes } from '../support/span-view.ts';
import { table } from '../support/table.ts';
import { type CountList, describeCounts, describeTexts, expectTested, type TextList } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const LLM = { 'langsmith.span.kind': 'llm' };
const TOOL = { 'langsmith.span.kind': 'tool' };

const TEXTS: readonly TextList[] = [
  {
    what: 'provider of LangSmith',
    sign: LLM,
    names: ['langsmith.metadata.ls_provider', 'gen_ai.system'],
    of: ({ provider }) => provider,
  },
  {
    what: 'model of LangSmith',
    sign: LLM,
    names: ['gen_ai.response.model', 'gen_ai.request.model', 'langsmith.metadata.ls_model_name'],
    of: ({ model }) => model,
  },
  { what: 'tool of LangSmith', sign: TOOL, names: ['langsmith.trace.name'], of: ({ tool }) => tool },
];
const COUNTS: readonly CountList[] = [
  ['input of LangSmith', LLM, 'input', ['gen_ai.usage.input_tokens']],
  ['output of LangSmith', LLM, 'output', ['gen_ai.usage.output_tokens']],
  [
    'tokens of an embedding in LangSmith',
    { 'langsmith.span.kind': 'embedding' },
    'input',
    ['gen_ai.usage.total_tokens'],
  ],
];
describeTexts(TEXTS);
describeCounts(COUNTS);

test('every attribute that is read is tested', () => {
  const alone = [
    'langsmith.span.kind',
    'exception.type',
    'gen_ai.usage.input_token_details',
    'gen_ai.usage.output_token_details',
    'langsmith.usage_metadata',
    'langsmith.metadata.usage_metadata',
  ];
  expectTested(['langsmith'], { alone, texts: TEXTS, counts: COUNTS });
});

describe('its kinds come before the operation that it claims', () => {
  const cases = table(`
    kind        operation     is
    llm         chat          inference
    embedding   embeddings    embedding
    retriever   embeddings    retrieval
    tool        execute_tool  tool
    chain       chain         workflow
    prompt      chat          edge
    parser      chat          edge
    unheard·of  chat          inference
  `);
  test.each(cases)('$kind, which claims to be $operation, is $is', ({ kind, operation, is }) => {
    const attributes = { 'langsmith.span.kind': kind!, 'gen_ai.operation.name': operation! };
    expect(read({ attributes }).kind).toBe(is);
  });
});

describe('the detail of its counts', () => {
  const IN = 'gen_ai.usage.input_token_details';
  const OUT = 'gen_ai.usage.output_token_details';
  const call = (attributes: PlainAttributes) =>
    read({
      attributes: {
        ...LLM,
        'gen_ai.operation.name': 'chat',
        'gen_ai.system': 'openai',
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 200,
        'gen_ai.usage.total_tokens': 1200,
        ...attributes,
      },
    });
  const cases: readonly [string, PlainAttributes, readonly number[]][] = [
    ['none', {}, [0, 0, 0, 0]],
    ['JSON', { [IN]: '{"cache_read":400,"audio":0}', [OUT]: '{"reasoning":50}' }, [400, 0, 0, 50]],
    [
      "Python's spelling",
      { [IN]: "{'cache_read': 400}", [OUT]: "{'audio': None, 'reasoning': 50}" },
      [400, 0, 0, 50],
    ],
    ['cache writes', { [IN]: '{"cache_read":400,"cache_creation":90}' }, [400, 90, 0, 0]],
    [
      'how long they live, as JavaScript says it',
      { [IN]: '{"ephemeral_5m_input_tokens":60,"ephemeral_1hr_input_tokens":30,"cache_read":400}' },
      [400, 60, 30, 0],
    ],
    [
      'how long they live, as Python says it',
      { [IN]: "{'cache_creation': 0, 'ephemeral_5m_input_tokens': 60, 'ephemeral_1h_input_tokens': 30}" },
      [0, 60, 30, 0],
    ],
    [
      'a part of them is said to live long',
      { [IN]: '{"cache_creation":90,"ephemeral_1h_input_tokens":30}' },
      [0, 60, 30, 0],
    ],
    [
      'a service tier',
      { [IN]: '{"priority_cache_read":400,"priority":600}', [OUT]: '{"priority_reasoning":50}' },
      [400, 0, 0, 50],
    ],
    [
      'all in one',
      {
        'langsmith.usage_metadata':
          '{"input_token_details":{"cache_read":400},"output_token_details":{"reasoning":50}}',
      },
      [400, 0, 0, 50],
    ],
    [
      'the own attribute first',
      { [IN]: '{"cache_read":400}', 'langsmith.usage_metadata': '{"input_token_details":{"cache_read":1}}' },
      [400, 0, 0, 0],
    ],
    ['nonsense', { [IN]: '{"cache_read":', [OUT]: '[50]' }, [0, 0, 0, 0]],
  ];
  test.each(cases)('%s', (_what, attributes, [cacheRead, cacheWrite5m, cacheWrite1h, reasoning]) => {
    const { usage, flags } = call(attributes);
    expect(usage).toEqual({ input: 1000, cacheRead, cacheWrite5m, cacheWrite1h, output: 200, reasoning });
    expect(flags).toBeUndefined();
  });

  test('what is no count is flagged', () => {
    expect(call({ [IN]: '{"cache_read":-4}' }).flags).toEqual(['bad_count']);
  });

  test('all of the usage may be in one object', () => {
    const text =
      '{"input_tokens":9,"output_tokens":4,"total_tokens":13,"output_token_details":{"reasoning":3}}';
    for (const name of ['langsmith.usage_metadata', 'langsmith.metadata.usage_metadata'])
      expect(read({ attributes: { ...LLM, [name]: text } }).usage).toMatchObject({
        input: 9,
        output: 4,
        reasoning: 3,
      });
    expect(read({ attributes: { ...LLM, 'langsmith.usage_metadata': '{}' } }).usage).toBeUndefined();
  });
});

test('its system is a guess: LangChain names the provider', () => {
  const attributes = { ...LLM, 'gen_ai.system': 'openai', 'langsmith.metadata.ls_provider': 'Azure' };
  expect(read({ attributes }).provider).toBe('azure');
  expect(read({ attributes: { ...LLM, 'gen_ai.system': 'langchain' } }).provider).toBeUndefined();
});

test('an exception is an error, whatever the status says', () => {
  const failed = { name: 'exception', attributes: { 'exception.type': 'Error' } };
  expect(read({ status: 1, attributes: TOOL, events: [failed] }).error).toBe(true);
  expect(read({ status: 1, attributes: TOOL, events: [{ name: 'new_token' }] }).error).toBeUndefined();
});

test('the project is no session, the thread is', () => {
  const attributes = {
    ...LLM,
    'langsmith.trace.session_id': 'project',
    'langsmith.metadata.thread_id': 't-1',
  };
  expect(read({ attributes }).identity?.dialectSession).toBe('t-1');
});
