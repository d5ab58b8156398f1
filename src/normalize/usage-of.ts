import type { SpanView } from '../domain/span.ts';
import type { Usage } from '../domain/usage.ts';
import type { Draft } from './draft.ts';
import type { Emitters } from './emitters.ts';
import { FLAG } from './flags.ts';
import { resolveStyle } from './style.ts';

/** The draft's counts as inclusive totals; doubts go to its flags. */
export function usageOf(span: SpanView, draft: Draft, emitters: Emitters): Usage {
  const emitter = emitters.of(span.scopeName, draft.provider, draft.model, draft.style);
  const { usage, assumed, clamped } = resolveStyle(draft, emitter);
  if (assumed) draft.flags |= FLAG.assumed_inclusive;
  if (clamped) draft.flags |= FLAG.clamped;
  if (draft.extraInput === 0 && draft.extraOutput === 0) return usage;
  return { ...usage, input: usage.input + draft.extraInput, output: usage.output + draft.extraOutput };
}
