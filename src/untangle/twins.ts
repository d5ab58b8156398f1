import type { Call } from './call.ts';
import type { Findings } from './findings.ts';
import { believed, detailIn, reports } from './layers.ts';
import { isOneModel } from './models.ts';
import { isAround, type Trace } from './trace.ts';

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
 * Calls of which only one has a response id, or that two dialects tell without any, with one model, the same totals,
 * at the same time, and the parent of one around the other. Frameworks whose spans are not the active ones leave it
 * so: LangChain's span stands below its chain and the client library's span beside the chain. Each call has one twin
 * at most, so that parallel calls that look alike stay several.
 */
function dropBeside(trace: Trace, calls: readonly Call[], dropped: Set<Call>): void {
  const byTotals = new Map<string, Call[]>();
  for (const call of calls) {
    if (!reports(call.usage) || dropped.has(call)) continue;
    const totals = `${call.usage.input} ${call.usage.output}`;
    const alike = byTotals.get(totals);
    if (alike === undefined) byTotals.set(totals, [call]);
    else alike.push(call);
  }
  for (const alike of byTotals.values()) if (alike.length > 1) pairUp(trace, alike, dropped);
}

function pairUp(trace: Trace, alike: Call[], dropped: Set<Call>): void {
  const start = (call: Call) => trace.facts[outermost(call)]!.start;
  alike.sort((left, right) => (start(left) < start(right) ? -1 : start(left) > start(right) ? 1 : 0));
  const waiting: Call[] = [];
  for (const call of alike) {
    // Starts ascend, so one that has ended has no twin any more.
    while (waiting.length > 0 && endOf(trace, waiting.at(-1)!) <= start(call)) waiting.pop();
    const twin = waiting.at(-1);
    if (twin === undefined || !isBeside(trace, call, twin)) {
      waiting.push(call);
      continue;
    }
    waiting.pop();
    const [kept, other] = knowsMore(trace, call, twin) ? [call, twin] : [twin, call];
    dropped.add(other);
    // The other may be the one that knows the provider, or a kind of detail.
    kept.usage = believed(kept.usage!, other.usage!);
    kept.responseId ??= other.responseId;
    for (const layer of other.layers) kept.layers.push(layer);
  }
}

const outermost = ({ layers }: Call): number => layers.at(-1)!;
const endOf = (trace: Trace, call: Call): bigint => trace.facts[outermost(call)]!.end;

function isBeside(trace: Trace, call: Call, twin: Call): boolean {
  if (!isOtherTeller(trace, call, twin)) return false;
  if (!isAround(trace, outermost(call), twin.node) && !isAround(trace, outermost(twin), call.node))
    return false;
  return isOneModel(modelOf(trace, call), modelOf(trace, twin));
}

/** One instrumentation gives all its calls ids, or none, and speaks one dialect. Two ids are two calls. */
function isOtherTeller(trace: Trace, call: Call, twin: Call): boolean {
  if (call.responseId !== undefined) return twin.responseId === undefined;
  return twin.responseId !== undefined || dialectOf(trace, call) !== dialectOf(trace, twin);
}

/** Most traces have one instrumentation: all their calls have ids, or none has and their dialect is one. */
const maySpeakTwice = (trace: Trace, calls: readonly Call[]): boolean =>
  calls.some((call) => isOtherTeller(trace, call, calls[0]!));

/** The dated name of a model may have a price of its own. Detail is put together from both. */
function knowsMore(trace: Trace, call: Call, twin: Call): boolean {
  const longer = modelOf(trace, call).length - modelOf(trace, twin).length;
  return longer === 0 ? isBetter(trace, call, twin) : longer > 0;
}

const modelOf = (trace: Trace, call: Call): string => trace.facts[call.node]!.model ?? '';
const dialectOf = (trace: Trace, call: Call): string => trace.facts[call.node]!.dialect;

/** Better known, or else of more tokens; `twin` stands first in the tree and stays on a tie. */
function isBetter(trace: Trace, call: Call, twin: Call): boolean {
  const detail = detailOf(trace, call) - detailOf(trace, twin);
  return detail === 0 ? tokensOf(call) > tokensOf(twin) : detail > 0;
}

const detailOf = (trace: Trace, call: Call): number =>
  10 * detailIn(call.usage) + Number(trace.facts[call.node]!.model !== undefined);

const tokensOf = ({ usage }: Call): number => (reports(usage) ? usage.input + usage.output : 0);
