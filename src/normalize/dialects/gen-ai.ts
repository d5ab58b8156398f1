import type { FactKind } from '../../domain/fact.ts';
import type { SpanView } from '../../domain/span.ts';
import { countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { finishedInError } from '../finish.ts';
import { ABSENT, firstCount, firstText, hasAny } from '../first.ts';
import { firstProvider } from '../provider.ts';
import { nameAfter } from '../span-name.ts';
import { FINISH_REASONS, GEN_AI_COUNTS, OPERATIONS } from './gen-ai-names.ts';

/**
 * OpenTelemetry GenAI semantic conventions, today's and deprecated names (semantic-conventions-genai, read in
 * November 2026). **Input counts include** cache reads and cache writes, output includes reasoning: the
 * conventions demand it, but emitters that pass raw Anthropic or Bedrock numbers on do not do it, so cached
 * tokens without evidence are flagged. Anthropic's compaction tokens stand beside all counts and are added.
 */
export const genAi: OpenDialect = (key) => {
  const operation = key('gen_ai.operation.name');
  const providers = [[key('gen_ai.provider.name')], [key('gen_ai.system')]] as const;
  const models = [key('gen_ai.response.model')];
  const requested = [key('gen_ai.request.model')];
  const finish = FINISH_REASONS.map(key);
  const responseId = [key('gen_ai.response.id')];
  const agentName = [key('gen_ai.agent.name'), key('agent_name')];
  const toolName = [key('gen_ai.tool.name')];
  const callId = [key('gen_ai.tool.call.id'), key('gen_ai.tool.call_id')];
  const errorType = key('error.type');
  const toolStatus = key('gen_ai.tool.status');
  const counts = countKeys(GEN_AI_COUNTS, key);
  const compaction = {
    input: [key('anthropic.usage.compaction.input_tokens')],
    output: [key('anthropic.usage.compaction.output_tokens')],
  };
  const totals = [...counts.input, ...counts.output];
  const signs = [operation, ...totals, ...models, ...requested, ...agentName, key('gen_ai.system')];
  const style = { name: 'gen-ai', style: 'inclusive' } as const;

  function readTool(span: SpanView, draft: Draft): void {
    const name = firstText(span, toolName, draft) ?? nameAfter(span.name, 'execute_tool ');
    // Google ADK sums parallel tool calls up in one more span.
    if (name === '(merged tools)') {
      draft.is('edge', style.name);
      return;
    }
    draft.is('tool', style.name);
    draft.tool ??= name;
    draft.callId ??= firstText(span, callId, draft);
    if (span.has(toolStatus) && span.text(toolStatus) === 'error') draft.error = true;
  }

  function readExtra(span: SpanView, draft: Draft): void {
    if (!span.has(compaction.input[0]!) && !span.has(compaction.output[0]!)) return;
    draft.extraInput = Math.max(0, firstCount(span, compaction.input, draft));
    draft.extraOutput = Math.max(0, firstCount(span, compaction.output, draft));
  }

  return {
    ...style,
    signs,
    read(span, draft) {
      const kind = kindOf(span.has(operation) ? span.text(operation) : undefined);
      if (kind === 'tool') readTool(span, draft);
      else if (kind !== undefined) draft.is(kind, style.name);
      if (kind === 'edge') return;
      if (span.has(errorType) || (kind === 'inference' && finishedInError(span, finish))) draft.error = true;
      draft.agentName ??= firstText(span, agentName, draft);
      draft.provider ??= firstProvider(span, providers, draft);
      draft.model ??= firstText(span, models, draft);
      if (draft.model === undefined) draft.requested ??= firstText(span, requested, draft);
      draft.responseId ??= responseIdOf(firstText(span, responseId, draft));
      // Tools have no tokens of their own, so the many spellings of detail are not asked for.
      if (kind === 'tool' && !hasAny(span, totals)) return;
      readCounts(span, counts, style, draft);
      if (draft.hasCounts && draft.input !== ABSENT) readExtra(span, draft);
    },
  };
};

/** Claude Code puts the request's id there, which no other layer of the call has: it would make them two calls. */
const responseIdOf = (id: string | undefined): string | undefined =>
  id?.startsWith('req_') === true ? undefined : id;

const kindOf = (name: string | undefined): FactKind | undefined =>
  name === undefined ? undefined : (OPERATIONS.get(name) ?? OPERATIONS.get(name.trim().toLowerCase()));
