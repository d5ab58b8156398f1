import type { FactKind } from '../../domain/fact.ts';
import { countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import { firstText } from '../first.ts';

/**
 * Sentry's conventions (0.33): what its SDKs send where it is not the standard's. **Input includes** cached tokens. Its
 * operation is `gen_ai.operation.type` or the span's `sentry.op`; the names that begin with `ai.` are its older ones.
 * The rest of its names are the standard's, or aliases of them that `gen-ai.ts` reads.
 */
export const sentry: OpenDialect = (key) => {
  const type = key('gen_ai.operation.type');
  const operation = key('sentry.op');
  const models = [key('ai.model_id')];
  const toolName = [key('gen_ai.tool.name')];
  const counts = countKeys(COUNTS, key);
  const style = { name: 'sentry', style: 'inclusive' } as const;
  return {
    ...style,
    signs: [type, operation, ...counts.input, ...counts.output, ...counts.total],
    read(span, draft) {
      const kind = KINDS.get(span.text(type) ?? '') ?? KINDS.get(span.text(operation) ?? '');
      if (kind !== undefined) draft.is(kind, style.name);
      if (kind === 'tool') draft.tool ??= firstText(span, toolName, draft);
      if (draft.model === undefined) draft.requested ??= firstText(span, models, draft);
      readCounts(span, counts, style, draft);
    },
  };
};

/** A handoff is neither a tool nor a call. */
const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['ai_client', 'inference'],
  ['tool', 'tool'],
  ['agent', 'agent'],
  ['gen_ai.chat', 'inference'],
  ['gen_ai.generate_text', 'inference'],
  ['gen_ai.embeddings', 'embedding'],
  ['gen_ai.execute_tool', 'tool'],
  ['gen_ai.invoke_agent', 'agent'],
]);

const COUNTS = {
  input: ['ai.prompt_tokens.used'],
  output: ['ai.completion_tokens.used'],
  cacheRead: [],
  cacheWrite: [],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: [],
  total: ['ai.total_tokens.used'],
};
