import type { Findings } from './findings.ts';
import type { Trace } from './trace.ts';

/** Every vector query, once: the deepest database span, or a retriever with nothing of the kind below it. */
export function findQueries(trace: Trace, taskIds: readonly string[], findings: Findings): void {
  const { facts } = trace;
  const { databaseBelow, queryBelow } = belowOf(trace);
  for (let node = 0; node < facts.length; node += 1) {
    const fact = facts[node]!;
    if (fact.kind === 'vector' && databaseBelow[node]) {
      findings.suppressed.push({ node, rule: 'outer_vector' });
    } else if (fact.kind === 'retrieval' && queryBelow[node]) {
      findings.suppressed.push({ node, rule: 'retrieval_over_vector' });
    } else if (fact.kind === 'vector' || fact.kind === 'retrieval') {
      if (fact.stated?.component === 'vector') findings.stated.add(node);
      findings.uses.push({ kind: 'vector', fact, taskId: taskIds[node]!, units: fact.units ?? [] });
    }
  }
}

/** By node whether a database span, and whether any query, is somewhere below it. */
function belowOf({ facts, parent }: Trace) {
  const databaseBelow: boolean[] = new Array<boolean>(facts.length).fill(false);
  const queryBelow: boolean[] = databaseBelow.slice();
  for (let node = facts.length - 1; node > 0; node -= 1) {
    const up = parent[node]!;
    if (up === -1) continue;
    const { kind } = facts[node]!;
    if (databaseBelow[node] || kind === 'vector') databaseBelow[up] = true;
    if (queryBelow[node] || kind === 'vector' || kind === 'retrieval') queryBelow[up] = true;
  }
  return { databaseBelow, queryBelow };
}
