import type { FactKind } from '../../domain/fact.ts';
import { addUsd, formatUsd, parseUsd, USD_PICO_MAX, ZERO_USD } from '../../domain/money.ts';
import { TOKENS_MAX } from '../../domain/usage.ts';
import type { OpenDialect } from '../dialect.ts';
import type { Draft } from '../draft.ts';
import { ABSENT, firstText } from '../first.ts';
import { FLAG } from '../flags.ts';
import { firstJson, type JsonObject, memberCount, memberObject, memberUsd } from '../json-text.ts';
import { firstProvider } from '../provider.ts';
import { nameAfter } from '../span-name.ts';

/**
 * Langfuse's SDKs (JavaScript 5.11, Python 5.0). Usage is one JSON object of **disjoint buckets**: `input` holds no
 * cached tokens, `output` no reasoning, and all but `total` add up. Python's OpenAI wrapper passes the provider's
 * own object on instead, whose totals include their detail. Costs add up likewise. A generation of the OpenAI wrapper may be an embedding.
 */
export const langfuse: OpenDialect = (key) => {
  const type = key('langfuse.observation.type');
  const usage = [key('langfuse.observation.usage_details')];
  const cost = [key('langfuse.observation.cost_details')];
  const models = [key('langfuse.observation.model.name')];
  const providers = [[key('langfuse.observation.metadata.ls_provider')]] as const;
  const name = 'langfuse';
  return {
    name,
    style: 'disjoint',
    signs: [type, ...usage, ...cost],
    read(span, draft) {
      const kind = kindOf(span.text(type) ?? '', span.name);
      if (kind !== undefined) draft.is(kind, name);
      if (kind === 'tool') draft.tool ??= nameAfter(span.name, '');
      if (kind === 'agent') draft.agentName ??= nameAfter(span.name, '');
      draft.model ??= firstText(span, models, draft);
      draft.provider ??= firstProvider(span, providers, draft);
      if (span.has(cost[0]!)) draft.reportedUsd ??= costIn(firstJson(span, cost), draft);
      if (draft.hasCounts || !span.has(usage[0]!)) return;
      readUsage(firstJson(span, usage), draft);
      if (draft.hasCounts && draft.dialect === '') draft.dialect = name;
    },
  };
};

const kindOf = (type: string, spanName: string): FactKind | undefined =>
  type === 'generation' && spanName.endsWith('.embeddings') ? 'embedding' : KINDS.get(type);

/** Evaluators, guardrails, events and plain spans hold the tree together. */
const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['generation', 'inference'],
  ['embedding', 'embedding'],
  ['retriever', 'retrieval'],
  ['tool', 'tool'],
  ['agent', 'agent'],
  ['chain', 'workflow'],
]);

function readUsage(usage: JsonObject, draft: Draft): void {
  if (PROVIDER_OWN.some((one) => Object.hasOwn(usage, one))) readProviderOwn(usage, draft);
  else readBuckets(usage, draft);
}

/** As OpenAI's two APIs answer. */
function readProviderOwn(usage: JsonObject, draft: Draft): void {
  const input = memberCount(usage, ['prompt_tokens', 'input_tokens'], draft);
  const output = memberCount(usage, ['completion_tokens', 'output_tokens'], draft);
  if (input === ABSENT && output === ABSENT) return;
  draft.hasCounts = true;
  draft.style = 'inclusive';
  draft.input = input;
  draft.output = output;
  draft.total = memberCount(usage, TOTALS, draft);
  const [inputs, outputs] = [
    ['prompt_tokens_details', 'input_tokens_details'],
    ['completion_tokens_details', 'output_tokens_details'],
  ].map((names) => names.map((one) => memberObject(usage, one)).find((one) => Object.keys(one).length > 0));
  draft.cacheRead = memberCount(inputs ?? {}, ['cached_tokens'], draft);
  draft.reasoning = memberCount(outputs ?? {}, ['reasoning_tokens'], draft);
}

/** In dollars: its own total, or else the sum of its parts. */
function costIn(details: JsonObject, draft: Draft): string | undefined {
  const own = memberUsd(details, ['total'], draft);
  if (own !== undefined) return own;
  const parts = Object.keys(details).flatMap((one) => memberUsd(details, [one], draft) ?? []);
  const sum = parts.reduce((total, part) => addUsd(total, parseUsd(part)!), ZERO_USD);
  if (sum > USD_PICO_MAX) draft.flags |= FLAG.bad_amount;
  return parts.length === 0 || sum > USD_PICO_MAX ? undefined : formatUsd(sum);
}

/** Every bucket of input that is no cached one is fresh: of text, of audio, or under a name of the program's own. */
function readBuckets(usage: JsonObject, draft: Draft): void {
  const names = Object.keys(usage);
  const sum = (wanted: (name: string) => boolean): number => {
    let total = ABSENT;
    for (const one of names) {
      const count = wanted(one) && !isObject(usage[one]) ? memberCount(usage, [one], draft) : ABSENT;
      if (count !== ABSENT) total = Math.min(TOKENS_MAX, Math.max(0, total) + count);
    }
    return total;
  };
  const isRead = (one: string) => CACHE_READ.test(one);
  const isWrite = (one: string) => CACHE_WRITE.test(one);
  const isThought = (one: string) => REASONING.test(one);
  const input = sum((one) => INPUT.test(one) && !isRead(one) && !isWrite(one));
  const output = sum((one) => OUTPUT.test(one) && !isThought(one));
  const [cacheRead, cacheWrite, reasoning] = [sum(isRead), sum(isWrite), sum(isThought)];
  const total = memberCount(usage, TOTALS, draft);
  if ([input, output, cacheRead, cacheWrite, reasoning].every((count) => count === ABSENT)) {
    // An embedding has nothing but input.
    if (draft.kind !== 'embedding' || total === ABSENT) return;
    draft.input = total;
  } else draft.input = input;
  draft.hasCounts = true;
  // A program may fill in the provider's totals itself; then its own total shows it.
  draft.style = total !== ABSENT && total === input + output ? 'inclusive' : 'disjoint';
  draft.output = output;
  draft.cacheRead = cacheRead;
  draft.cacheWrite = cacheWrite;
  draft.reasoning = reasoning;
  draft.total = total;
}

/** Anthropic's own usage has objects and nulls beside its counts. */
const isObject = (value: unknown): boolean => typeof value === 'object';

const PROVIDER_OWN = ['prompt_tokens', 'completion_tokens', 'input_tokens_details', 'output_tokens_details'];
const TOTALS = ['total', 'total_tokens'];
const INPUT = /^input(?:_|$)/;
const OUTPUT = /^output(?:_|$)/;
/** `input_cached_tokens` of the OpenAI wrapper, `input_cache_read` of LangChain's, `cache_read_input_tokens` of Anthropic. */
const CACHE_READ = /^(?:input_cached|input_cache_read|cache_read|cached)/;
const CACHE_WRITE = /^(?:input_cache_creation|input_cache_write|cache_creation|cache_write)/;
const REASONING = /^(?:output_)?reasoning/;
