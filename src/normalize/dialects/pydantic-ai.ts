import { type CountNames, countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';

/**
 * Pydantic AI (2.68, November 2026). Its model calls speak GenAI, where **input includes** cached tokens, of Anthropic's
 * models, too. A run says the sum of its calls under names of its own, so that nobody adds the two up: they are the
 * usage of a wrapper, and count only where no call below says anything.
 */
export const pydanticAi: OpenDialect = (key) => {
  const counts = countKeys(COUNTS, key);
  const style = { name: 'pydantic-ai', style: 'inclusive' } as const;
  return {
    ...style,
    signs: [...counts.input, ...counts.output],
    read(span, draft) {
      draft.is('agent', style.name);
      // A name that says it is a sum makes no call, whatever the span is said to be.
      if (draft.kind === 'agent' || draft.kind === 'workflow') readCounts(span, counts, style, draft);
    },
  };
};

const COUNTS: CountNames = {
  input: ['gen_ai.aggregated_usage.input_tokens'],
  output: ['gen_ai.aggregated_usage.output_tokens'],
  cacheRead: [
    'gen_ai.aggregated_usage.cache_read.input_tokens',
    'gen_ai.aggregated_usage.details.cache_read_tokens',
  ],
  cacheWrite: [
    'gen_ai.aggregated_usage.cache_write.input_tokens',
    'gen_ai.aggregated_usage.cache_creation.input_tokens',
    'gen_ai.aggregated_usage.details.cache_write_tokens',
  ],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: [
    'gen_ai.aggregated_usage.reasoning.output_tokens',
    'gen_ai.aggregated_usage.details.reasoning_tokens',
  ],
  total: [],
};
