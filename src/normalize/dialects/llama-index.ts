import type { EventView, SpanView } from '../../domain/span.ts';
import { type CountNames, countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { firstText } from '../first.ts';

/**
 * LlamaIndex's own spans (llama-index-observability-otel 0.9, November 2026). A step of an agent has its model call as a
 * span without attributes of its own; the provider's response is taken apart on the event of its end, as it came:
 * **OpenAI's input includes** cached tokens, **Anthropic's does not**. A tool's name is only in the text of its step.
 */
export const llamaIndex: OpenDialect = (key) => {
  const runId = key('llamaindex.run_id');
  const summary = key('llamaindex.step.input_summary');
  const models = [key('response.raw.model')];
  const responseId = [key('response.raw.id')];
  const openai = countKeys(OPENAI, key);
  const anthropic = countKeys(ANTHROPIC, key);
  const name = 'llama-index';

  function readEnd(end: EventView, draft: Draft): void {
    readCounts(end, openai, { name, style: 'inclusive' }, draft);
    readCounts(end, anthropic, { name, style: 'exclusive' }, draft);
    if (!draft.hasCounts) return;
    draft.is('inference', name);
    draft.model ??= firstText(end, models, draft);
    draft.responseId ??= firstText(end, responseId, draft);
  }

  return {
    name,
    style: 'inclusive',
    signs: [runId],
    read(span: SpanView, draft: Draft) {
      if (span.name.endsWith('.call_tool')) {
        draft.is('tool', name);
        draft.tool ??= TOOL_NAME.exec(span.text(summary) ?? '')?.[1];
        return;
      }
      const end = span.events.find((event) => ENDS.has(event.name));
      if (end !== undefined) readEnd(end, draft);
    },
  };
};

const ENDS: ReadonlySet<string> = new Set(['LLMChatEndEvent', 'LLMCompletionEndEvent']);
const TOOL_NAME = /^ToolCall\(tool_name='([^']+)'/;

const USAGE = 'response.raw.usage.';
const OPENAI: CountNames = {
  input: [`${USAGE}prompt_tokens`],
  output: [`${USAGE}completion_tokens`],
  cacheRead: [`${USAGE}prompt_tokens_details.cached_tokens`],
  cacheWrite: [],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: [`${USAGE}completion_tokens_details.reasoning_tokens`],
  total: [`${USAGE}total_tokens`],
};
const ANTHROPIC: CountNames = {
  input: [`${USAGE}input_tokens`],
  output: [`${USAGE}output_tokens`],
  cacheRead: [`${USAGE}cache_read_input_tokens`],
  cacheWrite: [`${USAGE}cache_creation_input_tokens`],
  cacheWrite5m: [`${USAGE}cache_creation.ephemeral_5m_input_tokens`],
  cacheWrite1h: [`${USAGE}cache_creation.ephemeral_1h_input_tokens`],
  reasoning: [],
  total: [],
};
