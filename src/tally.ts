import type { Charge } from './domain/charge.ts';
import type { Fact } from './domain/fact.ts';
import type { Count } from './domain/self-metrics.ts';
import type { Untangled } from './domain/use.ts';

/** What the settling of one trace found. */
export interface Found {
  /** As they came, with repeats. */
  readonly arrived: readonly Fact[];
  /** Settled before. */
  readonly kept: readonly Fact[];
  /** Both together, each span once. */
  readonly facts: readonly Fact[];
  readonly untangled: Untangled;
  readonly charges: readonly Charge[];
}

/** The books: every span that was taken in is an edge, a new fact or a repeated one. Told once it is in the ledger. */
export function tally(found: Found, count: Count): void {
  const edges = countIf(found.arrived, isEdge);
  const fresh = Math.max(0, countIf(found.facts, isFact) - countIf(found.kept, isFact));
  count('spans_edges', edges, {});
  count('facts_new', fresh, {});
  count('facts_repeated', found.arrived.length - edges - fresh, {});
  count('settle_traces', 1, {});
  for (const claim of found.untangled.claims) {
    for (const { rule } of claim.suppressed) count('suppressed', 1, { rule });
    for (const flag of claim.flags) count('span_flags', 1, { flag });
  }
  for (const { component, reason } of found.charges) {
    count('charges', 1, { component });
    if (reason !== null) count('unpriced', 1, { reason });
  }
}

/** Says nothing that costs or decides: it only holds the tree together. */
const isEdge = ({ kind, stated, outcome, remediation }: Fact): boolean =>
  kind === 'edge' && stated === undefined && outcome === undefined && remediation === undefined;
const isFact = (fact: Fact): boolean => !isEdge(fact);

function countIf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let count = 0;
  for (const item of items) if (holds(item)) count += 1;
  return count;
}
