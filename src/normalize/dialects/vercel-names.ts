import type { FactKind } from '../../domain/fact.ts';
import type { CountNames } from '../counts.ts';

/** `ai.operationId` as a kind: an outer function, or the call of a model that it makes. */
export const OPERATIONS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ...['ai.generateText', 'ai.streamText', 'ai.generateObject', 'ai.streamObject'].flatMap(
    (outer): [string, FactKind][] => [
      [outer, 'agent'],
      [`${outer}.doGenerate`, 'inference'],
      [`${outer}.doStream`, 'inference'],
    ],
  ),
  ['ai.toolCall', 'tool'],
  ['ai.embed', 'workflow'],
  ['ai.embed.doEmbed', 'embedding'],
  ['ai.embedMany', 'workflow'],
  ['ai.embedMany.doEmbed', 'embedding'],
  ['ai.rerank', 'workflow'],
  ['ai.rerank.doRerank', 'rerank'],
]);

/** Only versions from 6 on have these. */
export const FINER = [
  'ai.usage.inputTokenDetails.noCacheTokens',
  'ai.usage.inputTokenDetails.cacheReadTokens',
  'ai.usage.inputTokenDetails.cacheWriteTokens',
  'ai.usage.outputTokenDetails.textTokens',
  'ai.usage.outputTokenDetails.reasoningTokens',
];

export const COUNTS: CountNames = {
  input: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens', 'gen_ai.usage.input_tokens'],
  output: ['ai.usage.outputTokens', 'ai.usage.completionTokens', 'gen_ai.usage.output_tokens'],
  cacheRead: [
    'ai.usage.inputTokenDetails.cacheReadTokens',
    'ai.usage.cachedInputTokens',
    'gen_ai.usage.cache_read.input_tokens',
  ],
  cacheWrite: ['ai.usage.inputTokenDetails.cacheWriteTokens', 'gen_ai.usage.cache_creation.input_tokens'],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
  total: ['ai.usage.totalTokens'],
};
