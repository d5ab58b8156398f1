import type { Fact } from '../domain/fact.ts';
import type { Trace } from './trace.ts';

/** A dialect whose runs are those of a process that another program starts. */
const CHILD = 'claude-code';

/**
 * Runs of Claude Code that stand beside the span which tells of the same run from outside, and belong below it. The process
 * continues the trace of the program that started it, but OpenInference's span of the Claude Agent SDK is never the
 * active one, so both hang below what was. They are known to be one run by their times, one within the other's, and by
 * their output: the outer span says what the calls of the inner one add up to.
 *
 * @returns pairs of nodes, the inner run and the span that it goes below
 */
export function adoptedRuns(trace: Trace): readonly Adoption[] {
  const { facts, last, parent } = trace;
  if (!facts.some(isRun)) return NONE;
  const told = outputUpTo(trace);
  const found: Adoption[] = [];
  const tellers = tellersOf(trace);
  for (let inner = 0; inner < facts.length; inner += 1) {
    if (!isRun(facts[inner]!)) continue;
    const output = told[last[inner]! + 1]! - told[inner]!;
    const waiting = tellers.get(placeOf(parent[inner]!, output));
    const outer = waiting?.find((node) => surrounds(facts[node]!, facts[inner]!));
    if (outer === undefined) continue;
    // Each span tells of one run.
    waiting!.splice(waiting!.indexOf(outer), 1);
    found.push([inner, outer]);
  }
  return found;
}

type Adoption = readonly [inner: number, outer: number];
const NONE: readonly Adoption[] = [];

const isRun = ({ dialect, kind }: Fact): boolean => dialect === CHILD && kind === 'agent';

/** Siblings have one parent, and one output has one place among them. */
const placeOf = (parent: number, output: number): string => `${parent} ${output}`;

/** Agent spans of others that say an output, by what they stand below and by that output. */
function tellersOf(trace: Trace): Map<string, number[]> {
  const tellers = new Map<string, number[]>();
  for (let node = 0; node < trace.facts.length; node += 1) {
    const { kind, dialect, usage } = trace.facts[node]!;
    const up = trace.parent[node]!;
    if (kind !== 'agent' || dialect === CHILD || up === -1 || usage === undefined || usage.output === 0)
      continue;
    const place = placeOf(up, usage.output);
    const waiting = tellers.get(place);
    if (waiting === undefined) tellers.set(place, [node]);
    else waiting.push(node);
  }
  return tellers;
}

const surrounds = (outer: Fact, inner: Fact): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** By node the output of all calls before it, so that what is below any node is one subtraction. */
function outputUpTo({ facts }: Trace): number[] {
  const told = [0];
  for (const { kind, usage } of facts)
    told.push(told.at(-1)! + (kind === 'inference' && usage !== undefined ? usage.output : 0));
  return told;
}
