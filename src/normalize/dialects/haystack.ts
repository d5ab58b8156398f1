import type { SpanView } from '../../domain/span.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { firstText } from '../first.ts';
import { openJsonCounts } from '../json-counts.ts';
import { firstJson, type JsonObject, memberList, memberObject, memberText } from '../json-text.ts';

/**
 * Haystack's own tracer (opentelemetry-haystack 2.0, November 2026). It has no token counts but those in the replies
 * that it keeps where content is traced (`HAYSTACK_CONTENT_TRACING_ENABLED`), in the words of OpenAI's API: **input includes**
 * cached tokens. Without content a model call is a span that says nothing at all.
 */
export const haystack: OpenDialect = (key) => {
  const toolName = key('haystack.tool.name');
  const outputs = [key('haystack.agent.step.llm.output'), key('haystack.component.output')];
  const style = { name: 'haystack', style: 'inclusive' } as const;
  const readCounts = openJsonCounts(COUNTS, style.style);

  function readReply(span: SpanView, draft: Draft): void {
    const meta = metaOf(firstJson(span, outputs));
    const model = memberText(meta, ['model']);
    if (model === undefined || !readCounts(memberObject(meta, 'usage'), draft)) return;
    draft.is('inference', style.name);
    draft.model ??= model;
  }

  return {
    ...style,
    signs: [toolName, ...outputs],
    read(span, draft) {
      if (!span.has(toolName)) {
        readReply(span, draft);
        return;
      }
      draft.is('tool', style.name);
      draft.tool ??= firstText(span, [toolName], draft);
    },
  };
};

/** What a generator says of its answer: all replies of one call have the same usage. */
function metaOf(output: JsonObject): JsonObject {
  const reply = memberList(output, 'replies')[0];
  return reply === undefined ? output : memberObject(reply, 'meta');
}

const COUNTS = {
  input: ['prompt_tokens'],
  output: ['completion_tokens'],
  cacheRead: ['prompt_tokens_details.cached_tokens', 'cache_read_input_tokens'],
  cacheWrite: ['prompt_tokens_details.cache_write_tokens', 'cache_creation_input_tokens'],
  reasoning: ['completion_tokens_details.reasoning_tokens'],
  total: ['total_tokens'],
};
