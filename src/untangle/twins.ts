import type { Call } from './call.ts';
import type { Findings } from './findings.ts';
import { detailIn, reports } from './layers.ts';
import type { Trace } from './trace.ts';

/**
 * Spans that are not nested but carry one response id are one call, sent by two instrumentations: the better
 * known one stays, then the one with more tokens, then the first in the tree.
 */
export function withoutTwins(
  trace: Trace,
  calls: readonly Call[],
  { suppressed }: Findings,
): readonly Call[] {
  if (calls.length < 2) return calls;
  const kept = new Map<string, Call>();
  const dropped = new Set<Call>();
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
  if (dropped.size === 0) return calls;
  for (const call of dropped) suppressed.push({ node: call.node, rule: 'response_twin' });
  return calls.filter((call) => !dropped.has(call));
}

/** `twin` stands first in the tree and stays on a tie. */
function isBetter(trace: Trace, call: Call, twin: Call): boolean {
  const detail = detailOf(trace, call) - detailOf(trace, twin);
  return detail === 0 ? tokensOf(call) > tokensOf(twin) : detail > 0;
}

const detailOf = (trace: Trace, call: Call): number =>
  10 * detailIn(call.usage) + Number(trace.facts[call.node]!.model !== undefined);

const tokensOf = ({ usage }: Call): number => (reports(usage) ? usage.input + usage.output : 0);
