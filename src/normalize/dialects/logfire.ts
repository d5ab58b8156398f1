import type { SpanView } from '../../domain/span.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { firstText } from '../first.ts';
import { ANTHROPIC_COUNTS, openJsonCounts } from '../json-counts.ts';
import { firstJson } from '../json-text.ts';

/**
 * Logfire's instrumentations of OpenAI's and Anthropic's SDKs and of the OpenAI Agents SDK (5.4, November 2026). Its model
 * calls have GenAI's totals, where **input includes** cached tokens. The detail is only in JSON: in `gen_ai.usage.raw` as the
 * provider sent it, **Anthropic's input without** cached tokens, or in `usage` as the Agents SDK has it. Runs and turns have
 * such a `usage`, too, and are told by `sdk_span_type`; tools have no name but their message's. A stream is two spans: the
 * first is over when the answer begins, and the second, a log, has its usage.
 */
export const logfire: OpenDialect = (key) => {
  const template = key('logfire.msg_template');
  const sdkType = key('sdk_span_type');
  const usage = [key('usage')];
  const raw = [key('gen_ai.usage.raw')];
  const responseId = key('gen_ai.response.id');
  const totals = key('gen_ai.usage.input_tokens');
  const name = [key('name')];
  const model = key('gen_ai.request.model');
  const provider = key('gen_ai.system');
  const style = { name: 'logfire', style: 'inclusive' } as const;
  const readInclusive = openJsonCounts(COUNTS, 'inclusive');
  const readAnthropic = openJsonCounts(ANTHROPIC_COUNTS, 'exclusive');

  function readCounts(span: SpanView, draft: Draft): boolean {
    if (!span.has(raw[0]!)) return readInclusive(firstJson(span, usage), draft);
    const isAnthropic = span.text(provider) === 'anthropic';
    return (isAnthropic ? readAnthropic : readInclusive)(firstJson(span, raw), draft);
  }

  /** A call that was answered has the answer's id; one that failed is a call all the same. */
  const beginsStream = (span: SpanView) =>
    span.text(template)?.endsWith(' with {request_data[model]!r}') === true &&
    !span.has(totals) &&
    !span.has(responseId) &&
    span.status !== ERROR;

  return {
    ...style,
    signs: [template],
    read(span, draft) {
      if (span.text(template) === 'Function: {name}') {
        draft.is('tool', style.name);
        draft.tool ??= firstText(span, name, draft);
        return;
      }
      if (!span.has(model) || span.has(sdkType)) return;
      if (readCounts(span, draft)) {
        // Of an embedding there is only GenAI's word.
        if (draft.output > 0) draft.is('inference', style.name);
      } else if (beginsStream(span)) draft.is('edge', style.name);
    },
  };
};

/** OTLP's status code. */
const ERROR = 2;

const COUNTS = {
  input: ['input_tokens', 'prompt_tokens'],
  output: ['output_tokens', 'completion_tokens'],
  cacheRead: ['input_tokens_details.cached_tokens', 'prompt_tokens_details.cached_tokens'],
  cacheWrite: ['input_tokens_details.cache_write_tokens', 'prompt_tokens_details.cache_write_tokens'],
  reasoning: ['output_tokens_details.reasoning_tokens', 'completion_tokens_details.reasoning_tokens'],
  total: ['total_tokens'],
};
