/**
 * **Goal**: every attribute that a dialect reads is read, and of two that say the same the better one is believed.
 * **Method**: each list is written down here in its order, best first; every pair of every list is put on one span.
 */
import { expect, test } from '@jest/globals';
import { REPORTED_COSTS } from '../../src/normalize/naming.ts';
import { type CountList, describeCounts, describeTexts, expectTested, type TextList } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();

const GEN_AI = { 'gen_ai.operation.name': 'chat' };
const GEN_AI_TOOL = { 'gen_ai.operation.name': 'execute_tool' };
const LLM = { 'openinference.span.kind': 'LLM' };
const TOOL = { 'openinference.span.kind': 'TOOL' };
const AGENT = { 'openinference.span.kind': 'AGENT' };

const TEXTS: readonly TextList[] = [
  {
    what: 'GenAI model',
    sign: GEN_AI,
    names: ['gen_ai.response.model', 'gen_ai.request.model'],
    of: ({ model }) => model,
  },
  {
    what: 'OpenInference model',
    sign: LLM,
    names: [
      'llm.response.model_name',
      'llm.request.model_name',
      'llm.model_name',
      'embedding.model_name',
      'reranker.model_name',
    ],
    of: ({ model }) => model,
  },
  {
    what: 'OpenLLMetry model, from before GenAI',
    sign: { 'llm.request.type': 'chat' },
    names: ['llm.response.model', 'llm.request.model'],
    of: ({ model }) => model,
  },
  {
    what: 'model of two dialects on one span',
    sign: { ...LLM, 'llm.request.type': 'chat' },
    names: [
      'gen_ai.response.model',
      'llm.response.model_name',
      'llm.response.model',
      'gen_ai.request.model',
      'llm.request.model_name',
      'llm.model_name',
      'embedding.model_name',
      'reranker.model_name',
      'llm.request.model',
    ],
    of: ({ model }) => model,
  },
  {
    what: 'GenAI provider',
    sign: GEN_AI,
    names: ['gen_ai.provider.name', 'gen_ai.system'],
    of: ({ provider }) => provider,
  },
  {
    what: 'OpenInference provider',
    sign: LLM,
    names: ['llm.provider', 'llm.system'],
    of: ({ provider }) => provider,
  },
  {
    what: 'agent name',
    sign: AGENT,
    names: ['gen_ai.agent.name', 'agent_name', 'agent.name', 'graph.node.name', 'graph.node.id'],
    of: ({ identity }) => identity?.agentName,
  },
  {
    what: "the name of OpenLLMetry's agent",
    sign: { 'traceloop.span.kind': 'agent' },
    names: ['gen_ai.agent.name', 'traceloop.entity.name'],
    of: ({ identity }) => identity?.agentName,
  },
  {
    what: 'tool',
    sign: { ...TOOL, 'traceloop.span.kind': 'tool' },
    names: ['tool.name', 'traceloop.entity.name'],
    of: ({ tool }) => tool,
  },
  {
    what: 'call id of GenAI',
    sign: GEN_AI_TOOL,
    names: ['gen_ai.tool.call.id', 'gen_ai.tool.call_id'],
    of: ({ callId }) => callId,
  },
  {
    what: 'call id of two dialects',
    sign: { ...GEN_AI_TOOL, ...TOOL },
    names: ['gen_ai.tool.call.id', 'tool.id'],
    of: ({ callId }) => callId,
  },
  {
    what: 'call id of MCP',
    sign: { 'mcp.method.name': 'tools/call' },
    names: ['gen_ai.tool.call.id'],
    of: ({ callId }) => callId,
  },
  {
    what: 'response id',
    sign: GEN_AI,
    names: ['gen_ai.response.id'],
    of: ({ responseId }) => responseId,
  },
  {
    what: 'vector database',
    sign: {},
    names: ['db.system.name', 'db.system'],
    of: ({ tool }) => tool,
  },
];

describeTexts(TEXTS);

/** Counts by dialect: the class in a usage, and its names, best first. Input and output are large enough for any detail. */
const COUNTS: readonly CountList[] = [
  ['input of GenAI', GEN_AI, 'input', ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens']],
  ['output of GenAI', GEN_AI, 'output', ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens']],
  [
    'cache reads of GenAI',
    { ...GEN_AI, 'gen_ai.usage.input_tokens': 1000 },
    'cacheRead',
    [
      'gen_ai.usage.cache_read.input_tokens',
      'gen_ai.usage.cache_read_input_tokens',
      'gen_ai.usage.input_tokens.cached',
      'gen_ai.usage.cached_tokens',
      'gen_ai.usage.cached_input_tokens',
      'gen_ai.usage.prompt_tokens_details.cached_tokens',
      'gen_ai.usage.details.cache_read_tokens',
    ],
  ],
  [
    'cache writes of GenAI',
    { ...GEN_AI, 'gen_ai.usage.input_tokens': 1000 },
    'cacheWrite5m',
    [
      'gen_ai.usage.cache_write.input_tokens',
      'gen_ai.usage.cache_creation.input_tokens',
      'gen_ai.usage.cache_creation_input_tokens',
      'gen_ai.usage.cache_write_input_tokens',
      'gen_ai.usage.input_tokens.cache_write',
      'gen_ai.usage.prompt_tokens_details.cache_creation_tokens',
      'gen_ai.usage.details.cache_write_tokens',
    ],
  ],
  [
    'five-minute cache writes',
    { ...GEN_AI, 'gen_ai.usage.input_tokens': 1000 },
    'cacheWrite5m',
    [
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens',
      'gen_ai.usage.cache_creation.5m_input_tokens',
    ],
  ],
  [
    'one-hour cache writes',
    { ...GEN_AI, 'gen_ai.usage.input_tokens': 1000 },
    'cacheWrite1h',
    [
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens',
      'gen_ai.usage.cache_creation.1h_input_tokens',
    ],
  ],
  [
    'reasoning of GenAI',
    { ...GEN_AI, 'gen_ai.usage.output_tokens': 1000 },
    'reasoning',
    [
      'gen_ai.usage.reasoning.output_tokens',
      'gen_ai.usage.reasoning_tokens',
      'llm.usage.reasoning_tokens',
      'gen_ai.usage.output_tokens.reasoning',
      'gen_ai.usage.completion_tokens_details.reasoning_tokens',
      'gen_ai.usage.details.reasoning_tokens',
    ],
  ],
  ['input of OpenInference', LLM, 'input', ['llm.token_count.prompt']],
  ['output of OpenInference', LLM, 'output', ['llm.token_count.completion']],
  [
    'cache reads of OpenInference',
    { ...LLM, 'llm.token_count.prompt': 1000 },
    'cacheRead',
    ['llm.token_count.prompt_details.cache_read'],
  ],
  [
    'cache writes of OpenInference',
    { ...LLM, 'llm.token_count.prompt': 1000 },
    'cacheWrite5m',
    ['llm.token_count.prompt_details.cache_write'],
  ],
  [
    'reasoning of OpenInference',
    { ...LLM, 'llm.token_count.completion': 1000 },
    'reasoning',
    ['llm.token_count.completion_details.reasoning'],
  ],
  ['input of OpenLLMetry', { 'llm.request.type': 'chat' }, 'input', ['llm.usage.prompt_tokens']],
  ['output of OpenLLMetry', { 'llm.request.type': 'chat' }, 'output', ['llm.usage.completion_tokens']],
  [
    'reasoning of OpenLLMetry',
    { 'llm.request.type': 'chat', 'llm.usage.completion_tokens': 1000 },
    'reasoning',
    ['llm.usage.reasoning_tokens'],
  ],
  ['tokens of an embedding', { 'openinference.span.kind': 'EMBEDDING' }, 'input', ['llm.token_count.total']],
  ['tokens of a rerank', { 'llm.request.type': 'rerank' }, 'input', ['llm.usage.total_tokens']],
  [
    'tokens of an embedding in GenAI',
    { 'gen_ai.operation.name': 'embeddings' },
    'input',
    ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
  ],
];

describeCounts(COUNTS);

test('of what emitters reckon, the earlier one is believed', () => {
  for (const [index, better] of REPORTED_COSTS.entries())
    for (const worse of REPORTED_COSTS.slice(index + 1))
      expect(read({ attributes: { [worse]: '9', [better]: '7' } }).reportedUsd).toBe('7');
});

/** Read for what is no list: kinds, errors, units, what stands beside a call. Their tests are in other files. */
const ALONE = [
  'metadata',
  'mcp.method.name',
  'gen_ai.operation.name',
  'openinference.span.kind',
  'traceloop.span.kind',
  'llm.request.type',
  'gen_ai.tool.name',
  'gen_ai.tool.status',
  'gen_ai.response.finish_reasons',
  'gen_ai.response.finish_reason',
  'llm.finish_reason',
  'anthropic.message.stop_reason',
  'error.type',
  'db.operation.name',
  'db.operation',
  'db.query.text',
  'db.statement',
  'pinecone.usage.read_units',
  'db.pinecone.usage.read_units',
  'db.vector.query.result.read_units',
  'pinecone.usage.write_units',
  'azure.cosmosdb.operation.request_charge',
  'db.cosmosdb.request_charge',
  'anthropic.usage.compaction.input_tokens',
  'anthropic.usage.compaction.output_tokens',
];

test('the standards read no attribute that is not tested, and each reads it once', () => {
  expectTested(['mcp', 'db', 'gen-ai', 'openinference', 'openllmetry'], {
    alone: ALONE,
    texts: TEXTS,
    counts: COUNTS,
  });
});
