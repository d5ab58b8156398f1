import type { FactKind } from '../../domain/fact.ts';
import type { SpanView } from '../../domain/span.ts';
import { type CountNames, countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import { finishedInError } from '../finish.ts';
import { firstText } from '../first.ts';
import { firstJson, memberText } from '../json-text.ts';
import { firstProvider, providerNamed } from '../provider.ts';
import { nameAfter } from '../span-name.ts';

/**
 * OpenInference (Arize; semantic conventions 2.12, August 2026). **Prompt counts include** cached tokens and
 * completion includes reasoning in most packages; Bedrock Converse and the Claude Agent SDK pass raw numbers on
 * and are known by total or scope. A CHAIN that only has a total reports no usage: it says nothing of its parts.
 */
export const openinference: OpenDialect = (key) => {
  const spanKind = key('openinference.span.kind');
  const prompt = key('llm.token_count.prompt');
  const completion = key('llm.token_count.completion');
  const providers = [[key('llm.provider')], [key('llm.system')]] as const;
  const metadata = [key('metadata')];
  const models = [key('llm.response.model_name')];
  const requested = REQUESTED.map(key);
  const finish = [key('llm.finish_reason')];
  const agentName = [key('agent.name')];
  const nodeName = [key('graph.node.name'), key('graph.node.id')];
  const toolName = [key('tool.name')];
  const callId = [key('tool.id')];
  const counts = countKeys(COUNTS, key);
  const style = { name: 'openinference', style: 'inclusive' } as const;
  return {
    ...style,
    signs: [spanKind, prompt, completion],
    read(span, draft) {
      const kind = isHandoff(span) ? 'edge' : kindOf(span.text(spanKind), span.name);
      if (kind !== undefined) draft.is(kind, style.name);
      if (kind === 'tool') {
        draft.tool ??= firstText(span, toolName, draft) ?? nameAfter(span.name, '');
        draft.callId ??= firstText(span, callId, draft);
      }
      draft.agentName ??= firstText(span, agentName, draft);
      // Not the span's own name: that of a run (`Agent workflow`, `LangGraph`) would hide the agent's below it.
      if (kind === 'agent') draft.agentName ??= firstText(span, nodeName, draft);
      draft.provider ??= firstProvider(span, providers, draft);
      // LangChain's spans name no provider but there.
      if (kind === 'inference')
        draft.provider ??= providerNamed(memberText(firstJson(span, metadata), ['ls_provider']));
      draft.model ??= firstText(span, models, draft);
      if (draft.model === undefined) draft.requested ??= firstText(span, requested, draft);
      if (kind === 'inference' && finishedInError(span, finish)) draft.error = true;
      readCounts(span, counts, style, draft);
    },
  };
};

/** LlamaIndex puts the request of an agent's step together in a function that is said to be an LLM, and calls nobody. */
const NO_CALL = '._prepare_chat_with_tools';

function kindOf(word: string | undefined, spanName: string): FactKind | undefined {
  const kind = KINDS.get(word?.trim().toUpperCase() ?? '');
  return kind === 'inference' && spanName.endsWith(NO_CALL) ? 'edge' : kind;
}

/** OpenAI's Agents SDK under OpenInference makes TOOL spans of what no tool does: handing over, and asking what tools there are. */
const AGENTS_SDK = /openinference[-.]instrumentation[-.]openai[-_]agents$/;
const NO_TOOL = /^(?:handoff to |mcp_tools$)/;
const isHandoff = (span: SpanView): boolean => NO_TOOL.test(span.name) && AGENTS_SDK.test(span.scopeName);

/** GUARDRAIL, EVALUATOR and PROMPT spans hold the tree together, unless they report tokens themselves. */
const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['LLM', 'inference'],
  ['EMBEDDING', 'embedding'],
  ['RERANKER', 'rerank'],
  ['RETRIEVER', 'retrieval'],
  ['TOOL', 'tool'],
  ['AGENT', 'agent'],
  ['CHAIN', 'workflow'],
]);

/** Older packages say one name only, which is the answer's or the request's. */
const REQUESTED = ['llm.request.model_name', 'llm.model_name', 'embedding.model_name', 'reranker.model_name'];

const COUNTS: CountNames = {
  input: ['llm.token_count.prompt'],
  output: ['llm.token_count.completion'],
  cacheRead: ['llm.token_count.prompt_details.cache_read'],
  cacheWrite: ['llm.token_count.prompt_details.cache_write'],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: ['llm.token_count.completion_details.reasoning'],
  total: ['llm.token_count.total'],
};
