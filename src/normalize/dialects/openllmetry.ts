import type { FactKind } from '../../domain/fact.ts';
import { type CountNames, countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import { firstText } from '../first.ts';
import { nameAfter } from '../span-name.ts';

/**
 * OpenLLMetry (Traceloop; semconv_ai 0.5, June 2026). Its model calls speak GenAI, so `gen-ai.ts` reads their
 * counts: **input includes** cached tokens, but for Bedrock Converse, which is known by its scope. Here are the
 * wrappers and tools of its decorators, and the names from before GenAI.
 */
export const openllmetry: OpenDialect = (key) => {
  const spanKind = key('traceloop.span.kind');
  const requestType = key('llm.request.type');
  const prompt = key('llm.usage.prompt_tokens');
  const entityName = [key('traceloop.entity.name')];
  const models = [key('llm.response.model')];
  const requested = [key('llm.request.model')];
  const counts = countKeys(COUNTS, key);
  const style = { name: 'openllmetry', style: 'inclusive' } as const;
  return {
    ...style,
    signs: [spanKind, requestType, prompt],
    read(span, draft) {
      const kind = KINDS.get(span.text(spanKind) ?? '') ?? REQUESTS.get(span.text(requestType) ?? '');
      if (kind !== undefined) draft.is(kind, style.name);
      if (kind === 'tool') draft.tool ??= firstText(span, entityName, draft) ?? nameAfter(span.name, '');
      if (kind === 'agent') draft.agentName ??= firstText(span, entityName, draft);
      draft.model ??= firstText(span, models, draft);
      if (draft.model === undefined) draft.requested ??= firstText(span, requested, draft);
      readCounts(span, counts, style, draft);
    },
  };
};

const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['workflow', 'workflow'],
  ['task', 'workflow'],
  ['agent', 'agent'],
  ['tool', 'tool'],
]);

const REQUESTS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['chat', 'inference'],
  ['completion', 'inference'],
  ['embedding', 'embedding'],
  ['rerank', 'rerank'],
]);

const COUNTS: CountNames = {
  input: ['llm.usage.prompt_tokens'],
  output: ['llm.usage.completion_tokens'],
  cacheRead: [],
  cacheWrite: [],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: ['llm.usage.reasoning_tokens'],
  total: ['llm.usage.total_tokens'],
};
