import { CALL_DOUBTS, type FactFlag } from '../domain/fact.ts';
import type { Ruling, Sighting, TraceMark } from '../domain/twins.ts';
import { believed, detailIn, reports } from './layers.ts';

/**
 * Which of two traces keeps a call that both show: one that knows whose task it is, before one with an agent around
 * its calls, before the one that began earlier. A fixed order of traces, so that two traces that share several calls
 * do not each keep some.
 */
export function precedes(left: TraceMark, right: TraceMark): boolean {
  if (left.tagged !== right.tagged) return left.tagged;
  if (left.working !== right.working) return left.working;
  if (left.startedAt !== right.startedAt) return isEarlier(left.startedAt, right.startedAt);
  return left.traceId < right.traceId;
}

const isEarlier = (left: string, right: string): boolean =>
  left.length === right.length ? left < right : left.length < right.length;

/** The rulings on one call that several traces show. `matched` are those that were found by their figures only. */
export function rulingsOn(
  group: readonly Sighting[],
  suspected: boolean,
): readonly (readonly [Sighting, Ruling])[] {
  const [keeper, ...others] = [...group].sort((left, right) => (isKeptBefore(left, right) ? -1 : 1));
  const tracesBut = (sighting: Sighting) =>
    group.flatMap(({ mark }) => (mark.traceId === sighting.mark.traceId ? [] : [mark.traceId])).sort();
  const ruling = (sighting: Sighting) => ({
    spanId: sighting.spanId,
    kind: sighting.kind,
    others: tracesBut(sighting),
  });
  const dropped = others.map((sighting): readonly [Sighting, Ruling] => {
    const sameId = sighting.responseId !== undefined && sighting.responseId === keeper!.responseId;
    const rule = sameId ? 'response_twin' : 'suspected_twin';
    return [sighting, { ...ruling(sighting), as: 'dropped', rule, keeper: keeper!.mark }];
  });
  return [
    [keeper!, { ...ruling(keeper!), as: 'kept', suspected, ...betterKnown(keeper!, others) }],
    ...dropped,
  ];
}

function isKeptBefore(left: Sighting, right: Sighting): boolean {
  if (left.mark.traceId !== right.mark.traceId) return precedes(left.mark, right.mark);
  return left.start === right.start ? left.spanId < right.spanId : left.start < right.start;
}

/** What another trace knows better than the one that keeps the call; the task stays the keeper's. */
function betterKnown(keeper: Sighting, others: readonly Sighting[]) {
  const ranked = [keeper, ...others].sort((left, right) =>
    isBetter(left, right) ? -1 : isBetter(right, left) ? 1 : 0,
  );
  const usage = usageOf(ranked);
  const model = dated(
    keeper.model,
    ranked.map((one) => one.model),
  );
  const provider = keeper.provider ?? ranked.find((one) => one.provider !== undefined)?.provider;
  const cured = keeper.flags?.filter((flag) => isToldBy(flag, others)) ?? [];
  return {
    ...(cured.length > 0 && { cured }),
    ...(usage !== undefined && !isSameUsage(usage, keeper.usage) && { usage }),
    ...(model !== undefined && model !== keeper.model && { model }),
    ...(provider !== undefined && provider !== keeper.provider && { provider }),
  };
}

/** A doubt about the call that one of the others, which reports usage, has not. */
const isToldBy = (flag: FactFlag, others: readonly Sighting[]): boolean =>
  CALL_DOUBTS.includes(flag) &&
  others.some(({ usage, flags }) => reports(usage) && flags?.includes(flag) !== true);

/** Totals of the best known one, with detail of the others where only they have it and it fits. */
function usageOf([best, ...others]: readonly Sighting[]): Sighting['usage'] {
  let usage = best!.usage;
  if (!reports(usage)) return usage;
  for (const other of others) if (reports(other.usage)) usage = believed(usage, other.usage);
  return usage;
}

/** More kinds of detail; then the shorter span, for it is the layer nearer to the provider; then more tokens. */
function isBetter(left: Sighting, right: Sighting): boolean {
  const detail = detailIn(left.usage) - detailIn(right.usage);
  if (detail !== 0) return detail > 0;
  const [took, other] = [left.end - left.start, right.end - right.start];
  if (took !== other) return took < other;
  return tokensOf(left) > tokensOf(right);
}

const tokensOf = ({ usage }: Sighting): number => (usage === undefined ? 0 : usage.input + usage.output);

/** The dated name of a model may have a price of its own: the longest that begins as the keeper's does. */
function dated(known: string | undefined, models: readonly (string | undefined)[]): string | undefined {
  let found = known;
  for (const model of models) {
    if (model === undefined || !model.startsWith(known ?? '')) continue;
    if (model.length > (found ?? '').length) found = model;
  }
  return found;
}

function isSameUsage(left: NonNullable<Sighting['usage']>, right: Sighting['usage']): boolean {
  if (right === undefined) return false;
  return (
    left.input === right.input &&
    left.output === right.output &&
    left.cacheRead === right.cacheRead &&
    left.cacheWrite5m === right.cacheWrite5m &&
    left.cacheWrite1h === right.cacheWrite1h &&
    left.reasoning === right.reasoning
  );
}
