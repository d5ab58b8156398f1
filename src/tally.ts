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

/**
 * The books of one settle step: every span that was taken in is an edge, a new fact or a repeated one. Counted
 * trace by trace, so that no fact outlives its trace; told once all is in the ledger.
 */
export class Tally {
  #traces = 0;
  #edges = 0;
  #fresh = 0;
  #repeated = 0;
  readonly #suppressed = new Map<string, number>();
  readonly #flags = new Map<string, number>();
  readonly #charges = new Map<string, number>();
  readonly #unpriced = new Map<string, number>();

  add({ arrived, kept, facts, untangled, charges }: Found): void {
    const edges = countIf(arrived, isEdge);
    const fresh = Math.max(0, countIf(facts, isFact) - countIf(kept, isFact));
    this.#traces += 1;
    this.#edges += edges;
    this.#fresh += fresh;
    this.#repeated += arrived.length - edges - fresh;
    for (const claim of untangled.claims) {
      for (const { rule } of claim.suppressed) addOne(this.#suppressed, rule);
      for (const flag of claim.flags) addOne(this.#flags, flag);
    }
    for (const { component, reason } of charges) {
      addOne(this.#charges, component);
      if (reason !== null) addOne(this.#unpriced, reason);
    }
  }

  tell(count: Count): void {
    count('spans_edges', this.#edges, {});
    count('facts_new', this.#fresh, {});
    count('facts_repeated', this.#repeated, {});
    count('settle_traces', this.#traces, {});
    for (const [rule, by] of this.#suppressed) count('suppressed', by, { rule });
    for (const [flag, by] of this.#flags) count('span_flags', by, { flag });
    for (const [component, by] of this.#charges) count('charges', by, { component });
    for (const [reason, by] of this.#unpriced) count('unpriced', by, { reason });
  }
}

/** Says nothing that costs or decides: it only holds the tree together. */
const isEdge = ({ kind, stated, outcome, remediation }: Fact): boolean =>
  kind === 'edge' && stated === undefined && outcome === undefined && remediation === undefined;
const isFact = (fact: Fact): boolean => !isEdge(fact);

function addOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function countIf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let count = 0;
  for (const item of items) if (holds(item)) count += 1;
  return count;
}
