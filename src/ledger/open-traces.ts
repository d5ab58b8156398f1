import type { Fact } from '../domain/fact.ts';
import { FactReader } from '../domain/fact-reader.ts';

/** When an unsettled trace is due. All in milliseconds. */
export interface Ripeness {
  /** Quiet time after which a trace whose root was seen is settled. */
  readonly graceMs: number;
  /** Quiet time after which a trace is settled even without its root. */
  readonly quietMs: number;
  /** A trace that is never quiet is settled this long after its first unsettled span: the interim view. */
  readonly interimMs: number;
  /** Above this many spans held, the oldest traces are due at once. */
  readonly spansMax: number;
}

/** The spans of one trace that are durable in the journal and not settled yet. */
export interface OpenTrace {
  readonly traceId: string;
  readonly spans: number;
  /** Journal position of the oldest of them. */
  readonly position: string;
  facts(): Fact[];
}

/**
 * What is acked and not settled: an index by trace over the very records that lie in the journal, so that a
 * span costs its few dozen record bytes and nothing else. The order of `Map` is the order of first arrival,
 * so the first entry names the oldest journal position that is still needed, until something is put back.
 */
export class OpenTraces {
  readonly #traces = new Map<string, Entry>();
  readonly #taken = new Map<string, Entry>();
  readonly #ripeness: Ripeness;
  #spans = 0;
  /** False once a trace may stand behind younger ones: then the first is not the oldest. */
  #inOrder = true;

  constructor(ripeness: Ripeness) {
    this.#ripeness = ripeness;
  }

  /** Spans held, those being settled included. */
  get spans(): number {
    return this.#spans;
  }

  /** Indexes a facts record that is durable at `position`. */
  add(record: Uint8Array, position: string, nowMs: number): void {
    const reader = new FactReader(record);
    let entry: Entry | undefined;
    let run: Run | undefined;
    let key = '';
    reader.each((offset, traceKey) => {
      if (entry === undefined || run === undefined || traceKey !== key) {
        key = traceKey;
        run = { reader, offset, count: 0 };
        entry = this.#entry({ key, run, position, nowMs });
      }
      run.count += 1;
      entry.spans += 1;
      if (reader.entersTrace(offset)) entry.rootSeen = true;
    });
    this.#spans += reader.count;
  }

  /** Takes up to `spansMax` spans' worth of ripe traces, oldest first. They stay needed until `settled`. */
  take(nowMs: number, spansMax: number): OpenTrace[] {
    const { graceMs, quietMs, interimMs } = this.#ripeness;
    const taken: Entry[] = [];
    let excess = this.#spans - this.#ripeness.spansMax;
    let room = spansMax;
    for (const [key, entry] of this.#traces) {
      if (room <= 0) break;
      const quiet = nowMs - entry.lastMs;
      const ripe =
        quiet >= (entry.rootSeen ? graceMs : quietMs) || nowMs - entry.firstMs >= interimMs || excess > 0;
      if (!ripe || this.#taken.has(key)) continue;
      excess -= entry.spans;
      room -= entry.spans;
      this.#traces.delete(key);
      this.#taken.set(key, entry);
      taken.push(entry);
    }
    return taken;
  }

  /** What was taken is in the ledger: nothing of it is needed any more. */
  settled(): void {
    for (const entry of this.#taken.values()) this.#spans -= entry.spans;
    this.#taken.clear();
    if (this.#traces.size === 0) this.#inOrder = true;
  }

  /**
   * What was taken could not be settled: it is open again, before all else; or `last`, behind it and quiet
   * since `nowMs`, so that one trace at fault does not hold up the others.
   */
  putBack({ last, nowMs }: { readonly last: boolean; readonly nowMs: number }): void {
    const since = [...this.#traces];
    const taken = [...this.#taken];
    this.#traces.clear();
    this.#taken.clear();
    if (last) for (const [, entry] of taken) entry.waitFrom(nowMs);
    // A trace that got more spans since is one again, at its older half's place unless that goes last.
    for (const [key, entry] of last ? [...since, ...taken] : [...taken, ...since]) {
      const other = this.#traces.get(key);
      if (other === undefined) this.#traces.set(key, entry);
      else other.absorb(entry);
    }
    // Not only younger ones were left: an older one that was not ripe stands behind what was taken now.
    this.#inOrder &&= since.length === 0;
  }

  /** The oldest journal position that is needed once what is taken is settled. */
  oldestUntaken(): string | undefined {
    let oldest: string | undefined;
    for (const { position } of this.#traces.values()) {
      if (oldest === undefined || position < oldest) oldest = position;
      if (this.#inOrder) break;
    }
    return oldest;
  }

  #entry(came: {
    readonly key: string;
    readonly run: Run;
    readonly position: string;
    readonly nowMs: number;
  }): Entry {
    const { key, run, position, nowMs } = came;
    let entry = this.#traces.get(key);
    if (entry === undefined) {
      entry = new Entry(key, run, position, nowMs);
      this.#traces.set(key, entry);
    } else {
      entry.runs.push(run);
      entry.lastMs = nowMs;
    }
    return entry;
  }
}

/** Facts that lie one behind the other in one record. */
interface Run {
  readonly reader: FactReader;
  readonly offset: number;
  count: number;
}

class Entry implements OpenTrace {
  readonly #key: string;
  position: string;
  firstMs: number;
  lastMs: number;
  rootSeen = false;
  spans = 0;
  /** Begun with its first element, since most traces come in one piece: an empty array makes room for 17 at its first push. */
  readonly runs: Run[];

  constructor(key: string, run: Run, position: string, nowMs: number) {
    this.#key = key;
    this.runs = [run];
    this.position = position;
    this.firstMs = nowMs;
    this.lastMs = nowMs;
  }

  get traceId(): string {
    return Buffer.from(this.#key, 'latin1').toString('hex');
  }

  facts(): Fact[] {
    const facts: Fact[] = [];
    for (const { reader, offset, count } of this.runs) {
      let at = offset;
      for (let left = count; left > 0; left -= 1) {
        facts.push(reader.fact(at));
        at = reader.next(at);
      }
    }
    return facts;
  }

  absorb(other: Entry): void {
    this.runs.push(...other.runs);
    this.spans += other.spans;
    this.rootSeen ||= other.rootSeen;
    this.firstMs = Math.min(this.firstMs, other.firstMs);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    if (other.position < this.position) this.position = other.position;
  }

  waitFrom(nowMs: number): void {
    this.firstMs = nowMs;
    this.lastMs = nowMs;
  }
}
