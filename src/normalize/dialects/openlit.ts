import type { SpanView } from '../../domain/span.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { firstText } from '../first.ts';
import { FLAG } from '../flags.ts';

/**
 * OpenLIT (1.15, November 2026). It speaks GenAI, so `gen-ai.ts` reads its spans: **input includes** cached tokens, but
 * for Anthropic's models, whose raw counts it passes on and which are known by its scope. What is its own: of a stream
 * that does not say its usage it counts the tokens itself, of the words alone, and says so nowhere; a stream whose provider
 * spoke of cached tokens or thoughts is not one of those. And to an Anthropic stream's output it adds the tokens that
 * `message_start` had announced (recorded: 1.15.0). Both are flagged. MCP it tells in names that no convention has.
 */
export const openlit: OpenDialect = (key) => {
  const isStream = key('gen_ai.request.is_stream');
  const mcpOperation = key('mcp.operation.name');
  const mcpTool = [key('mcp.tool.name')];
  const mcpError = key('mcp.error.message');

  function readTool(span: SpanView, draft: Draft): void {
    draft.is('tool', 'openlit');
    draft.tool ??= firstText(span, mcpTool, draft);
    // A tool that answers with an error leaves the status unset.
    if (span.has(mcpError)) draft.error = true;
  }

  return {
    name: 'openlit',
    style: 'inclusive',
    signs: [isStream, mcpOperation],
    read(span, draft) {
      if (span.text(mcpOperation) === 'tools_call') readTool(span, draft);
      if (!draft.hasCounts || span.text(isStream) !== 'true') return;
      const told = draft.cacheRead > 0 || draft.cacheWrite > 0 || draft.reasoning > 0;
      if (!told || draft.provider === 'anthropic') draft.flags |= FLAG.usage_estimated;
    },
  };
};
