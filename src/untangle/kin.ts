import { gapMs, type Ruling, reachMs, type Sighting } from '../domain/twins.ts';
import { Groups } from './groups.ts';
import { rulingsOn } from './keeper.ts';
import { apartOf, isAlike, nameOf, pairsAlike } from './pairs.ts';
import { rulingsOnTotals } from './totals.ts';

/**
 * What several traces show of one call or one running total, as rulings by trace. A function of the set of sightings;
 * what is not linked to each other does not matter to each other, so that it may be asked of any part of them that
 * holds all that is linked.
 *
 * 1. One **response id** is one call: in one session for an hour; of a trace that knows no session where
 *    the times meet.
 * 2. Calls **alike** without a common id are paired, each with one other at most, if `suspect` says so.
 * 3. Of each call one trace keeps it, the others drop it; see `keeper.ts`.
 * 4. **Running totals** of one agent count what they grew.
 */
export function rulingsOf(sightings: readonly Sighting[], suspect: boolean): Map<string, Ruling[]> {
  const verdicts = new Map<string, Ruling[]>();
  const add = (sighting: Sighting, ruling: Ruling) => {
    const { traceId } = sighting.mark;
    const known = verdicts.get(traceId);
    if (known === undefined) verdicts.set(traceId, [ruling]);
    else known.push(ruling);
  };
  const calls = sightings.filter(({ kind }) => kind !== 'total');
  const groups = new Groups();
  for (const bucket of bucketsOf(calls, ({ key }) => key.same)) joinById(bucket, groups);
  const matched = new Set<Sighting>();
  if (suspect) {
    const alike = bucketsOf(calls, ({ key }) => key.alike);
    for (const [left, right] of pairsAlike(alike, groups)) {
      groups.join(left, right);
      matched.add(left).add(right);
    }
  }
  for (const group of groups.ofSeveral()) {
    const suspected = group.some((one) => matched.has(one));
    for (const [sighting, ruling] of rulingsOn(group, suspected)) add(sighting, ruling);
  }
  const totals = sightings.filter(({ kind }) => kind === 'total');
  for (const [sighting, ruling] of rulingsOnTotals(totals)) add(sighting, ruling);
  return verdicts;
}

/** Whether one says something of the other: what is asked together must hold all that is linked. */
export function isLinked(left: Sighting, right: Sighting): boolean {
  if (left.kind === 'total' || right.kind === 'total') {
    return left.kind === right.kind && left.key.same === right.key.same;
  }
  return isSameCall(left, right) || isAlike(left, right);
}

const isSameCall = (left: Sighting, right: Sighting): boolean =>
  left.responseId !== undefined &&
  left.responseId === right.responseId &&
  left.kind === right.kind &&
  gapMs(left.key, right.key) <= reachMs(left.key, right.key);

/** Those that have a number in common with another, by that number. */
function bucketsOf(sightings: readonly Sighting[], numberOf: (one: Sighting) => number): Sighting[][] {
  const buckets = new Map<number, Sighting[]>();
  const shared: Sighting[][] = [];
  for (const one of sightings) {
    const number = numberOf(one);
    if (number === 0) continue;
    const known = buckets.get(number);
    if (known === undefined) buckets.set(number, [one]);
    else {
      known.push(one);
      if (known.length === 2) shared.push(known);
    }
  }
  return shared;
}

/**
 * Spans of one id: those of one session together; each that knows no session with the closest in time that knows one,
 * and else with its like. Two sessions are not made one by what stands between them.
 */
function joinById(bucket: readonly Sighting[], groups: Groups): void {
  const housed = bucket.filter(({ key }) => key.session !== 0);
  const homeless: Sighting[] = [];
  joinLinked(housed, groups);
  for (const one of bucket) {
    if (one.key.session !== 0) continue;
    const closest = closestTo(one, housed);
    if (closest === undefined) homeless.push(one);
    else groups.join(closest, one);
  }
  joinLinked(homeless, groups);
}

function joinLinked(bucket: readonly Sighting[], groups: Groups): void {
  for (let at = 1; at < bucket.length; at += 1) {
    for (let before = 0; before < at; before += 1) {
      const [left, right] = [bucket[before]!, bucket[at]!];
      if (!groups.areJoined(left, right) && isSameCall(left, right)) groups.join(left, right);
    }
  }
}

function closestTo(one: Sighting, others: readonly Sighting[]): Sighting | undefined {
  let closest: Sighting | undefined;
  for (const other of others) {
    if (isSameCall(one, other) && (closest === undefined || isCloser(one, other, closest))) closest = other;
  }
  return closest;
}

function isCloser(one: Sighting, other: Sighting, known: Sighting): boolean {
  const [apart, before] = [apartOf(one, other), apartOf(one, known)];
  return apart === before ? nameOf(other) < nameOf(known) : apart < before;
}
