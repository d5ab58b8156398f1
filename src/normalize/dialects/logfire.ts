import type { OpenDialect } from '../dialect.ts';
import { firstText } from '../first.ts';
import { openJsonCounts } from '../json-counts.ts';
import { firstJson } from '../json-text.ts';

/**
 * Logfire's instrumentation of the OpenAI Agents SDK (5.4, November 2026). Its model calls have GenAI's totals, where
 * **input includes** cached tokens; cached tokens and thoughts of chat completions are only in the JSON of `usage`. Runs and
 * turns have such a `usage`, too, and are told by `sdk_span_type`; tools have no name but their message's.
 */
export const logfire: OpenDialect = (key) => {
  const template = key('logfire.msg_template');
  const sdkType = key('sdk_span_type');
  const usage = [key('usage')];
  const name = [key('name')];
  const model = key('gen_ai.request.model');
  const style = { name: 'logfire', style: 'inclusive' } as const;
  const readCounts = openJsonCounts(COUNTS, style.style);
  return {
    ...style,
    signs: [template],
    read(span, draft) {
      if (span.text(template) === 'Function: {name}') {
        draft.is('tool', style.name);
        draft.tool ??= firstText(span, name, draft);
        return;
      }
      if (!span.has(model) || span.has(sdkType) || !span.has(usage[0]!)) return;
      if (readCounts(firstJson(span, usage), draft)) draft.is('inference', style.name);
    },
  };
};

const COUNTS = {
  input: ['input_tokens'],
  output: ['output_tokens'],
  cacheRead: ['input_tokens_details.cached_tokens'],
  cacheWrite: ['input_tokens_details.cache_write_tokens'],
  reasoning: ['output_tokens_details.reasoning_tokens'],
  total: ['total_tokens'],
};
