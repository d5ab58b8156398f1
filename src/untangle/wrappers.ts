import type { Fact, FactKind } from '../domain/fact.ts';
import type { Findings } from './findings.ts';
import { reports } from './layers.ts';
import type { Trace } from './trace.ts';

export const isModelKind = (kind: FactKind): boolean =>
  kind === 'inference' || kind === 'embedding' || kind === 'rerank';

const isWrapperWithUsage = ({ kind, usage }: Fact): boolean => reports(usage) && !isModelKind(kind);

export interface Wrappers {
  /** By node whether it stands for its calls; undefined where none does. */
  readonly standing: readonly boolean[] | undefined;
  /** Those whose usage is not counted because something below reports its own; the deepest first. */
  readonly over: readonly number[];
}

const NO_WRAPPERS: Wrappers = { standing: undefined, over: [] };

/**
 * Wrappers (agent, workflow, tool, ...) that carry usage: children first. Where anything in the subtree reports
 * usage, the wrapper's is a repeat, or a running total of earlier runs, and is not counted. Where nothing does,
 * the wrapper stands for the calls below it.
 */
export function wrappersOf(trace: Trace, { suppressed }: Findings): Wrappers {
  const { facts, parent } = trace;
  if (!facts.some(isWrapperWithUsage)) return NO_WRAPPERS;
  const over: number[] = [];
  const reported: boolean[] = new Array<boolean>(facts.length).fill(false);
  let standing: boolean[] | undefined;
  for (let node = facts.length - 1; node >= 0; node -= 1) {
    const { kind, usage } = facts[node]!;
    const own = reports(usage);
    if (own && !isModelKind(kind)) {
      if (reported[node]) {
        suppressed.push({ node, rule: 'wrapper_over_children' });
        over.push(node);
      } else {
        standing ??= new Array<boolean>(facts.length).fill(false);
        standing[node] = true;
      }
    }
    const up = parent[node]!;
    if (up !== -1 && (own || reported[node])) reported[up] = true;
  }
  return { standing, over };
}
