import type { SpanView } from '../../domain/span.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { firstText } from '../first.ts';
import { ANTHROPIC_COUNTS, openJsonCounts } from '../json-counts.ts';
import { firstJson } from '../json-text.ts';

/**
 * LiteLLM's OpenTelemetry callback, in the SDK and in its proxy (1.110, November 2026). Its calls have GenAI's totals, where
 * **input includes** cached tokens whoever served them; the detail is only in `metadata.usage_object`, a dict as Python
 * prints it. `raw_gen_ai_request` below says the same again as the provider spelled it, **Anthropic's input without** cached
 * tokens. It has no response id here: LiteLLM makes up one of its own for the call above, and it is one call.
 */
export const litellm: OpenDialect = (key) => {
  const usageObject = [key('metadata.usage_object')];
  const style = { name: 'litellm', style: 'inclusive' } as const;
  const readInclusive = openJsonCounts(COUNTS, 'inclusive');
  const readAnthropic = openJsonCounts(ANTHROPIC_COUNTS, 'exclusive');
  const raw = PROVIDERS.map((provider) => ({
    provider,
    usage: [key(`llm.${provider}.usage`)] as const,
    model: [key(`llm.${provider}.model`)],
    readCounts: provider === 'anthropic' ? readAnthropic : readInclusive,
  }));

  function readRaw(span: SpanView, draft: Draft): void {
    for (const { provider, usage, model, readCounts } of raw) {
      if (!span.has(usage[0]) || !readCounts(firstJson(span, usage), draft)) continue;
      draft.is('inference', style.name);
      draft.provider ??= provider;
      draft.model ??= firstText(span, model, draft);
      return;
    }
  }

  return {
    ...style,
    signs: [...usageObject, ...raw.map(({ usage }) => usage[0])],
    read(span, draft) {
      if (!span.has(usageObject[0]!)) readRaw(span, draft);
      else if (readInclusive(firstJson(span, usageObject), draft)) draft.dialect = style.name;
    },
  };
};

/** Those whose answers have a `usage` in the words of OpenAI's API, and Anthropic. */
const PROVIDERS = ['openai', 'anthropic', 'azure', 'mistral', 'groq', 'deepseek', 'xai', 'openrouter'];

const COUNTS = {
  input: ['prompt_tokens', 'input_tokens'],
  output: ['completion_tokens', 'output_tokens'],
  cacheRead: [
    'prompt_tokens_details.cached_tokens',
    'input_tokens_details.cached_tokens',
    'cache_read_input_tokens',
  ],
  cacheWrite: [
    'prompt_tokens_details.cache_creation_tokens',
    'prompt_tokens_details.cache_write_tokens',
    'cache_creation_input_tokens',
  ],
  cacheWrite5m: ['prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens'],
  cacheWrite1h: ['prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens'],
  reasoning: ['completion_tokens_details.reasoning_tokens', 'output_tokens_details.reasoning_tokens'],
  total: ['total_tokens'],
};
