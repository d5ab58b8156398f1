import type { OpenDialect } from '../dialect.ts';
import { firstText } from '../first.ts';
import { nameAfter } from '../span-name.ts';

/**
 * Model Context Protocol spans of client and server (semantic-conventions-genai, November 2026). They carry no
 * tokens, so there is **no input count** to include anything. Only `tools/call` does something for a task; the
 * other methods hold the tree together. `mcp.session.id` is the transport's session, never the agent's.
 */
export const mcp: OpenDialect = (key) => {
  const method = key('mcp.method.name');
  const toolName = [key('gen_ai.tool.name')];
  const callId = [key('gen_ai.tool.call.id')];
  const errorType = key('error.type');
  return {
    name: 'mcp',
    style: 'inclusive',
    signs: [method],
    read(span, draft) {
      if (span.text(method) !== 'tools/call') return;
      draft.is('tool', 'mcp');
      draft.tool ??= firstText(span, toolName, draft) ?? nameAfter(span.name, 'tools/call ');
      draft.callId ??= firstText(span, callId, draft);
      // A tool that answers with an error leaves the transport's status unset and says `tool_error` here.
      if (span.has(errorType)) draft.error = true;
    },
  };
};
