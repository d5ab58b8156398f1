import type { Draft } from '../draft.ts';
import { ABSENT } from '../first.ts';
import { type JsonObject, memberCount, memberList, memberObject, memberText } from '../json-text.ts';

/** What Anthropic answered, word for word, from version 5 of the AI SDK on. */
const anthropicUsage = (said: JsonObject) => memberObject(memberObject(said, 'anthropic'), 'usage');

/**
 * Anthropic said how much was fresh, and input is something else. Where the conversation was summed up on the way,
 * fresh is the sum of its passes: of all in version 5, without those of an advisor later.
 */
export function holdsCached(said: JsonObject, draft: Draft): boolean {
  const fresh = memberCount(anthropicUsage(said), ['input_tokens'], draft);
  if (fresh === ABSENT || draft.input === ABSENT || draft.input === fresh) return false;
  let [all, own] = [0, 0];
  for (const pass of memberList(memberObject(said, 'anthropic'), 'iterations')) {
    const input = Math.max(0, memberCount(pass, ['inputTokens'], draft));
    all += input;
    if (OWN_PASSES.has(memberText(pass, ['type']) ?? '')) own += input;
  }
  return draft.input !== all && draft.input !== own;
}
const OWN_PASSES: ReadonlySet<string> = new Set(['message', 'compaction']);

/** Takes from the provider's own words what has no attribute. */
export function readSaid(said: JsonObject, draft: Draft): void {
  const anthropic = memberObject(said, 'anthropic');
  const usage = anthropicUsage(said);
  const lives = memberObject(usage, 'cache_creation');
  const bedrock = memberObject(memberObject(said, 'bedrock'), 'usage');
  const openai = memberObject(said, 'openai');
  const first = (known: number, ...sources: readonly (readonly [JsonObject, string])[]): number => {
    for (let index = 0; known === ABSENT && index < sources.length; index += 1)
      known = memberCount(sources[index]![0], [sources[index]![1]], draft);
    return known;
  };
  draft.cacheRead = first(
    draft.cacheRead,
    [usage, 'cache_read_input_tokens'],
    [anthropic, 'cacheReadInputTokens'],
    [bedrock, 'cacheReadInputTokens'],
    [openai, 'cachedPromptTokens'],
  );
  draft.cacheWrite = first(
    draft.cacheWrite,
    [usage, 'cache_creation_input_tokens'],
    [anthropic, 'cacheCreationInputTokens'],
    [bedrock, 'cacheWriteInputTokens'],
  );
  draft.cacheWrite5m = first(draft.cacheWrite5m, [lives, 'ephemeral_5m_input_tokens']);
  draft.cacheWrite1h = first(draft.cacheWrite1h, [lives, 'ephemeral_1h_input_tokens']);
  draft.reasoning = first(
    draft.reasoning,
    [openai, 'reasoningTokens'],
    [memberObject(usage, 'output_tokens_details'), 'thinking_tokens'],
  );
}
