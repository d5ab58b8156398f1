import type { Fault, VerifiedCounts } from '../domain/audit.ts';
import type { CounterDelta } from '../domain/ledger.ts';
import type {
  AuditBooks,
  AuditPage,
  AuditTask,
  AuditTrace,
  LedgerSnapshot,
} from '../domain/ledger-snapshot.ts';
import { TOKEN_CLASSES } from '../domain/usage.ts';
import { CostTotals } from '../fold/recount.ts';
import { adjustedBy, faultOf, taskFaults, traceFaults } from './compare.ts';

export interface Verified {
  readonly counts: VerifiedCounts;
  /** At most twenty: the first walk that finds one ends it all. */
  readonly faults: readonly Fault[];
}

export const FAULTS_MAX = 20;

type Counts = { -readonly [K in keyof VerifiedCounts]: VerifiedCounts[K] };

export const NOTHING_COUNTED: VerifiedCounts = {
  traces: 0,
  charges: 0,
  tasks: 0,
  rolledOff: 0,
  adjustments: 0,
  counters: 0,
};

/**
 * Compares everything that is kept with what it follows from, as of the snapshot's moment:
 *
 * 1. numbers and keys: what they lead to is there, and once;
 * 2. charge lines -> parts, and what the engine sums up by model; adjustments -> the lines that they left;
 * 3. parts, reports and own charges -> tasks, and the engine's rows of closed tasks by model; history -> tasks;
 * 4. tasks -> counters; adjustments -> the sums of their re-pricings.
 *
 * @param told hears how far it is, 0 to 1
 */
export async function verify(
  snapshot: LedgerSnapshot,
  told: (progress: number, counts: VerifiedCounts) => void = () => {},
  signal?: AbortSignal,
): Promise<Verified> {
  const walk = new Walk();
  const step = async (progress: number): Promise<boolean> => {
    signal?.throwIfAborted();
    told(progress, walk.counts);
    // Other work of the process comes in between.
    await new Promise((resolve) => setImmediate(resolve));
    return walk.faults.length > 0;
  };
  for await (const faults of snapshot.loose()) {
    walk.faults.push(...faults);
    await step(0);
  }
  if (walk.faults.length > 0) return walk.result();
  for await (const page of snapshot.traces()) {
    walk.traces(page);
    if (await step(page.progress * TRACES_SHARE)) return walk.result();
  }
  for await (const page of snapshot.tasks()) {
    walk.tasks(page);
    if (await step(TRACES_SHARE + page.progress * (1 - TRACES_SHARE))) return walk.result();
  }
  walk.books(await snapshot.books());
  return walk.result();
}

/** Of the time that it all takes. */
const TRACES_SHARE = 0.7;

class Walk {
  readonly counts: Counts = { ...NOTHING_COUNTED };
  readonly faults: Fault[] = [];
  readonly #costs = new CostTotals();
  readonly #counted = new Map<string, bigint>();
  readonly #adjusted = new Map<number, bigint>();

  result(): Verified {
    return { counts: { ...this.counts }, faults: this.faults.slice(0, FAULTS_MAX) };
  }

  traces({ items, faults }: AuditPage<AuditTrace>): void {
    for (const trace of items) {
      this.counts.traces += 1;
      this.counts.charges += trace.charges.length;
      this.counts.adjustments += trace.adjustments.length;
      if (trace.rolledOff) this.counts.rolledOff += 1;
      this.faults.push(...traceFaults(trace));
      for (const one of trace.adjustments)
        this.#adjusted.set(one.repricing, (this.#adjusted.get(one.repricing) ?? 0n) + adjustedBy(one));
    }
    // Behind what they follow from.
    this.faults.push(...faults);
  }

  tasks({ items, faults }: AuditPage<AuditTask>): void {
    for (const kept of items) {
      this.counts.charges += kept.charges.length;
      if (kept.task !== undefined) this.counts.tasks += 1;
      this.faults.push(...taskFaults(kept));
      this.#costs.add(kept);
      this.#count(kept);
    }
    this.faults.push(...faults);
  }

  books({ counters, repricings }: AuditBooks): void {
    this.counts.counters = counters.length;
    for (const difference of this.#costs.differences(counters))
      this.faults.push(faultOf('tasks -> counters', 'counters', difference));
    this.#compareCounted(counters);
    for (const { id, rows } of repricings) {
      const kept = rows.reduce((sum, { before, after }) => sum + after - before, 0n);
      const computed = this.#adjusted.get(id) ?? 0n;
      if (kept === computed) continue;
      const difference = { figure: 'difference in all', kept: String(kept), computed: String(computed) };
      this.faults.push(faultOf('adjustments -> re-pricings', `re-pricing ${id}`, difference));
    }
  }

  #count({ task, parts }: AuditTask): void {
    const add = (key: string, count: number) =>
      this.#counted.set(key, (this.#counted.get(key) ?? 0n) + BigInt(count));
    for (const { tokens, actions } of parts) {
      for (const { provider, model, tokens: of } of tokens)
        for (const name of TOKEN_CLASSES)
          if (of[name] !== 0) add(`${name} tokens of ${provider}/${model}`, of[name]);
      for (const { tool, status, count } of actions) add(`${status} actions of ${tool}`, count);
    }
    if (task?.outcome === 'solved') add('ok actions of final_answer', 1);
  }

  /** Tokens and actions are only ever counted up, so the counters are at least what there is. */
  #compareCounted(counters: readonly CounterDelta[]): void {
    const kept = new Map<string, bigint>();
    for (const one of counters) {
      const key = countedKey(one);
      if (key !== undefined) kept.set(key, (kept.get(key) ?? 0n) + one.by);
    }
    for (const [key, count] of this.#counted) {
      const told = kept.get(key) ?? 0n;
      if (told >= count) continue;
      const difference = { figure: key, kept: String(told), computed: `at least ${count}` };
      this.faults.push(faultOf('tasks -> counters', 'counters', difference));
    }
  }
}

function countedKey(one: CounterDelta): string | undefined {
  if (one.counter === 'tokens') return `${one.tokenClass} tokens of ${one.provider}/${one.model}`;
  return one.counter === 'actions' ? `${one.status} actions of ${one.tool}` : undefined;
}
