import type { OpenDialect } from '../dialect.ts';
import { firstText } from '../first.ts';

/**
 * n8n's own spans (2.23): `workflow.execute` and below it one `node.execute` for each node. They carry no tokens, so
 * there is **no input count** to include anything: model calls come from what instruments them. A workflow is its own
 * kind of agent. The session is the execution, and of one that repeats another, that other: a retry belongs to the task
 * that failed first.
 */
export const n8n: OpenDialect = (key) => {
  const status = key('n8n.execution.status');
  const workflow = [key('n8n.workflow.name')];
  const errorType = key('n8n.execution.error_type');
  return {
    name: 'n8n',
    style: 'inclusive',
    signs: [status, workflow[0]!, errorType],
    read(span, draft) {
      draft.is('workflow', 'n8n');
      draft.agentName ??= firstText(span, workflow, draft);
      if (span.has(errorType) || FAILED.has(span.text(status) ?? '')) draft.error = true;
    },
  };
};

/** `waiting` and `canceled` say nothing of whether it would have worked. */
const FAILED: ReadonlySet<string> = new Set(['error', 'crashed']);
