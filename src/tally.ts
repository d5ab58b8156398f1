import type { Beside, Charge } from './domain/charge.ts';
import type { Fact } from './domain/fact.ts';
import { addUsd, type UsdPico, usdNumber, ZERO_USD } from './domain/money.ts';
import type { Count } from './domain/self-metrics.ts';
import type { TaskClaim } from './domain/use.ts';

/** The spans of one trace. */
export interface Spans {
  /** As they came, with repeats. */
  readonly arrived: readonly Fact[];
  /** Settled before. */
  readonly kept: readonly Fact[];
  /** Both together, each span once. */
  readonly facts: readonly Fact[];
}

/** What the settling of one trace found. */
export interface Found {
  readonly claims: readonly TaskClaim[];
  /** What the trace said when it was settled before: only what it says beyond that is news. */
  readonly before: readonly TaskClaim[];
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
  #tooOld = 0;
  #unattributedInput = 0;
  #unattributedOutput = 0;
  readonly #suppressed = new Map<string, number>();
  readonly #flags = new Map<string, number>();
  readonly #charges = new Map<string, number>();
  readonly #unpriced = new Map<string, number>();
  readonly #reported = new Map<string, { readonly reported: UsdPico; readonly computed: UsdPico }>();

  addSpans({ arrived, kept, facts }: Spans): void {
    const edges = countIf(arrived, isEdge);
    const fresh = Math.max(0, countIf(facts, isFact) - countIf(kept, isFact));
    this.#traces += 1;
    this.#edges += edges;
    this.#fresh += fresh;
    this.#repeated += arrived.length - edges - fresh;
  }

  /** Spans that were not charged because nobody can tell whether they are already; `addSpans` counts them as repeated. */
  addTooOld(spans: readonly Fact[]): void {
    this.#tooOld += countIf(spans, isFact);
  }

  addFindings({ claims, before, charges }: Found): void {
    addNews(this.#suppressed, rulesIn(claims), rulesIn(before));
    addNews(this.#flags, flagsIn(claims), flagsIn(before));
    const [told, known] = [unattributedIn(claims), unattributedIn(before)];
    this.#unattributedInput += Math.max(0, told.input - known.input);
    this.#unattributedOutput += Math.max(0, told.output - known.output);
    for (const { component, reason } of charges) {
      addOne(this.#charges, component);
      if (reason !== null) addOne(this.#unpriced, reason);
    }
    for (const { beside, provider } of charges) if (beside !== undefined) this.#addReported(beside, provider);
  }

  /** Only what has both can be compared. */
  #addReported({ reported, computed }: Beside, provider: string): void {
    if (computed === null) return;
    const known = this.#reported.get(provider) ?? { reported: ZERO_USD, computed: ZERO_USD };
    this.#reported.set(provider, {
      reported: addUsd(known.reported, reported),
      computed: addUsd(known.computed, computed),
    });
  }

  tell(count: Count): void {
    count('spans_edges', this.#edges, {});
    count('facts_new', this.#fresh, {});
    count('facts_repeated', this.#repeated, {});
    if (this.#tooOld > 0) count('spans_too_old', this.#tooOld, {});
    count('settle_traces', this.#traces, {});
    for (const [rule, by] of this.#suppressed) count('suppressed', by, { rule });
    for (const [flag, by] of this.#flags) count('span_flags', by, { flag });
    if (this.#unattributedInput > 0)
      count('wrapper_tokens_unattributed', this.#unattributedInput, { token_class: 'input' });
    if (this.#unattributedOutput > 0)
      count('wrapper_tokens_unattributed', this.#unattributedOutput, { token_class: 'output' });
    for (const [component, by] of this.#charges) count('charges', by, { component });
    for (const [reason, by] of this.#unpriced) count('unpriced', by, { reason });
    for (const [provider, { reported, computed }] of this.#reported) {
      count('reported_cost_usd', usdNumber(reported), { provider, basis: 'reported' });
      count('reported_cost_usd', usdNumber(computed), { provider, basis: 'computed' });
    }
  }
}

/** Says nothing that costs or decides: it only holds the tree together. */
const isEdge = ({ kind, stated, outcome, remediation }: Fact): boolean =>
  kind === 'edge' && stated === undefined && outcome === undefined && remediation === undefined;
const isFact = (fact: Fact): boolean => !isEdge(fact);

const rulesIn = (claims: readonly TaskClaim[]) =>
  claims.flatMap(({ suppressed }) => suppressed.map(({ rule }) => rule));
const flagsIn = (claims: readonly TaskClaim[]) => claims.flatMap(({ flags }) => flags);

function unattributedIn(claims: readonly TaskClaim[]) {
  let [input, output] = [0, 0];
  for (const { unattributed } of claims) {
    input += unattributed?.input ?? 0;
    output += unattributed?.output ?? 0;
  }
  return { input, output };
}

/** Adds what there is more of by name than before. Mostly there is nothing of either. */
function addNews(counts: Map<string, number>, names: readonly string[], before: readonly string[]): void {
  if (before.length === 0) {
    for (const name of names) addOne(counts, name);
    return;
  }
  const left = new Map<string, number>();
  for (const name of before) addOne(left, name);
  for (const name of names) {
    const known = left.get(name) ?? 0;
    if (known > 0) left.set(name, known - 1);
    else addOne(counts, name);
  }
}

function addOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function countIf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let count = 0;
  for (const item of items) if (holds(item)) count += 1;
  return count;
}
