import type { Fact } from '../domain/fact.ts';
import { NO_USAGE, type Usage } from '../domain/usage.ts';
import type { Call } from './call.ts';
import type { Findings } from './findings.ts';
import type { Trace } from './trace.ts';

/** What a run cost beyond all calls that are known of it. */
export interface Residual {
  readonly node: number;
  readonly fact: Fact;
  readonly usage: Usage;
}

/**
 * Wrappers that report more than everything that is charged below them, inside tools too. Of an emitter that sums up
 * each run anew the excess is a cost of its own: calls were lost on the way. Of a running total it means nothing. Of
 * all others it is a doubt: counted, never charged.
 *
 * @param over wrappers with usage over calls that report it, the deepest first
 * @param calls of the trace, before twins are taken out: what is told twice rather hides an excess than makes one
 */
export function residualsOf(
  trace: Trace,
  over: readonly number[],
  calls: readonly Call[],
  { unattributed }: Findings,
): Residual[] {
  const residuals: Residual[] = [];
  const wrappers = new Set(over);
  const below = new Map<number, Below>();
  for (const { node, usage } of calls) below.set(node, joined(below.get(node), toldBy(trace, node, usage)));
  for (let node = trace.facts.length - 1; node >= 0; node -= 1) {
    const inner = below.get(node);
    if (inner === undefined) continue;
    const found = wrappers.has(node) ? atWrapper(trace.facts[node]!, node, inner) : inner;
    below.delete(node);
    const up = trace.parent[node]!;
    if (up !== -1) below.set(up, joined(below.get(up), found));
  }
  return residuals;

  function atWrapper(fact: Fact, node: number, inner: Below): Below {
    if (fact.usage === undefined || fact.covers === 'life') return inner;
    if (fact.covers === 'run') {
      const usage = beyond(fact.usage, inner.charged);
      if (usage.input + usage.output === 0) return inner;
      residuals.push({ node, fact: named(fact, inner.example), usage });
      return { ...inner, charged: plus(inner.charged, usage) };
    }
    const { input, output } = beyond(fact.usage, plus(inner.charged, inner.doubted));
    if (input + output === 0) return inner;
    unattributed.push({ node, input, output });
    return { ...inner, doubted: plus(inner.doubted, { ...NO_USAGE, input, output }) };
  }
}

/** What is known of everything below a node, itself included. */
interface Below {
  readonly charged: Usage;
  /** The excess of wrappers that is a doubt: outer ones need not count it once more. */
  readonly doubted: Usage;
  /** One of the calls with a model; `several` where they are not all of one. */
  readonly example: Fact | 'several' | undefined;
}

const toldBy = ({ facts }: Trace, node: number, usage: Usage | undefined): Below => ({
  charged: usage ?? NO_USAGE,
  doubted: NO_USAGE,
  example: facts[node]!.model === undefined ? undefined : facts[node]!,
});

function joined(left: Below | undefined, right: Below): Below {
  if (left === undefined) return right;
  return {
    charged: plus(left.charged, right.charged),
    doubted: plus(left.doubted, right.doubted),
    example: oneOf(left.example, right.example),
  };
}

function oneOf(left: Below['example'], right: Below['example']): Below['example'] {
  if (left === undefined || right === undefined) return left ?? right;
  if (left === 'several' || right === 'several') return 'several';
  return left.model === right.model && left.provider === right.provider ? left : 'several';
}

const plus = (left: Usage, right: Usage): Usage => ({
  input: left.input + right.input,
  cacheRead: left.cacheRead + right.cacheRead,
  cacheWrite5m: left.cacheWrite5m + right.cacheWrite5m,
  cacheWrite1h: left.cacheWrite1h + right.cacheWrite1h,
  output: left.output + right.output,
  reasoning: left.reasoning + right.reasoning,
});

/** What `whole` has beyond `part`, by the inclusive totals; detail only as far as those leave room for it. */
export function beyond(whole: Usage, part: Usage): Usage {
  const input = Math.max(0, whole.input - part.input);
  const output = Math.max(0, whole.output - part.output);
  const cacheRead = Math.min(input, Math.max(0, whole.cacheRead - part.cacheRead));
  const cacheWrite5m = Math.min(input - cacheRead, Math.max(0, whole.cacheWrite5m - part.cacheWrite5m));
  const room = input - cacheRead - cacheWrite5m;
  return {
    input,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: Math.min(room, Math.max(0, whole.cacheWrite1h - part.cacheWrite1h)),
    output,
    reasoning: Math.min(output, Math.max(0, whole.reasoning - part.reasoning)),
  };
}

/** The wrapper, with the model that it does not name where all calls below it agree on one. */
function named(fact: Fact, example: Below['example']): Fact {
  if (fact.model !== undefined || example === undefined || example === 'several') return fact;
  const { model, provider } = example;
  return { ...fact, ...(model !== undefined && { model }), ...(provider !== undefined && { provider }) };
}
