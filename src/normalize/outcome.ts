import type { Judge } from '../domain/evaluation.ts';
import type { Meaning } from '../domain/fact.ts';
import type { AttributeView, EventView, SpanView } from '../domain/span.ts';
import { isOutcome, type Outcome } from '../domain/task.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { type Doubts, firstText, textOf } from './first.ts';
import { FLAG } from './flags.ts';

export type SaidOutcome = NonNullable<Meaning['outcome']>;

/** An event of the GenAI conventions: somebody, or another model, judged what the agent did. */
const EVALUATION = 'gen_ai.evaluation.result';

/**
 * Reads the outcome that a span or one of its events says, as a word or as an evaluation that a rule maps; of several
 * the latest. Words that are no outcome are flagged; an evaluation without a rule says nothing.
 */
export function openOutcome(
  names: readonly string[],
  key: (name: string) => KeyId,
  judge: Judge | undefined,
) {
  const keys = names.map(key);
  const evaluated = judge === undefined ? undefined : openEvaluations(judge, key);

  const outcomeOf = (event: EventView, doubts: Doubts): Outcome | undefined =>
    outcomeWord(event, keys, doubts) ?? (event.name === EVALUATION ? evaluated?.(event, doubts) : undefined);

  function read(span: SpanView, doubts: Doubts): SaidOutcome | undefined {
    const word = outcomeWord(span, keys, doubts);
    let said = word === undefined ? undefined : { outcome: word, at: endOf(span) };
    for (let index = 0; index < span.events.length; index += 1) {
      const event = span.events[index]!;
      const outcome = outcomeOf(event, doubts);
      if (outcome === undefined) continue;
      const at = nanos(event.timeHi, event.timeLo);
      if (said === undefined || at >= said.at) said = { outcome, at };
    }
    return said;
  }
  return { keys, read };
}

function openEvaluations(judge: Judge, key: (name: string) => KeyId) {
  const name = [key('gen_ai.evaluation.name')];
  const label = [key('gen_ai.evaluation.score.label')];
  const score = key('gen_ai.evaluation.score.value');
  return (event: EventView, doubts: Doubts): Outcome | undefined =>
    judge({
      name: firstText(event, name, doubts) ?? '',
      label: firstText(event, label, doubts),
      score: event.number(score),
    });
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
