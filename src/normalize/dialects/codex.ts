import { type CountNames, countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import { ABSENT, firstText } from '../first.ts';

/**
 * Codex CLI (0.171, November 2026). **Input counts include** cached tokens, output includes reasoning. One call is many
 * spans: `try_run_sampling_request` names the model, and of the `handle_responses` below it, one for each event of the
 * stream, one has the counts. `session_task.turn` sums a turn up under names of its own. A tool is the span with
 * a `codex.tool.phase`; where it is an MCP server's, `mcp.tools.call` below it knows how it ended.
 */
export const codex: OpenDialect = (key) => {
  const [model, toolName, callId] = [[key('model')], [key('tool_name')], [key('call_id')]];
  const phase = key('codex.tool.phase');
  const errorType = key('error.type');
  const aborted = key('aborted');
  const [mcpTool, mcpCallId] = [[key('tool.name')], [key('tool.call_id')]];
  const call = countKeys(CALL, key);
  const turn = countKeys(TURN, key);
  const style = { name: 'codex', style: 'inclusive' } as const;
  return {
    ...style,
    signs: [...model, phase, ...mcpCallId, ...call.input, ...call.total, ...turn.input],
    read(span, draft) {
      if (!span.scopeName.startsWith('codex')) return;
      if (span.has(phase)) {
        draft.is('tool', style.name);
        draft.tool ??= firstText(span, toolName, draft);
        draft.callId ??= firstText(span, callId, draft);
        if (span.text(aborted) === 'true') draft.error = true;
      } else if (span.name === 'mcp.tools.call') {
        draft.is('tool', style.name);
        draft.tool ??= firstText(span, mcpTool, draft);
        draft.callId ??= firstText(span, mcpCallId, draft);
        if (span.has(errorType)) draft.error = true;
      } else if (span.name === 'handle_responses') {
        readCounts(span, call, style, draft);
        if (draft.input !== ABSENT) draft.is('inference', style.name);
      } else if (span.name === 'try_run_sampling_request') {
        draft.is('inference', style.name);
        if (draft.model === undefined) draft.requested ??= firstText(span, model, draft);
      } else if (span.name === 'session_task.turn') {
        draft.is('workflow', style.name);
        if (draft.model === undefined) draft.requested ??= firstText(span, model, draft);
        readCounts(span, turn, style, draft);
      }
    },
  };
};

const CALL: CountNames = {
  input: ['gen_ai.usage.input_tokens'],
  output: ['gen_ai.usage.output_tokens'],
  cacheRead: ['gen_ai.usage.cache_read.input_tokens'],
  cacheWrite: ['gen_ai.usage.cache_write.input_tokens'],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: ['codex.usage.reasoning_output_tokens'],
  total: ['codex.usage.total_tokens'],
};

const TURN: CountNames = {
  input: ['codex.turn.token_usage.input_tokens'],
  output: ['codex.turn.token_usage.output_tokens'],
  cacheRead: ['codex.turn.token_usage.cached_input_tokens'],
  cacheWrite: ['codex.turn.token_usage.cache_write_input_tokens'],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: ['codex.turn.token_usage.reasoning_output_tokens'],
  total: ['codex.turn.token_usage.total_tokens'],
};
