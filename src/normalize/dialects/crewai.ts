import type { OpenDialect } from '../dialect.ts';
import { openJsonCounts } from '../json-counts.ts';
import { firstJson } from '../json-text.ts';

/**
 * CrewAI under OpenLLMetry (0.62, November 2026): a crew says what all its agents used in a dict as Python prints it.
 * **Input includes** cached tokens. It is the usage of a wrapper, and counts only where no call below says anything.
 */
export const crewai: OpenDialect = (key) => {
  const metrics = [key('crewai.crew.usage_metrics')];
  const style = { name: 'crewai', style: 'inclusive' } as const;
  const readCounts = openJsonCounts(COUNTS, style.style);
  return {
    ...style,
    signs: metrics,
    read(span, draft) {
      draft.is('workflow', style.name);
      if (draft.kind === 'agent' || draft.kind === 'workflow') readCounts(firstJson(span, metrics), draft);
    },
  };
};

const COUNTS = {
  input: ['prompt_tokens'],
  output: ['completion_tokens'],
  cacheRead: ['cached_prompt_tokens'],
  cacheWrite: ['cache_creation_tokens'],
  reasoning: ['reasoning_tokens'],
  total: ['total_tokens'],
};
