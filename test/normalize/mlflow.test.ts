import { describe, expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const SCOPE = { name: 'mlflow.tracing.provider' };
/** As MLflow writes it: every value is JSON. */
const span = (attributes: Record<string, unknown>, name = 'lookup') =>
  read({
    name,
    scope: SCOPE,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, JSON.stringify(value)]),
    ),
  });
const chat = (tokenUsage: Record<string, number>) =>
  span({
    'mlflow.spanType': 'CHAT_MODEL',
    'mlflow.llm.model': 'claude-sonnet-4-5',
    'mlflow.llm.provider': 'anthropic',
    'mlflow.chat.tokenUsage': tokenUsage,
  });

describe('kinds', () => {
  const cases = table(`
    type         kind
    LLM          inference
    CHAT_MODEL   inference
    EMBEDDING    embedding
    RERANKER     rerank
    RETRIEVER    retrieval
    TOOL         tool
    AGENT        agent
    CHAIN        workflow
    WORKFLOW     workflow
    TASK         workflow
  `);
  test.each(cases)('$type is $kind', ({ type, kind }) =>
    expect(span({ 'mlflow.spanType': type })).toMatchObject({ kind, dialect: 'mlflow' }),
  );

  test.each([['PARSER'], ['MEMORY'], ['UNKNOWN'], ['']])('%s is an edge', (type) =>
    expect(span({ 'mlflow.spanType': type }).kind).toBe('edge'),
  );
});

test('input includes cached tokens, and cache writes of an hour stand among the others', () => {
  const usage = {
    input_tokens: 1787,
    output_tokens: 407,
    total_tokens: 2194,
    cache_read_input_tokens: 1024,
    cache_creation_input_tokens: 256,
    cache_creation_input_tokens_above_1hr: 56,
  };
  expect(chat(usage)).toMatchObject({
    kind: 'inference',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    usage: { input: 1787, cacheRead: 1024, cacheWrite5m: 200, cacheWrite1h: 56, output: 407, reasoning: 0 },
    flags: ['reasoning_unreported'],
  });
});

test('it names cached tokens where there are any: none said is none', () => {
  expect(chat({ input_tokens: 9, output_tokens: 3 }).flags).toEqual(['reasoning_unreported']);
});

test('in GenAI it leaves them out, and nobody knows', () => {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.usage.input_tokens': 9,
    'gen_ai.usage.output_tokens': 3,
  };
  expect(read({ scope: SCOPE, attributes }).flags).toEqual(['cache_unreported', 'reasoning_unreported']);
});

test('a call of which no tokens are said has no usage', () => {
  const attributes = { 'mlflow.spanType': 'EMBEDDING', 'mlflow.llm.model': 'text-embedding-3-small' };
  expect(span(attributes)).toMatchObject({ kind: 'embedding', usage: undefined, flags: undefined });
});

test.each([['null'], ['[]'], ['{}'], ['"x"'], ['{"total_tokens":9}']])('%s is no usage', (usage) => {
  const attributes = { 'mlflow.spanType': '"LLM"', 'mlflow.chat.tokenUsage': usage };
  expect(read({ attributes })).toMatchObject({ kind: 'inference', usage: undefined });
});

test('a tool has the name of its function, or else of its span', () => {
  expect(span({ 'mlflow.spanType': 'TOOL', 'mlflow.spanFunctionName': 'find' }).tool).toBe('find');
  expect(span({ 'mlflow.spanType': 'TOOL' }, 'find_1').tool).toBe('find_1');
});

test('an agent, its session and an outcome are read out of their quotes', () => {
  const attributes = {
    'mlflow.spanType': 'AGENT',
    'mlflow.spanFunctionName': 'clerk',
    'session.id': 's-1',
    'agent.task.outcome': 'solved',
    'agent.task.value_usd': '1.5',
  };
  expect(span(attributes)).toMatchObject({
    kind: 'agent',
    identity: { agentName: 'clerk', dialectSession: 's-1' },
    outcome: { outcome: 'solved' },
    valueUsd: '1.5',
    flags: undefined,
  });
});

test('it reads what is tested here', () => {
  const alone = [
    'mlflow.spanType',
    'mlflow.chat.tokenUsage',
    'mlflow.llm.model',
    'mlflow.llm.provider',
    'mlflow.spanFunctionName',
    'mlflow.llm.cost',
  ];
  expectTested(['mlflow'], { alone, texts: [], counts: [] });
});

test('what it reckons that the call cost is kept beside ours', () => {
  const cost = (value: object) => span({ 'mlflow.spanType': 'LLM', 'mlflow.llm.cost': value });
  expect(cost({ input_cost: 0.1, output_cost: 0.2, total_cost: 0.3 }).reportedUsd).toBe('0.3');
  expect(cost({ input_cost: 0.1 }).reportedUsd).toBeUndefined();
  expect(cost({ total_cost: -1 }).flags).toContain('bad_amount');
});
