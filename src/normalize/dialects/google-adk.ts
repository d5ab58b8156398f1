import type { OpenDialect } from '../dialect.ts';
import { ABSENT } from '../first.ts';
import { firstJson, type JsonObject, memberCount, memberObject } from '../json-text.ts';

/**
 * Google's Agent Development Kit (TypeScript 2.0; Python writes the same names). **Input includes** cached tokens;
 * `gen_ai.usage.output_tokens` is without thoughts. Thoughts, cached tokens and what tools put into the prompt
 * are only in the response that it keeps as JSON, so the counts are read there, where content is captured; without it
 * `gen-ai.ts` reads what is left. `call_llm` names no operation.
 */
export const googleAdk: OpenDialect = (key) => {
  const response = key('gcp.vertex.agent.llm_response');
  const operation = key('gen_ai.operation.name');
  const style = { name: 'google-adk', style: 'inclusive' } as const;
  return {
    ...style,
    signs: [response],
    read(span, draft) {
      // Tools carry an empty one.
      if (span.text(operation) === 'execute_tool') return;
      draft.is('inference', style.name);
      const usage = usageIn(firstJson(span, [response]));
      if (usage === undefined) return;
      const count = (names: readonly string[]) => memberCount(usage, names, draft);
      const prompt = count(NAMES.prompt);
      const candidates = count(NAMES.candidates);
      const thoughts = count(NAMES.thoughts);
      if (prompt === ABSENT && candidates === ABSENT) return;
      draft.hasCounts = true;
      draft.style = style.style;
      draft.input = sum(prompt, count(NAMES.toolPrompt));
      draft.total = count(NAMES.total);
      // A total tells whether output holds the thoughts: LiteLLM's models count them in, Google's do not.
      draft.output = draft.total === ABSENT ? sum(candidates, thoughts) : candidates;
      // Detail that is left out was nothing, unless the total is more than its parts.
      const beyond = draft.total === ABSENT ? 0 : draft.total - sum(draft.input, draft.output);
      draft.reasoning = thoughts === ABSENT ? Math.max(0, beyond) : thoughts;
      draft.cacheRead = Math.max(0, count(NAMES.cached));
    },
  };
};

/** As TypeScript and as Python spell them. */
const NAMES = {
  prompt: ['promptTokenCount', 'prompt_token_count'],
  toolPrompt: ['toolUsePromptTokenCount', 'tool_use_prompt_token_count'],
  candidates: ['candidatesTokenCount', 'candidates_token_count'],
  thoughts: ['thoughtsTokenCount', 'thoughts_token_count'],
  cached: ['cachedContentTokenCount', 'cached_content_token_count'],
  total: ['totalTokenCount', 'total_token_count'],
} as const;

function usageIn(response: JsonObject): JsonObject | undefined {
  const camel = memberObject(response, 'usageMetadata');
  const usage = Object.keys(camel).length > 0 ? camel : memberObject(response, 'usage_metadata');
  return Object.keys(usage).length > 0 ? usage : undefined;
}

const sum = (left: number, right: number) => (left === ABSENT ? right : left + Math.max(0, right));
