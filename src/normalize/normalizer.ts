import type { Judge } from '../domain/evaluation.ts';
import type { Meaning } from '../domain/fact.ts';
import type { SpanView } from '../domain/span.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';
import { openClaims } from './claims.ts';
import { openSkew } from './clock-skew.ts';
import { openContexts } from './context.ts';
import { Coverage } from './covers.ts';
import { openDialects } from './dialects.ts';
import { Draft } from './draft.ts';
import { Emitters } from './emitters.ts';
import { FLAG, flagList } from './flags.ts';
import { openIdentity } from './identity.ts';
import { meaningOf } from './meaning.ts';
import type { Naming } from './naming.ts';
import { openServed } from './served.ts';
import { nameAfter } from './span-name.ts';
import { type TopicBits, Topics } from './topics.ts';
import { openUnits, type UnitSource } from './units.ts';
import { usageOf } from './usage-of.ts';

/** Many dialects become one vocabulary. */
export interface Normalizer {
  /** What the span says. Never throws, whatever its values are; the span may be reused afterwards. */
  read(span: SpanView): Meaning;
}

export interface NormalizerOptions {
  /** Takes every attribute name that is read; freeze it afterwards. */
  readonly vocabulary: Vocabulary;
  readonly naming: Naming;
  /** Units of the user's own, from the price files: a span with such an attribute gets those units. */
  readonly unitAttributes?: readonly { readonly unit: string; readonly attributes: readonly string[] }[];
  /** What results of evaluations say of the task; by default nothing. */
  readonly judge?: Judge;
  /** Milliseconds since 1970: only to tell that a span ends in the future. */
  readonly nowMs: () => number;
}

export function openNormalizer({
  vocabulary,
  naming,
  unitAttributes = [],
  judge,
  nowMs,
}: NormalizerOptions): Normalizer {
  const key = (name: string) => vocabulary.key(name);
  const topics = new Topics();
  const dialects = openDialects(key);
  for (const dialect of dialects) topics.dialect(dialect.signs);
  const readIdentity = openIdentity(naming, key, topics);
  const readClaims = openClaims({ naming, key, topics, judge });
  const served = openServed(key);
  const sharedOf = openContexts({ readIdentity, naming, key, topics });
  const isSkewed = openSkew(nowMs);
  const units: readonly UnitSource[] = unitAttributes.map(({ unit, attributes }) => ({
    unit,
    span: attributes.map(key),
    event: [],
  }));
  const billed = topics.about(units.flatMap(({ span }) => span));
  const unitsOf = openUnits(units);
  const routed = topics.about(served.keys);
  const emitters = new Emitters();
  const coverage = new Coverage();
  const draft = new Draft();

  function speak(span: SpanView, touched: TopicBits): void {
    draft.clear();
    // The lowest bit is the first dialect's.
    for (let left = topics.dialects; left !== 0; left &= left - 1)
      dialects[31 - Math.clz32(left & -left)]!.read(span, draft);
    if ((touched & billed) !== 0) unitsOf(span, draft);
    draft.model ??= draft.requested;
    if (draft.kind === undefined) kindWithoutName(span, draft);
  }

  function read(span: SpanView): Meaning {
    const shared = sharedOf(span.resource);
    const touched = topics.of(span);
    speak(span, touched);
    const claimed = readClaims(span, touched, draft);
    const identity = readIdentity(span, touched, draft.agentName, draft);
    const skewed = isSkewed(span);
    if (draft.kind === undefined && claimed === undefined && identity === undefined && isSilent(draft))
      return skewed ? shared.skewedEdge : shared.edge;
    const kind = draft.kind ?? 'edge';
    const usage = draft.hasCounts ? usageOf(span, draft, emitters) : undefined;
    const isServed = (touched & routed) !== 0 && MODEL_KINDS.has(kind);
    const how = isServed ? served.read(span, draft) : undefined;
    const flags = draft.flags | shared.flags | (skewed ? FLAG.clock_skewed : 0);
    return meaningOf({
      kind,
      context: shared.context,
      identity,
      dialect: kind === 'edge' ? '' : draft.dialect,
      usage,
      covers: usage === undefined ? undefined : (coverage.of(span.scopeName, kind) ?? draft.covers),
      provider: draft.provider === '' ? undefined : draft.provider,
      model: draft.model,
      responseId: draft.responseId,
      served: how,
      tool: draft.tool,
      callId: draft.callId,
      units: draft.units,
      stated: claimed?.stated,
      reportedUsd: claimed?.reportedUsd ?? draft.reportedUsd,
      outcome: claimed?.outcome,
      valueUsd: claimed?.valueUsd,
      remediation: claimed?.remediation,
      flags: flagList(flags),
      error: draft.error ? true : undefined,
    });
  }
  return { read };
}

const MODEL_KINDS: ReadonlySet<string> = new Set(['inference', 'embedding', 'rerank']);

/** Reads a kind off what was reported, where no dialect knew one. */
function kindWithoutName(span: SpanView, draft: Draft): void {
  // Tokens without a model are a sum that some wrapper made, or so it is safe to read them: children come first.
  if (draft.hasCounts) draft.kind = draft.model === undefined ? 'workflow' : 'inference';
  else if (draft.units !== undefined) {
    draft.kind = 'tool';
    draft.tool ??= nameAfter(span.name, '');
  }
}

const isSilent = (draft: Draft) => !draft.error && draft.flags === 0;
