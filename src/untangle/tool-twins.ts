import type { Fact } from '../domain/fact.ts';
import { isAround, type Trace } from './trace.ts';

/**
 * Tool spans that stand beside each other and are one action, told by two instrumentations: of one name, in two
 * dialects, one within the other's time, and what one of them stands below holds the other. OpenLLMetry's span of an MCP
 * client's call is below its span of the whole MCP session, and so beside the tool span of the agent that calls. Each has
 * one twin at most. The result has the shorter of two as its key.
 */
export function toolTwins(trace: Trace, tools: readonly number[]): ReadonlyMap<number, number> {
  const { facts } = trace;
  const dialect = tools.length === 0 ? '' : facts[tools[0]!]!.dialect;
  if (tools.every((node) => facts[node]!.dialect === dialect)) return NONE;
  const twins = new Map<number, number>();
  for (const alike of byName(trace, tools)) if (alike.length > 1) pairUp(trace, alike, twins);
  return twins;
}

const NONE: ReadonlyMap<number, number> = new Map();

function byName({ facts }: Trace, tools: readonly number[]): Iterable<number[]> {
  const named = new Map<string, number[]>();
  for (const node of tools) {
    const { tool } = facts[node]!;
    if (tool === undefined) continue;
    const alike = named.get(tool);
    if (alike === undefined) named.set(tool, [node]);
    else alike.push(node);
  }
  return named.values();
}

function pairUp(trace: Trace, alike: number[], twins: Map<number, number>): void {
  const { facts } = trace;
  // Those that begin first, and of these the longest, so that whoever holds another comes before it.
  alike.sort((left, right) => order(facts[left]!, facts[right]!));
  const waiting: number[] = [];
  for (const node of alike) {
    const twin = tightest(trace, waiting, node);
    if (twin === undefined) waiting.push(node);
    else {
      twins.set(node, twin);
      waiting.splice(waiting.indexOf(twin), 1);
    }
  }
}

/** Of all that may be its twin the one that ends first: a longer one is left to what only that can hold. */
function tightest(trace: Trace, waiting: readonly number[], node: number): number | undefined {
  let found: number | undefined;
  for (const one of waiting) {
    if (!isOneAction(trace, one, node)) continue;
    if (found === undefined || trace.facts[one]!.end < trace.facts[found]!.end) found = one;
  }
  return found;
}

function order(left: Fact, right: Fact): number {
  if (left.start !== right.start) return left.start < right.start ? -1 : 1;
  if (left.end !== right.end) return left.end > right.end ? -1 : 1;
  return left.spanId < right.spanId ? -1 : 1;
}

/**
 * OpenTelemetry's SDK for JavaScript takes a span's start in whole milliseconds and counts its end from there: of two
 * spans that begin in two milliseconds the inner one can seem to end later, by less than one.
 */
const CLOCK_STEP_NANOS = 1_000_000n;

const outlasts = (within: Fact, around: Fact): boolean =>
  within.end > around.end && (within.start >= around.end || within.end - around.end >= CLOCK_STEP_NANOS);

function isOneAction(trace: Trace, outer: number, inner: number): boolean {
  const [around, within] = [trace.facts[outer]!, trace.facts[inner]!];
  if (around.dialect === within.dialect || outlasts(within, around)) return false;
  if (around.callId !== undefined && within.callId !== undefined && around.callId !== within.callId)
    return false;
  return isAround(trace, outer, inner) || isAround(trace, inner, outer);
}
