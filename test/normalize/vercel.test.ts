import { describe, expect, test } from '@jest/globals';
import { FINER, OPERATIONS } from '../../src/normalize/dialects/vercel-names.ts';
import { table } from '../support/table.ts';
import { type CountList, describeCounts, describeTexts, expectTested, type TextList } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const CALL = { 'ai.operationId': 'ai.generateText.doGenerate' };
const TOOL = { 'ai.operationId': 'ai.toolCall' };

const TEXTS: readonly TextList[] = [
  {
    what: 'model of the AI SDK',
    sign: CALL,
    names: ['ai.response.model', 'ai.model.id'],
    of: ({ model }) => model,
  },
  {
    what: 'provider of the AI SDK',
    sign: CALL,
    names: ['ai.model.provider', 'gen_ai.provider.name', 'gen_ai.system'],
    of: ({ provider }) => provider,
  },
  {
    what: 'response id of the AI SDK',
    sign: CALL,
    names: ['ai.response.id'],
    of: ({ responseId }) => responseId,
  },
  {
    what: 'agent of the AI SDK',
    sign: { 'ai.operationId': 'ai.streamText' },
    names: ['ai.telemetry.functionId'],
    of: ({ identity }) => identity?.agentName,
  },
  { what: 'tool of the AI SDK', sign: TOOL, names: ['ai.toolCall.name'], of: ({ tool }) => tool },
  { what: 'call id of the AI SDK', sign: TOOL, names: ['ai.toolCall.id'], of: ({ callId }) => callId },
];

const COUNTS: readonly CountList[] = [
  [
    'input',
    CALL,
    'input',
    ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens', 'gen_ai.usage.input_tokens'],
  ],
  [
    'output',
    CALL,
    'output',
    ['ai.usage.outputTokens', 'ai.usage.completionTokens', 'gen_ai.usage.output_tokens'],
  ],
  [
    'cache reads',
    { ...CALL, 'ai.usage.inputTokens': 1000 },
    'cacheRead',
    [
      'ai.usage.inputTokenDetails.cacheReadTokens',
      'ai.usage.cachedInputTokens',
      'gen_ai.usage.cache_read.input_tokens',
    ],
  ],
  [
    'cache writes',
    { ...CALL, 'ai.usage.inputTokens': 1000 },
    'cacheWrite5m',
    ['ai.usage.inputTokenDetails.cacheWriteTokens', 'gen_ai.usage.cache_creation.input_tokens'],
  ],
  [
    'reasoning',
    { ...CALL, 'ai.usage.outputTokens': 1000 },
    'reasoning',
    ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
  ],
];

describeTexts(TEXTS);
describeCounts(COUNTS);

test('every attribute that is read is tested', () => {
  const alone = [
    'ai.operationId',
    'ai.response.finishReason',
    'gen_ai.operation.name',
    'ai.request.headers.user-agent',
    'ai.sdk.version',
    'ai.response.providerMetadata',
    'ai.usage.totalTokens',
    ...FINER,
  ];
  expectTested(['vercel'], { alone, texts: TEXTS, counts: COUNTS });
});

describe('what an operation is', () => {
  const cases = table(`
    operation                        kind
    ai.generateText                  agent
    ai.streamText                    agent
    ai.generateObject                agent
    ai.streamObject                  agent
    ai.generateText.doGenerate       inference
    ai.streamText.doStream           inference
    ai.generateObject.doGenerate     inference
    ai.streamObject.doStream         inference
    ai.embed                         workflow
    ai.embedMany                     workflow
    ai.rerank                        workflow
    ai.embed.doEmbed                 embedding
    ai.embedMany.doEmbed             embedding
    ai.rerank.doRerank               rerank
    ai.toolCall                      tool
    ai.generateImage                 edge
    constructor                      edge
  `);
  test.each(cases)('$operation is $kind', ({ operation, kind }) => {
    const meaning = read({ attributes: { 'ai.operationId': operation! } });
    expect(meaning).toMatchObject({ kind, dialect: kind === 'edge' ? '' : 'vercel' });
  });

  test('a tool has no tokens, and only the outer span names the agent', () => {
    const attributes = { 'ai.telemetry.functionId': 'planner', 'ai.usage.inputTokens': 5 };
    for (const operation of OPERATIONS.keys()) {
      const { kind, usage, identity } = read({ attributes: { 'ai.operationId': operation, ...attributes } });
      expect(usage === undefined).toBe(kind === 'tool');
      expect(identity?.agentName).toBe(kind === 'agent' ? 'planner' : undefined);
    }
  });
});
