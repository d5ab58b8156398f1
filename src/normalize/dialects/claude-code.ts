import type { FactKind } from '../../domain/fact.ts';
import { type CountNames, countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import { firstText } from '../first.ts';

/**
 * Claude Code and the Claude Agent SDK's own traces (2.1.332, November 2026). The flat counts of `claude_code.llm_request`
 * are Anthropic's raw ones: **input is without** cached tokens. Newer versions also say the same as `gen_ai.usage.*`,
 * inclusive; the flat names are read, which every version has. A tool is three spans: the call, which names it, its
 * execution, which knows how it ended, and MCP's request; all of one call id, or of none.
 */
export const claudeCode: OpenDialect = (key) => {
  const spanType = key('span.type');
  const requested = ['gen_ai.request.model', 'model'].map(key);
  // With the MCP server's name in it, as in every version.
  const toolNames = ['tool_name', 'gen_ai.tool.name'].map(key);
  const callIds = ['gen_ai.tool.call.id', 'tool_use_id'].map(key);
  const success = key('success');
  const counts = countKeys(COUNTS, key);
  const style = { name: 'claude-code', style: 'exclusive' } as const;
  return {
    ...style,
    signs: [spanType],
    read(span, draft) {
      if (!span.name.startsWith('claude_code.')) return;
      const kind = KINDS.get(span.text(spanType) ?? '');
      if (kind === undefined) return;
      draft.is(kind, style.name);
      if (span.text(success) === 'false') draft.error = true;
      if (kind === 'tool') {
        draft.tool ??= firstText(span, toolNames, draft);
        draft.callId ??= firstText(span, callIds, draft);
      }
      if (kind !== 'inference') return;
      if (draft.model === undefined) draft.requested ??= firstText(span, requested, draft);
      readCounts(span, counts, style, draft);
    },
  };
};

/** By `span.type`. The others (`tool.blocked_on_user`, `mcp.rpc`, `hook`, ...) hold the tree together. */
const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['interaction', 'agent'],
  ['llm_request', 'inference'],
  ['tool', 'tool'],
  ['tool.execution', 'tool'],
]);

const COUNTS: CountNames = {
  input: ['input_tokens'],
  output: ['output_tokens'],
  cacheRead: ['cache_read_tokens'],
  cacheWrite: ['cache_creation_tokens'],
  cacheWrite5m: ['cache_creation_5m_tokens'],
  cacheWrite1h: ['cache_creation_1h_tokens'],
  reasoning: [],
  total: [],
};
