/** Platforms of which no emitter runs in the tests: n8n, Dify, VoltAgent, Sentry. Their golden spans are written by hand. */
import { describe, expect, test } from '@jest/globals';
import type { PlainAttributes } from '../support/span-view.ts';
import { table } from '../support/table.ts';
import { type CountList, describeCounts, describeTexts, expectTested, type TextList } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const of = (attributes: PlainAttributes, scope = '') => read({ attributes, scope: { name: scope } });

const TEXTS: readonly TextList[] = [
  {
    what: "the session of n8n's execution",
    sign: { 'n8n.execution.status': 'success' },
    names: ['n8n.execution.retry_of', 'n8n.execution.id'],
    of: ({ identity }) => identity?.dialectSession,
  },
  {
    what: "the agent of n8n's workflow",
    sign: { 'n8n.execution.status': 'success' },
    names: ['n8n.workflow.name'],
    of: ({ identity }) => identity?.agentName,
  },
  {
    what: "the agent of VoltAgent's run",
    sign: { 'voltagent.operation_id': 'o', 'entity.type': 'agent' },
    names: ['subagent.name', 'entity.name'],
    of: ({ identity }) => identity?.agentName,
  },
  {
    what: "VoltAgent's model",
    sign: { 'voltagent.operation_id': 'o', 'span.type': 'llm' },
    names: ['ai.model.name'],
    of: ({ model }) => model,
  },
  {
    what: "VoltAgent's tool",
    sign: { 'voltagent.operation_id': 'o', 'span.type': 'tool' },
    names: ['tool.name'],
    of: ({ tool }) => tool,
  },
  {
    what: "the call of VoltAgent's tool",
    sign: { 'voltagent.operation_id': 'o', 'span.type': 'tool' },
    names: ['tool.call.id'],
    of: ({ callId }) => callId,
  },
  {
    what: "Dify's provider and the standard's",
    sign: { 'gen_ai.span.kind': 'LLM', 'gen_ai.request.model': 'm' },
    names: ['gen_ai.provider.name'],
    of: ({ provider }) => provider,
  },
  {
    what: "Dify's tool",
    sign: { 'gen_ai.span.kind': 'TOOL' },
    names: ['gen_ai.tool.name'],
    of: ({ tool }) => tool,
  },
  {
    what: "Sentry's model",
    sign: { 'sentry.op': 'gen_ai.chat' },
    names: ['ai.model_id'],
    of: ({ model }) => model,
  },
];
const VOLT = { 'voltagent.operation_id': 'o', 'entity.type': 'agent' };
const SENTRY = { 'sentry.op': 'gen_ai.chat' };
const COUNTS: readonly CountList[] = [
  ['input of VoltAgent', VOLT, 'input', ['usage.prompt_tokens']],
  ['output of VoltAgent', VOLT, 'output', ['usage.completion_tokens']],
  ['cache reads of VoltAgent', { ...VOLT, 'usage.prompt_tokens': 99 }, 'cacheRead', ['usage.cached_tokens']],
  [
    'reasoning of VoltAgent',
    { ...VOLT, 'usage.completion_tokens': 99 },
    'reasoning',
    ['usage.reasoning_tokens'],
  ],
  ['input of Sentry', SENTRY, 'input', ['ai.prompt_tokens.used']],
  ['output of Sentry', SENTRY, 'output', ['ai.completion_tokens.used']],
];
describeTexts(TEXTS);
describeCounts(COUNTS);

test('every attribute that is read is tested', () => {
  const alone = [
    'n8n.execution.status',
    'n8n.execution.error_type',
    'gen_ai.span.kind',
    'voltagent.operation_id',
    'voltagent.conversation_id',
    'voltagent.is_subagent',
    'span.type',
    'entity.type',
    'usage.total_tokens',
    'gen_ai.operation.type',
    'sentry.op',
    'ai.total_tokens.used',
  ];
  expectTested(['n8n', 'dify', 'voltagent', 'sentry'], { alone, texts: TEXTS, counts: COUNTS });
});

describe('what a span is', () => {
  const cases = table(`
    attribute                       value            scope            kind
    n8n.workflow.name               tickets          n8n              workflow
    n8n.node.name                   ask              n8n              edge
    gen_ai.span.kind                LLM              _                inference
    gen_ai.span.kind                EMBEDDING        _                embedding
    gen_ai.span.kind                RERANKER         _                rerank
    gen_ai.span.kind                RETRIEVER        _                retrieval
    gen_ai.span.kind                TOOL             _                tool
    gen_ai.span.kind                AGENT            _                agent
    gen_ai.span.kind                CHAIN            _                workflow
    gen_ai.span.kind                TASK             _                workflow
    gen_ai.span.kind                task             _                workflow
    gen_ai.span.kind                constructor      _                edge
    span.type                       llm              @voltagent/core  inference
    span.type                       tool             @voltagent/core  tool
    span.type                       agent            @voltagent/core  agent
    span.type                       embedding        @voltagent/core  embedding
    span.type                       retriever        @voltagent/core  retrieval
    span.type                       summary          @voltagent/core  workflow
    span.type                       workflow-step    @voltagent/core  workflow
    span.type                       memory           @voltagent/core  edge
    span.type                       llm              my.own           edge
    entity.type                     agent            @voltagent/core  agent
    entity.type                     workflow         @voltagent/core  workflow
    entity.type                     agent            my.own           edge
    usage.prompt_tokens             7                my.own           edge
    sentry.op                       gen_ai.chat      _                inference
    sentry.op                       gen_ai.generate_text  _           inference
    sentry.op                       gen_ai.embeddings     _           embedding
    sentry.op                       gen_ai.execute_tool   _           tool
    sentry.op                       gen_ai.invoke_agent   _           agent
    sentry.op                       gen_ai.handoff   _                edge
    sentry.op                       http.client      _                edge
    gen_ai.operation.type           ai_client        _                inference
    gen_ai.operation.type           tool             _                tool
    gen_ai.operation.type           agent            _                agent
    gen_ai.operation.type           handoff          _                edge
  `);
  test.each(cases)('$attribute = $value of "$scope" is $kind', ({ attribute, value, scope, kind }) => {
    expect(of({ [attribute!]: value! }, scope).kind).toBe(kind);
  });
});

describe('n8n', () => {
  const ended = (status: string) => of({ 'n8n.execution.status': status }).error === true;
  test.each([
    ['error', true],
    ['crashed', true],
    ['success', false],
    ['waiting', false],
    ['canceled', false],
  ])('an execution that ended as %s', (status, failed) => expect(ended(status)).toBe(failed));

  test('the class of an error is one too', () => {
    expect(of({ 'n8n.execution.error_type': 'NodeOperationError' }).error).toBe(true);
  });
});

test("Dify's provider is the last part of its plugin's path", () => {
  const call = { 'gen_ai.span.kind': 'LLM', 'gen_ai.request.model': 'm' };
  const provider = (name: string) => of({ ...call, 'gen_ai.provider.name': name }).provider;
  expect(provider('langgenius/openai/openai')).toBe('openai');
  expect(provider('langgenius/Anthropic/Anthropic')).toBe('anthropic');
  expect(provider('openai')).toBe('openai');
  expect(provider('langgenius/')).toBe('langgenius/');
});

test("VoltAgent's child is what its own type says, though it inherits the agent's", () => {
  const inherited = { 'entity.type': 'agent', 'entity.name': 'Clerk', 'voltagent.conversation_id': 'c' };
  expect(of({ ...inherited, 'span.type': 'memory' }).kind).toBe('edge');
  expect(of({ ...inherited, 'span.type': 'llm' }).identity?.agentName).toBeUndefined();
  expect(of(inherited).identity?.agentName).toBe('Clerk');
});
