import { mayAlike, reachMs, type Sighting } from '../domain/twins.ts';
import type { Groups } from './groups.ts';

/** Past this many others that it may be, nothing shows which one a call is; it is left as a call of its own. */
const CANDIDATES_MAX = 32;

interface Edge {
  readonly left: Sighting;
  readonly right: Sighting;
  readonly apart: bigint;
}

/**
 * Pairs of calls alike, the closest in time first; each call, with all spans that its response id joins to it, is in
 * one pair at most, so that parallel calls that look alike stay several. No two spans of one trace come together,
 * for what is one call within a trace was found there, and none of two sessions.
 */
export function pairsAlike(
  buckets: readonly Sighting[][],
  groups: Groups,
): (readonly [Sighting, Sighting])[] {
  const edges = buckets.flatMap(edgesOf);
  edges.sort(closestFirst);
  const paired = new Set<Sighting>();
  const pairs: (readonly [Sighting, Sighting])[] = [];
  for (const { left, right } of edges) {
    const [one, other] = [groups.rootOf(left), groups.rootOf(right)];
    if (one === other || paired.has(one) || paired.has(other) || differ(groups, left, right)) continue;
    paired.add(one).add(other);
    pairs.push([left, right]);
  }
  return pairs;
}

/**
 * Of different traces, at the same time to the nanosecond, with the same tokens; of one service, unless one of two is a
 * gateway, which shows the calls of other services.
 */
export function isAlike(left: Sighting, right: Sighting): boolean {
  return (
    mayAlike(left.key, right.key) &&
    (left.service === right.service || left.gateway || right.gateway) &&
    left.mark.traceId !== right.mark.traceId &&
    left.kind === right.kind &&
    left.start < right.end &&
    right.start < left.end &&
    left.usage?.input === right.usage?.input &&
    left.usage?.output === right.usage?.output
  );
}

function edgesOf(bucket: Sighting[]): Edge[] {
  bucket.sort((left, right) => compare(left.start, right.start) || compare(nameOf(left), nameOf(right)));
  const edges: Edge[] = [];
  const counts = new Map<Sighting, number>();
  const count = (one: Sighting) => counts.set(one, (counts.get(one) ?? 0) + 1);
  let running: Sighting[] = [];
  for (const right of bucket) {
    running = running.filter((left) => left.end > right.start);
    for (const left of running) {
      if (!isAlike(left, right)) continue;
      count(left);
      count(right);
      if (counts.get(left)! <= CANDIDATES_MAX && counts.get(right)! <= CANDIDATES_MAX)
        edges.push({ left, right, apart: apartOf(left, right) });
    }
    running.push(right);
  }
  return edges.filter(
    ({ left, right }) => counts.get(left)! <= CANDIDATES_MAX && counts.get(right)! <= CANDIDATES_MAX,
  );
}

/** Nanoseconds that the starts and the ends of two spans differ. */
export const apartOf = (left: Sighting, right: Sighting): bigint =>
  distance(left.start, right.start) + distance(left.end, right.end);

const distance = (left: bigint, right: bigint): bigint => (left < right ? right - left : left - right);

function closestFirst(left: Edge, right: Edge): number {
  return (
    compare(left.apart, right.apart) ||
    compare(nameOf(left.left), nameOf(right.left)) ||
    compare(nameOf(left.right), nameOf(right.right))
  );
}

export const nameOf = ({ mark, spanId, kind }: Sighting): string => `${mark.traceId} ${spanId} ${kind}`;

const compare = <T extends bigint | string>(left: T, right: T): number =>
  left < right ? -1 : left > right ? 1 : 0;

/** Two spans of one trace, or of two sessions. */
function differ(groups: Groups, left: Sighting, right: Sighting): boolean {
  const others = groups.membersOf(right);
  return groups
    .membersOf(left)
    .some((one) =>
      others.some((other) => one.mark.traceId === other.mark.traceId || reachMs(one.key, other.key) < 0),
    );
}
