import type { Fact } from '../domain/fact.ts';
import type { ModelUse } from '../domain/use.ts';
import { addLayer, type Call, hasSameId, isSameCall, openCall, openCover } from './call.ts';
import type { Findings } from './findings.ts';
import { reports } from './layers.ts';
import type { Trace } from './trace.ts';
import { isModelKind } from './wrappers.ts';

type ModelKind = ModelUse['kind'];

/** Calls below a node that no outer layer has claimed yet. */
interface Below {
  readonly calls: Call[];
  readonly reporting: boolean;
  /** The call of the next layer inwards; undefined where there are several. */
  readonly next: Call | undefined;
}

/**
 * The model calls of one kind, each once, in tree order. Nested spans of the kind with no tool and no agent
 * between are layers of one call. A layer over several calls is a wrapper: children first.
 *
 * @param standing wrappers that stand for the inference below them
 */
export function callsOf(
  trace: Trace,
  kind: ModelKind,
  standing: readonly boolean[] | undefined,
  { suppressed }: Findings,
): Call[] {
  const above = layersAbove(trace, kind, standing);
  /** What is below the nodes that a loop from the leaves up has still to come to. */
  const below = new Map<number, Below>();
  const calls: Call[] = [];
  for (let node = trace.facts.length - 1; node >= 0; node -= 1) {
    const fact = trace.facts[node]!;
    if (fact.kind !== kind && !standing?.[node]) continue;
    const inner = below.size === 0 ? undefined : below.get(node);
    const up = above[node]!;
    if (inner === undefined && up === -1) {
      calls.push(openCall(node, fact));
      continue;
    }
    const found = inner === undefined ? alone(openCall(node, fact)) : over(inner, node, fact);
    if (found === inner && reports(fact.usage)) suppressed.push({ node, rule: 'wrapper_over_children' });
    else if (found === inner) suppressed.push({ node, rule: 'nested_call' });
    if (up === -1) for (const call of found.calls) calls.push(call);
    else below.set(up, joined(below.get(up), found));
  }
  return calls.sort((left, right) => left.node - right.node);
}

/** What `node` makes of the calls below it; the same `inner` where it only wraps them. */
function over(inner: Below, node: number, fact: Fact): Below {
  const { calls, next, reporting } = inner;
  if (next !== undefined && !isSameCall(next, fact)) {
    const own = openCall(node, fact);
    return { ...joined(inner, alone(own)), next: own };
  }
  if (next !== undefined && (calls.length === 1 || hasSameId(next, fact))) {
    addLayer(next, node, fact);
    return { calls, reporting: reporting || reports(next.usage), next };
  }
  return reports(fact.usage) && !reporting ? alone(openCover(node, fact, calls)) : inner;
}

const alone = (call: Call): Below => ({ calls: [call], reporting: reports(call.usage), next: call });

/** The shorter list goes into the longer one, so that deep trees stay cheap. */
function joined(left: Below | undefined, right: Below): Below {
  if (left === undefined) return right;
  const [long, short] = left.calls.length < right.calls.length ? [right, left] : [left, right];
  for (const call of short.calls) long.calls.push(call);
  return { calls: long.calls, reporting: left.reporting || right.reporting, next: undefined };
}

/** By node the next layer outwards, or -1: what runs inside a tool is its own, and so is another agent's. */
function layersAbove(trace: Trace, kind: ModelKind, standing: readonly boolean[] | undefined): number[] {
  const { facts, parent } = trace;
  const above: number[] = [];
  /** The layer that the children of a node are in. */
  const around: number[] = [];
  for (let node = 0; node < facts.length; node += 1) {
    const own = facts[node]!.kind;
    const up = parent[node]!;
    let outer = up === -1 ? -1 : around[up]!;
    // A wrapper that stands for its calls stands for those of the agents below it too.
    if (own === 'tool') outer = -1;
    else if (own === 'agent' && outer !== -1 && isModelKind(facts[outer]!.kind)) outer = -1;
    above.push(outer);
    around.push(own === kind || standing?.[node] ? node : outer);
  }
  return above;
}
