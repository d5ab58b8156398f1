import type { Fact, FactKind } from '../domain/fact.ts';
import type { Findings } from './findings.ts';
import { reports } from './layers.ts';
import type { Trace } from './trace.ts';

export const isModelKind = (kind: FactKind): boolean =>
  kind === 'inference' || kind === 'embedding' || kind === 'rerank';

const isWrapperWithUsage = ({ kind, usage }: Fact): boolean => reports(usage) && !isModelKind(kind);

/**
 * Wrappers (agent, workflow, tool, ...) that carry usage: children first. Where anything in the subtree reports
 * usage, the wrapper's is a repeat, or a running total of earlier runs, and is not counted. Where nothing does,
 * the wrapper stands for the calls below it.
 *
 * @returns by node whether it stands for its calls; undefined where none does
 */
export function standIns(trace: Trace, { suppressed }: Findings): readonly boolean[] | undefined {
  const { facts, parent } = trace;
  if (!facts.some(isWrapperWithUsage)) return undefined;
  const reported: boolean[] = new Array<boolean>(facts.length).fill(false);
  let standing: boolean[] | undefined;
  for (let node = facts.length - 1; node >= 0; node -= 1) {
    const { kind, usage } = facts[node]!;
    const own = reports(usage);
    if (own && !isModelKind(kind)) {
      if (reported[node]) suppressed.push({ node, rule: 'wrapper_over_children' });
      else {
        standing ??= new Array<boolean>(facts.length).fill(false);
        standing[node] = true;
      }
    }
    const up = parent[node]!;
    if (up !== -1 && (own || reported[node])) reported[up] = true;
  }
  return standing;
}
