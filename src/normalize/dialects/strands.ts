import { countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import { ABSENT, hasAny } from '../first.ts';
import { FLAG } from '../flags.ts';
import { GEN_AI_COUNTS } from './gen-ai-names.ts';

/** The name of its tracer in Python. */
const PYTHON_SCOPE = 'strands.telemetry';

/**
 * Strands Agents (TypeScript 1.19, Python 1.x, November 2026), which speaks GenAI and is known by the times that it puts
 * on its spans: in TypeScript its scope is the service's name. **Input counts include** there what the provider's do:
 * Claude's are without cached tokens, and the total of input and output hides it; all others' are inclusive. In Python they
 * are inclusive by now, and before that the total told. It names the service, or itself, where the provider belongs, and
 * never says thoughts. The rest of its spans is read by `gen-ai.ts`.
 */
export const strands: OpenDialect = (key) => {
  const startTime = key('gen_ai.event.start_time');
  const operation = key('gen_ai.operation.name');
  const model = key('gen_ai.request.model');
  const counts = countKeys(GEN_AI_COUNTS, key);
  const totals = [...counts.input, ...counts.output];
  const exclusive = { name: 'strands', style: 'exclusive' } as const;
  const inclusive = { name: 'strands', style: 'inclusive' } as const;
  return {
    ...inclusive,
    signs: [startTime],
    read(span, draft) {
      draft.provider ??= '';
      if (!hasAny(span, totals)) return;
      const isRaw = span.text(model)?.includes('claude') === true && !span.scopeName.startsWith(PYTHON_SCOPE);
      readCounts(span, counts, isRaw ? exclusive : inclusive, draft);
      // The counters of `invoke_agent` are the agent object's, and are never set back.
      if (draft.hasCounts && span.text(operation) === 'invoke_agent') draft.covers = 'life';
      if (draft.reasoning === ABSENT) draft.flags |= FLAG.reasoning_unreported;
    },
  };
};
