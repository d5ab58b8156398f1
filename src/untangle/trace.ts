import type { Fact } from '../domain/fact.ts';
import { adoptedRuns } from './adopted.ts';
import { distinct, isOrdered } from './distinct.ts';

/**
 * The tree of one trace. A **node** is an index into these columns.
 *
 * **Invariant**: parents stand before their children, a subtree is one run of nodes, and siblings stand in
 * order of start and span id. So `a <= b && b <= last[a]` says that `a` holds `b`, a walk down is a loop
 * up the index, and nothing here calls itself, however deep the tree is.
 */
export interface Trace {
  readonly facts: readonly Fact[];
  /** -1 for a top-most node: a root, an orphan, or where a circle of parents was cut. */
  readonly parent: readonly number[];
  /** The last node of the subtree. */
  readonly last: readonly number[];
  readonly depth: readonly number[];
}

export function growTrace(facts: readonly Fact[]): Trace {
  let ordered = facts;
  let places = isOrdered(facts) ? placesOf(facts) : undefined;
  if (places === undefined || places.size < facts.length) {
    ordered = distinct(facts);
    places = placesOf(ordered);
  }
  const parent = parentsOf(ordered, places);
  cutCircles(parent);
  const trace = plant(ordered, parent);
  const adopted = adoptedRuns(trace);
  if (adopted.length === 0) return trace;
  for (const [inner, outer] of adopted)
    parent[places.get(trace.facts[inner]!.spanId)!] = places.get(trace.facts[outer]!.spanId)!;
  return plant(ordered, parent);
}

/** True where `inner` is `outer` or stands below it. */
export const holds = (trace: Trace, outer: number, inner: number): boolean =>
  outer <= inner && inner <= trace.last[outer]!;

/** True where what `outer` stands below holds `inner` too; all roots of a trace stand below the same. */
export function isAround(trace: Trace, outer: number, inner: number): boolean {
  const parent = trace.parent[outer]!;
  return parent === -1 || holds(trace, parent, inner);
}

function placesOf(facts: readonly Fact[]): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = 0; at < facts.length; at += 1) places.set(facts[at]!.spanId, at);
  return places;
}

function parentsOf(facts: readonly Fact[], places: ReadonlyMap<string, number>): number[] {
  const parent: number[] = [];
  for (let at = 0; at < facts.length; at += 1) {
    const { parentId } = facts[at]!;
    const found = parentId === '' ? undefined : places.get(parentId);
    parent.push(found === undefined || found === at ? -1 : found);
  }
  return parent;
}

/** A circle of parents is cut above its earliest span. */
function cutCircles(parent: number[]): void {
  if (parent.every((above, at) => above < at)) return;
  const walkOf = new Array<number>(parent.length).fill(-1);
  for (let start = 0; start < parent.length; start += 1) {
    let at = start;
    while (at !== -1 && walkOf[at] === -1) {
      walkOf[at] = start;
      at = parent[at]!;
    }
    if (at !== -1 && walkOf[at] === start) parent[earliestOfCircle(parent, at)] = -1;
  }
}

function earliestOfCircle(parent: readonly number[], member: number): number {
  let earliest = member;
  for (let at = parent[member]!; at !== member; at = parent[at]!) earliest = Math.min(earliest, at);
  return earliest;
}

/** Renumbers the nodes so that the invariant holds. */
function plant(ordered: readonly Fact[], above: readonly number[]): Trace {
  const { firstChild, nextSibling, firstTop } = familiesOf(above);
  const facts: Fact[] = [];
  const parent: number[] = [];
  const depth: number[] = [];
  const last: number[] = [];
  const nodeOf: number[] = above.slice();
  const waiting = [firstTop];
  while (waiting.length > 0) {
    const at = waiting.pop()!;
    if (at === -1) continue;
    const node = facts.length;
    const up = above[at] === -1 ? -1 : nodeOf[above[at]!]!;
    nodeOf[at] = node;
    facts.push(ordered[at]!);
    parent.push(up);
    depth.push(up === -1 ? 0 : depth[up]! + 1);
    last.push(node);
    waiting.push(nextSibling[at]!, firstChild[at]!);
  }
  for (let node = facts.length - 1; node >= 0; node -= 1) {
    const up = parent[node]!;
    if (up !== -1 && last[up]! < last[node]!) last[up] = last[node]!;
  }
  return { facts, parent, last, depth };
}

/** Children as linked lists in the order of the input; -1 ends one. */
function familiesOf(above: readonly number[]) {
  const firstChild = new Array<number>(above.length).fill(-1);
  const nextSibling = firstChild.slice();
  let firstTop = -1;
  for (let at = above.length - 1; at >= 0; at -= 1) {
    const up = above[at]!;
    nextSibling[at] = up === -1 ? firstTop : firstChild[up]!;
    if (up === -1) firstTop = at;
    else firstChild[up] = at;
  }
  return { firstChild, nextSibling, firstTop };
}
