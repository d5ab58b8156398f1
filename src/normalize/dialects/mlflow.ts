import type { FactKind } from '../../domain/fact.ts';
import type { OpenDialect } from '../dialect.ts';
import { ABSENT, firstText, textOf } from '../first.ts';
import { openJsonCounts } from '../json-counts.ts';
import { firstJson, memberUsd } from '../json-text.ts';
import { firstProvider } from '../provider.ts';
import { nameAfter } from '../span-name.ts';

/**
 * MLflow's tracing (3.x, November 2026), which writes every attribute as JSON: texts stand in quotes. **Input includes**
 * cached tokens, of OpenAI and of Anthropic. It names cached tokens where there are any, so none means none; thoughts it
 * never tells. With `MLFLOW_ENABLE_OTEL_GENAI_SEMCONV` it speaks GenAI instead, with totals only.
 */
export const mlflow: OpenDialect = (key) => {
  const spanType = key('mlflow.spanType');
  const usage = [key('mlflow.chat.tokenUsage')];
  const costs = [key('mlflow.llm.cost')];
  const models = [key('mlflow.llm.model')];
  const providers = [[key('mlflow.llm.provider')]] as const;
  const functionName = [key('mlflow.spanFunctionName')];
  const style = { name: 'mlflow', style: 'inclusive' } as const;
  const readCounts = openJsonCounts(COUNTS, style.style);
  return {
    ...style,
    signs: [spanType, usage[0]!],
    read(span, draft) {
      const kind = KINDS.get(textOf(span, spanType) ?? '');
      if (kind !== undefined) draft.is(kind, style.name);
      if (kind === 'tool') draft.tool ??= firstText(span, functionName, draft) ?? nameAfter(span.name, '');
      if (kind === 'agent') draft.agentName ??= firstText(span, functionName, draft);
      draft.provider ??= firstProvider(span, providers, draft);
      draft.model ??= firstText(span, models, draft);
      if (span.has(costs[0]!)) draft.reportedUsd ??= memberUsd(firstJson(span, costs), ['total_cost'], draft);
      if (!readCounts(firstJson(span, usage), draft)) return;
      if (draft.cacheRead === ABSENT) draft.cacheRead = 0;
      if (draft.dialect === '') draft.dialect = style.name;
    },
  };
};

const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['LLM', 'inference'],
  ['CHAT_MODEL', 'inference'],
  ['EMBEDDING', 'embedding'],
  ['RERANKER', 'rerank'],
  ['RETRIEVER', 'retrieval'],
  ['TOOL', 'tool'],
  ['AGENT', 'agent'],
  ['CHAIN', 'workflow'],
  ['WORKFLOW', 'workflow'],
  ['TASK', 'workflow'],
]);

const COUNTS = {
  input: ['input_tokens'],
  output: ['output_tokens'],
  cacheRead: ['cache_read_input_tokens'],
  cacheWrite: ['cache_creation_input_tokens'],
  cacheWrite1h: ['cache_creation_input_tokens_above_1hr'],
  total: ['total_tokens'],
};
