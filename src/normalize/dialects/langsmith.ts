import type { FactKind } from '../../domain/fact.ts';
import type { SpanView } from '../../domain/span.ts';
import { countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { ABSENT, firstText } from '../first.ts';
import { firstJson, type JsonObject, memberCount, memberObject } from '../json-text.ts';
import { firstProvider } from '../provider.ts';

/**
 * LangSmith's OpenTelemetry export (JavaScript 0.12, Python writes the same). **Input includes** cached tokens and
 * output includes reasoning, as in LangChain's `usage_metadata`. It speaks GenAI, but for three things that are read
 * here: its own kinds (a retriever and a prompt claim to be model calls), the detail of its counts, which is an
 * object as text (JSON, or Python's own spelling), and `gen_ai.system`, which is guessed from the model's name.
 * `langsmith.trace.session_id` is a project, never a session.
 */
export const langsmith: OpenDialect = (key) => {
  const spanKind = key('langsmith.span.kind');
  const providers = [[key('langsmith.metadata.ls_provider')]] as const;
  const modelAsked = ['gen_ai.request.model', 'langsmith.metadata.ls_model_name'].map(key);
  const exception = key('exception.type');
  const runName = [key('langsmith.trace.name')];
  const counts = countKeys(COUNTS, key);
  const details = [
    [key('gen_ai.usage.input_token_details'), 'input_token_details'],
    [key('gen_ai.usage.output_token_details'), 'output_token_details'],
  ] as const;
  const whole = [key('langsmith.usage_metadata'), key('langsmith.metadata.usage_metadata')];
  const style = { name: 'langsmith', style: 'inclusive' } as const;

  function readUsage(span: SpanView, draft: Draft): void {
    readCounts(span, counts, style, draft);
    const usage = firstJson(span, whole);
    if (!draft.hasCounts) readWhole(usage, draft);
    if (!draft.hasCounts) return;
    const [input, output] = details.map(([own, member]) => {
      const detail = firstJson(span, [own]);
      return Object.keys(detail).length > 0 ? detail : memberObject(usage, member);
    });
    readInputDetail(input!, draft);
    draft.reasoning = memberCount(output!, REASONING, draft);
  }

  function readWhole(usage: JsonObject, draft: Draft): void {
    const input = memberCount(usage, ['input_tokens'], draft);
    const output = memberCount(usage, ['output_tokens'], draft);
    if (input === ABSENT && output === ABSENT) return;
    draft.hasCounts = true;
    draft.style = style.style;
    draft.input = input;
    draft.output = output;
    draft.total = memberCount(usage, ['total_tokens'], draft);
  }

  return {
    ...style,
    signs: [spanKind],
    read(span, draft) {
      const kind = KINDS.get(span.text(spanKind) ?? '');
      if (kind !== undefined) draft.is(kind, style.name);
      if (kind === 'tool') draft.tool ??= firstText(span, runName, draft);
      // A run is marked as well when it starts, and that mark is final.
      if (span.events.some((event) => event.has(exception))) draft.error = true;
      draft.provider ??= firstProvider(span, providers, draft);
      if (draft.model === undefined) draft.requested ??= firstText(span, modelAsked, draft);
      if (!draft.hasCounts) readUsage(span, draft);
    },
  };
};

function readInputDetail(detail: JsonObject, draft: Draft): void {
  draft.cacheRead = memberCount(detail, CACHE_READ, draft);
  draft.cacheWrite = memberCount(detail, ['cache_creation'], draft);
  draft.cacheWrite5m = memberCount(detail, ['ephemeral_5m_input_tokens'], draft);
  draft.cacheWrite1h = memberCount(
    detail,
    ['ephemeral_1h_input_tokens', 'ephemeral_1hr_input_tokens'],
    draft,
  );
  // LangChain says 0 here where it says how long they live.
  const split = Math.max(0, draft.cacheWrite5m) + Math.max(0, draft.cacheWrite1h);
  if (split > draft.cacheWrite) draft.cacheWrite = ABSENT;
}

/** Calls of a service tier put its name before. */
const CACHE_READ = ['cache_read', 'priority_cache_read', 'flex_cache_read'];
const REASONING = ['reasoning', 'priority_reasoning', 'flex_reasoning'];

const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['llm', 'inference'],
  ['embedding', 'embedding'],
  ['retriever', 'retrieval'],
  ['tool', 'tool'],
  ['chain', 'workflow'],
  ['prompt', 'edge'],
  ['parser', 'edge'],
]);

const COUNTS = {
  input: ['gen_ai.usage.input_tokens'],
  output: ['gen_ai.usage.output_tokens'],
  cacheRead: [],
  cacheWrite: [],
  cacheWrite5m: [],
  cacheWrite1h: [],
  reasoning: [],
  total: ['gen_ai.usage.total_tokens'],
};
