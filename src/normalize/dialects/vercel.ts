import type { SpanView } from '../../domain/span.ts';
import { countKeys, readCounts } from '../counts.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { finishedInError } from '../finish.ts';
import { firstText, hasAny } from '../first.ts';
import { firstJson, type JsonObject } from '../json-text.ts';
import { firstProvider } from '../provider.ts';
import { COUNTS, FINER, OPERATIONS } from './vercel-names.ts';
import { holdsCached, readSaid } from './vercel-said.ts';

/**
 * Vercel's AI SDK: the `ai.*` names of versions 4 to 6 and of version 7's legacy mode, and what version 7 adds to
 * GenAI when asked. **Input includes** cached tokens from version 6 on; before, **input excludes** them for models of
 * Anthropic and on Bedrock, whose own numbers were passed on. No span says the version itself, so the evidence for it
 * is what only newer ones send. An outer span (`ai.generateText`) sums its model calls (`ai.generateText.doGenerate`)
 * up. What the provider itself said is kept as JSON: that of a model call has cached tokens which stand nowhere else,
 * and how long they live; that of an outer span is only its last call's.
 */
export const vercel: OpenDialect = (key) => {
  const operation = key('ai.operationId');
  const standard = key('gen_ai.operation.name');
  const agent = key('ai.request.headers.user-agent');
  // Traceloop's SDK, which renames much of the rest, writes it.
  const version = key('ai.sdk.version');
  const providers = [[key('ai.model.provider')], [key('gen_ai.provider.name')]] as const;
  const models = [key('ai.response.model')];
  const requested = [key('ai.model.id')];
  const responseId = [key('ai.response.id')];
  const finish = [key('ai.response.finishReason')];
  const functionId = [key('ai.telemetry.functionId')];
  const toolName = [key('ai.toolCall.name')];
  const callId = [key('ai.toolCall.id')];
  const metadata = [key('ai.response.providerMetadata')];
  const counts = countKeys(COUNTS, key);
  const totals = [...counts.input, ...counts.output];
  const finer = FINER.map(key);
  const inclusive = { name: 'vercel', style: 'inclusive' } as const;

  /** In version 7 the standard's names stand on every span, and only some have more. */
  function readAddition(span: SpanView, draft: Draft): void {
    if (!hasAny(span, totals)) return;
    readCounts(span, counts, inclusive, draft);
    draft.styleProven = hasAny(span, finer);
    if (span.text(standard) === 'chat') readSaid(firstJson(span, metadata), draft);
  }

  /** Finer counts and this user agent are of version 6 or newer; for the rest there is what Anthropic itself counted. */
  function judgeStyle(span: SpanView, said: JsonObject, draft: Draft): void {
    const isNewer =
      hasAny(span, finer) ||
      INCLUSIVE_AGENT.test(span.text(agent) ?? '') ||
      INCLUSIVE_VERSION.test(span.text(version) ?? '');
    draft.styleProven = isNewer || holdsCached(said, draft);
    if (!draft.styleProven && PASSED_ON.test(draft.provider ?? '')) draft.style = 'exclusive';
  }

  return {
    ...inclusive,
    signs: [operation, ...finer, ...metadata],
    read(span, draft) {
      const id = span.text(operation);
      if (id === undefined) {
        readAddition(span, draft);
        return;
      }
      const kind = OPERATIONS.get(id);
      if (kind !== undefined) draft.is(kind, inclusive.name);
      if (kind === 'tool') {
        draft.tool ??= firstText(span, toolName, draft);
        draft.callId ??= firstText(span, callId, draft);
        return;
      }
      // It stands on all spans; the outermost is enough.
      if (kind === 'agent') draft.agentName ??= firstText(span, functionId, draft);
      draft.provider ??= firstProvider(span, providers, draft);
      draft.model ??= firstText(span, models, draft);
      if (draft.model === undefined) draft.requested ??= firstText(span, requested, draft);
      if (kind === 'inference' && finishedInError(span, finish)) draft.error = true;
      draft.responseId ??= firstText(span, responseId, draft);
      readCounts(span, counts, inclusive, draft);
      if (!draft.hasCounts || kind === 'embedding' || kind === 'workflow') return;
      const isTold = span.has(metadata[0]!) && ONE_CALL.test(id);
      const said = isTold ? firstJson(span, metadata) : NOTHING_SAID;
      judgeStyle(span, said, draft);
      if (isTold) readSaid(said, draft);
    },
  };
};

/** Objects are made by one call. */
const ONE_CALL = /\.do|Object$/;

/** Providers whose own numbers, which leave cached tokens out of input, were passed on before version 6. */
const PASSED_ON = /anthropic|bedrock/;
const INCLUSIVE_VERSION = /^(?:[6-9]|\d\d)/;
const INCLUSIVE_AGENT = /^ai\/(?:[6-9]|\d\d)/;
const NOTHING_SAID: JsonObject = {};
