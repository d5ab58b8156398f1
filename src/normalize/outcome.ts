import type { Meaning } from '../domain/fact.ts';
import type { AttributeView, SpanView } from '../domain/span.ts';
import { isOutcome, type Outcome } from '../domain/task.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { type Doubts, textOf } from './first.ts';
import { FLAG } from './flags.ts';

export type SaidOutcome = NonNullable<Meaning['outcome']>;

/** The outcome that a span or one of its events says; of several the latest. Words that are no outcome are flagged. */
export function readOutcome(span: SpanView, keys: readonly KeyId[], doubts: Doubts): SaidOutcome | undefined {
  const word = outcomeWord(span, keys, doubts);
  let said = word === undefined ? undefined : { outcome: word, at: endOf(span) };
  for (let index = 0; index < span.events.length; index += 1) {
    const event = span.events[index]!;
    const outcome = outcomeWord(event, keys, doubts);
    if (outcome === undefined) continue;
    const at = nanos(event.timeHi, event.timeLo);
    if (said === undefined || at >= said.at) said = { outcome, at };
  }
  return said;
}

function outcomeWord(view: AttributeView, keys: readonly KeyId[], doubts: Doubts): Outcome | undefined {
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index]!;
    if (!view.has(key)) continue;
    const word = (textOf(view, key) ?? '').trim().toLowerCase();
    if (isOutcome(word)) return word;
    doubts.flags |= FLAG.bad_outcome;
  }
  return undefined;
}

/** A span that ended before it started ends at its start, as it does everywhere else. */
function endOf(span: SpanView): bigint {
  const start = nanos(span.startHi, span.startLo);
  const end = nanos(span.endHi, span.endLo);
  if (end < start) return start;
  return end;
}

const nanos = (hi: number, lo: number) => (BigInt(hi) << 32n) | BigInt(lo);
