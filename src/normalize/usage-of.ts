import type { SpanView } from '../domain/span.ts';
import type { Usage } from '../domain/usage.ts';
import type { Draft } from './draft.ts';
import type { Emitters } from './emitters.ts';
import { ABSENT } from './first.ts';
import { FLAG, type FlagBits } from './flags.ts';
import { resolveStyle } from './style.ts';

/** The draft's counts as inclusive totals; doubts go to its flags. */
export function usageOf(span: SpanView, draft: Draft, emitters: Emitters): Usage {
  const emitter = emitters.of(span, draft);
  const { usage, assumed, clamped } = resolveStyle(draft, emitter);
  if (assumed) draft.flags |= FLAG.assumed_inclusive;
  if (clamped) draft.flags |= FLAG.clamped;
  if (emitter.hasCacheTtl && draft.cacheWrite > 0 && !saysTtl(draft)) draft.flags |= FLAG.cache_ttl_assumed;
  if (emitter.blind !== 0 && isOfCalls(draft)) draft.flags |= emitter.blind & ~told(draft);
  if (emitter.blindToWrites && isOfCalls(draft) && usage.cacheWrite5m + usage.cacheWrite1h === 0)
    draft.flags |= FLAG.cache_unreported;
  if (draft.extraInput === 0 && draft.extraOutput === 0) return usage;
  return { ...usage, input: usage.input + draft.extraInput, output: usage.output + draft.extraOutput };
}

const saysTtl = (draft: Draft): boolean => draft.cacheWrite5m !== ABSENT || draft.cacheWrite1h !== ABSENT;

/** The flags of what the span says after all. */
function told(draft: Draft): FlagBits {
  const cached = draft.cacheRead !== ABSENT || draft.cacheWrite !== ABSENT || saysTtl(draft);
  const thought = draft.reasoning !== ABSENT;
  return (cached ? FLAG.cache_unreported : 0) | (thought ? FLAG.reasoning_unreported : 0);
}

/** A model call, or a wrapper, which may be all that tells of its calls. */
const isOfCalls = ({ kind }: Draft): boolean => kind !== 'embedding' && kind !== 'rerank';
