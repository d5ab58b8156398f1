import type { Call } from './call.ts';
import type { Findings } from './findings.ts';
import { detailIn, reports } from './layers.ts';
import type { Trace } from './trace.ts';

/** Spans that are not nested but are one call, sent by two instrumentations: the better known one stays. */
export function withoutTwins(
  trace: Trace,
  calls: readonly Call[],
  { suppressed }: Findings,
): readonly Call[] {
  if (calls.length < 2) return calls;
  const dropped = new Set<Call>();
  dropSameId(trace, calls, dropped);
  if (maySpeakTwice(trace, calls)) dropBeside(trace, calls, dropped);
  if (dropped.size === 0) return calls;
  for (const call of dropped) suppressed.push({ node: call.node, rule: 'response_twin' });
  return calls.filter((call) => !dropped.has(call));
}

/** One response id is one call, wherever in the trace its spans are. */
function dropSameId(trace: Trace, calls: readonly Call[], dropped: Set<Call>): void {
  const kept = new Map<string, Call>();
  for (const call of calls) {
    if (call.responseId === undefined) continue;
    const twin = kept.get(call.responseId);
    if (twin === undefined) {
      kept.set(call.responseId, call);
      continue;
    }
    const better = isBetter(trace, call, twin);
    dropped.add(better ? twin : call);
    if (better) kept.set(call.responseId, call);
  }
}

/**
 * Calls beside each other, of which at most one has a response id, that two dialects tell with the same model, the
 * same totals and at the same time: OpenInference leaves its span beside the Anthropic SDK's own for a
 * `messages.stream`. Each call has one twin at most, so that parallel calls that look alike stay several.
 */
function dropBeside(trace: Trace, calls: readonly Call[], dropped: Set<Call>): void {
  const waiting = new Map<string, Call[]>();
  for (const call of calls) {
    const { model } = trace.facts[call.node]!;
    if (model === undefined || !reports(call.usage) || dropped.has(call)) continue;
    const { input, output } = call.usage;
    const alike = `${trace.parent[outermost(call)]} ${input} ${output} ${model}`;
    const before = waiting.get(alike);
    const twin = before?.at(-1);
    if (twin !== undefined && isBeside(trace, call, twin)) {
      before!.pop();
      dropped.add(isBetter(trace, call, twin) ? twin : call);
    } else if (before !== undefined) before.push(call);
    else waiting.set(alike, [call]);
  }
}

const outermost = ({ layers }: Call): number => layers.at(-1)!;

/** `twin` stands before `call`, so it did not start after it. */
function isBeside(trace: Trace, call: Call, twin: Call): boolean {
  if (call.responseId !== undefined && twin.responseId !== undefined) return false;
  if (dialectOf(trace, call) === dialectOf(trace, twin)) return false;
  return trace.facts[outermost(call)]!.start < trace.facts[outermost(twin)]!.end;
}

/** Most traces speak one dialect, or give all their calls ids. */
function maySpeakTwice(trace: Trace, calls: readonly Call[]): boolean {
  const first = dialectOf(trace, calls[0]!);
  return (
    calls.some((call) => call.responseId === undefined) &&
    calls.some((call) => dialectOf(trace, call) !== first)
  );
}

const dialectOf = (trace: Trace, call: Call): string => trace.facts[call.node]!.dialect;

/** Better known, or else of more tokens; `twin` stands first in the tree and stays on a tie. */
function isBetter(trace: Trace, call: Call, twin: Call): boolean {
  const detail = detailOf(trace, call) - detailOf(trace, twin);
  return detail === 0 ? tokensOf(call) > tokensOf(twin) : detail > 0;
}

const detailOf = (trace: Trace, call: Call): number =>
  10 * detailIn(call.usage) + Number(trace.facts[call.node]!.model !== undefined);

const tokensOf = ({ usage }: Call): number => (reports(usage) ? usage.input + usage.output : 0);
