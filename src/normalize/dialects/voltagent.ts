import type { FactKind } from '../../domain/fact.ts';
import type { SpanView } from '../../domain/span.ts';
import { countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import { firstText, hasAny } from '../first.ts';
import { nameAfter } from '../span-name.ts';

/**
 * VoltAgent (core 2.10). **Input includes** cached tokens: the counts are the AI SDK's. Their names are bare
 * (`usage.prompt_tokens`), and so are its kinds, so they are believed only in its own scope or beside a name of its own.
 * The run's span has the sum of the run; `span.type` is asked first, since children inherit `entity.type`.
 * `usage.prompt_context.*` are estimates and are not read.
 */
export const voltagent: OpenDialect = (key) => {
  const own = ['voltagent.operation_id', 'voltagent.conversation_id', 'voltagent.is_subagent'].map(key);
  const spanType = key('span.type');
  const entityType = key('entity.type');
  const entityName = [key('subagent.name'), key('entity.name')];
  const toolName = [key('tool.name')];
  const callId = [key('tool.call.id')];
  const models = [key('ai.model.name')];
  const counts = countKeys(COUNTS, key);
  const style = { name: 'voltagent', style: 'inclusive' } as const;

  const isOwn = (span: SpanView) => span.scopeName.startsWith('@voltagent/') || hasAny(span, own);
  const kindOf = (span: SpanView) =>
    span.has(spanType) ? KINDS.get(span.text(spanType) ?? '') : KINDS.get(span.text(entityType) ?? '');

  return {
    ...style,
    signs: [...own, spanType, entityType, ...counts.input, ...counts.output],
    read(span, draft) {
      if (!isOwn(span)) return;
      const kind = kindOf(span);
      if (kind !== undefined) draft.is(kind, style.name);
      if (kind === 'agent') draft.agentName ??= firstText(span, entityName, draft);
      if (kind === 'tool') {
        draft.tool ??= firstText(span, toolName, draft) ?? nameAfter(span.name, 'tool:');
        draft.callId ??= firstText(span, callId, draft);
        return;
      }
      if (draft.model === undefined) draft.requested ??= firstText(span, models, draft);
      readCounts(span, counts, style, draft);
    },
  };
};

/** Memory, guardrails and middleware hold the tree together. */
const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['llm', 'inference'],
  ['summary', 'workflow'],
  ['tool', 'tool'],
  ['agent', 'agent'],
  ['embedding', 'embedding'],
  ['retriever', 'retrieval'],
  ['workflow', 'workflow'],
  ['workflow-step', 'workflow'],
]);

const COUNTS = {
  input: ['usage.prompt_tokens'],
  output: ['usage.completion_tokens'],
  cacheRead: ['usage.cached_tokens'],
  cacheWrite: [],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: ['usage.reasoning_tokens'],
  total: ['usage.total_tokens'],
};
