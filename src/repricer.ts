import { Conflicts } from './conflicts.ts';
import type { Ledger, SettleChange } from './domain/ledger.ts';
import type { Policy } from './domain/policy.ts';
import {
  HouseMoved,
  type RepriceRun,
  type Repricer,
  type RepriceScope,
  type RepriceStarted,
  type Repricing,
} from './domain/repricing.ts';
import type { Count } from './domain/self-metrics.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { PriceBook } from './price/book.ts';
import { repricePortion } from './repricing.ts';

/** Who asks where a price came: the service itself. */
export const BY_ITSELF = 'solvent';

const WAITING: RepriceScope = { from: undefined, to: undefined, model: undefined, only: 'waiting' };

export interface RepricerParts {
  readonly ledger: Ledger;
  readonly policy: Policy;
  readonly inForce: () => PriceBook;
  /** The book of a table that was in force here, by how its hash begins; undefined where none or several do. */
  readonly bookOf: (hashStart: string) => Promise<PriceBook | undefined>;
  /** The hash of the table in force at a time (ms). */
  readonly tableAt: (timeMs: number) => Promise<string | undefined>;
  /** Runs one portion while nothing is settled. */
  readonly between: <T>(work: () => Promise<T>) => Promise<T>;
  /**
   * Whether it goes on by itself with what was left running, and prices what waits; true unless told. Else what was left
   * running is paused.
   */
  readonly byItself?: boolean;
  /** Traces of one portion; as `repricePortion` has it unless told. */
  readonly limit?: number;
  readonly clock: Clock;
  readonly count: Count;
  readonly log: Log;
}

export interface OpenRepricer extends Repricer {
  runs(): readonly RepriceRun[];
  /** The prices in force are new: what waits for a price is looked at again, behind whatever is under way. */
  priceWaiting(): void;
  /** Another replica kept house meanwhile: what this one holds in memory is old, and another is to be opened in its place. */
  isStale(): boolean;
  /** Lets the portion under way end; what is left is gone on with at the next start. */
  close(): Promise<void>;
}

/**
 * Re-pricings, one at a time, in portions between the settle steps. A run that writes is in the ledger from its first
 * moment on, so that a restart goes on with it; where a table is in force by then that it was not begun for, charges that
 * wait for a price begin anew.
 */
export async function openRepricer(parts: RepricerParts): Promise<OpenRepricer> {
  const { ledger, inForce, clock, log } = parts;
  const runs = new Map<number, RepriceRun>();
  const { byItself = true } = parts;
  for (const kept of await ledger.repricings()) {
    const state = kept.state === 'running' && !byItself ? 'paused' : kept.state;
    runs.set(kept.id, { ...kept, state, dryRun: false, today: false });
  }
  const limited = parts.limit === undefined ? {} : { limit: parts.limit };
  let closed = false;
  let active: Promise<void> | undefined;
  let activeId = 0;
  let waitingWanted = false;
  let stale = false;

  const keep = async (run: RepriceRun): Promise<RepriceRun> => {
    if (!run.dryRun)
      await parts
        .between(() => ledger.apply({ ...NOTHING, repricing: durable(run) }))
        .catch((fault) => {
          stale ||= fault instanceof HouseMoved;
          throw fault;
        });
    runs.set(run.id, run);
    return run;
  };

  function drive(id: number, book: PriceBook): void {
    activeId = id;
    active = walk(id, book)
      .catch(async (fault: unknown) => {
        stale ||= fault instanceof HouseMoved;
        // Whoever keeps house goes on with it.
        if (closed || stale) return;
        log.error({ err: fault, repricing: id }, 're-pricing stopped; what it restated so far stands');
        const why = fault instanceof Error ? fault.message : String(fault);
        await keep({ ...runs.get(id)!, state: 'failed', why }).catch(() => {});
      })
      .then(() => {
        active = undefined;
        if (closed || stale) return;
        parts.count('repricings', 1, { state: runs.get(id)!.state });
        if (waitingWanted) priceWaiting();
      });
  }

  async function walk(id: number, book: PriceBook): Promise<void> {
    const { today, startedAt } = runs.get(id)!;
    const conflicts = new Conflicts();
    const asIfAt = today ? BigInt(startedAt) * 1_000_000n : undefined;
    while (!closed && runs.get(id)!.state === 'running') {
      await parts.between(async () => {
        // Paused, or closing, while this waited for its turn.
        const run = runs.get(id)!;
        if (closed || run.state !== 'running') return;
        const portion = { run: durable(run), book, asIfAt, write: !run.dryRun, ...limited };
        const next = await repricePortion(portion, parts, clock.now()).catch((fault: unknown) => {
          conflicts.met(fault);
        });
        // Another writer was there first: the same portion once more.
        if (next === undefined) return;
        conflicts.over();
        const { dryRun } = run;
        // It may have been paused meanwhile: then it is, unless it came to its end.
        const state = next.state === 'running' ? runs.get(id)!.state : next.state;
        runs.set(id, { ...next, state, dryRun, today });
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function begin(
    book: PriceBook,
    asked: Pick<RepriceRun, 'scope' | 'dryRun' | 'today' | 'by'>,
  ): Promise<RepriceRun> {
    const until = await ledger.lastTrace();
    const { traces: rolledOff } = await ledger.rolledOff();
    const id = Math.max(0, ...runs.keys()) + 1;
    const run = await keep({
      ...asked,
      id,
      startedAt: clock.now(),
      tableHash: book.tableHash,
      state: until === 0 ? 'done' : 'running',
      why: '',
      done: 0,
      until,
      rows: [],
      ...(rolledOff > 0 && { rolledOff }),
    });
    if (run.state === 'running') drive(id, book);
    return run;
  }

  /** Beginnings queue up, so that two never find nothing under way. */
  let beginnings: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = beginnings.then(work);
    beginnings = mine.catch(() => {});
    return mine;
  }

  function priceWaiting(): void {
    waitingWanted = true;
    inTurn(async () => {
      if ((await isBusy()) || !waitingWanted || closed) return;
      waitingWanted = false;
      if ((await ledger.lastTrace()) > 0)
        await begin(inForce(), { scope: WAITING, dryRun: false, today: false, by: BY_ITSELF });
    }).catch((fault: unknown) => {
      if (!closed) log.error({ err: fault }, 'charges that wait for a price could not be looked at');
    });
  }

  const busy = (): RepriceStarted => ({ kind: 'busy', run: runs.get(activeId)! });

  /** Whether one is under way. One that says that it ended is waited for: its last words are being said. */
  async function isBusy(): Promise<boolean> {
    if (runs.get(activeId)?.state !== 'running') await active;
    return active !== undefined;
  }

  /** Goes on with one that was paused, or that the process before this one left running. */
  const goOn = (id: number, left: 'paused' | 'running'): ReturnType<OpenRepricer['resume']> =>
    inTurn(async () => {
      const run = runs.get(id);
      if (run?.state !== left) return undefined;
      if (await isBusy()) return busy();
      const book = run.tableHash === inForce().tableHash ? inForce() : await parts.bookOf(run.tableHash);
      if (book === undefined)
        return { kind: 'refused', field: 'table', why: `${run.tableHash} is not kept here` };
      const running = await keep({ ...run, state: 'running' });
      drive(id, book);
      return { kind: 'started', run: running };
    });

  /** Goes on with what the process before this one left, and with what its prices left waiting. */
  async function recover(): Promise<void> {
    const left = [...runs.values()].filter(({ state }) => state === 'running');
    for (const run of left) {
      const isStale = run.scope.only === 'waiting' && run.tableHash !== inForce().tableHash;
      if (isStale) await keep({ ...run, state: 'superseded' });
      else if ((await goOn(run.id, 'running').catch(() => undefined))?.kind !== 'started')
        await keep({ ...run, state: 'failed', why: 'its price table is not to be had any more' });
    }
    const last = [...runs.values()].filter(({ scope }) => scope.only === 'waiting').at(-1);
    if (last?.tableHash !== inForce().tableHash) priceWaiting();
  }

  const recovered = (byItself ? recover() : Promise.resolve()).catch((fault: unknown) => {
    if (!closed) log.error({ err: fault }, 'a re-pricing that was under way could not be gone on with');
  });

  return {
    start: (asked) =>
      inTurn(async () => {
        if (await isBusy()) return busy();
        const book = await bookFor(asked, parts);
        if ('kind' in book) return book;
        const { scope, dryRun, today, by } = asked;
        return { kind: 'started', run: await begin(book, { scope, dryRun, today, by }) };
      }),
    runs: () => [...runs.values()].sort((left, right) => left.id - right.id),
    pause: async (id) => {
      const run = runs.get(id);
      if (run?.state !== 'running') return undefined;
      runs.set(id, { ...run, state: 'paused' });
      await active;
      return keep(runs.get(id)!);
    },
    resume: (id) => goOn(id, 'paused'),
    priceWaiting,
    isStale: () => stale,
    async close() {
      closed = true;
      await recovered;
      await beginnings;
      await active;
    },
  };
}

async function bookFor(
  { table, asOfMs }: { readonly table: string | undefined; readonly asOfMs: number | undefined },
  { inForce, bookOf, tableAt }: RepricerParts,
): Promise<PriceBook | Extract<RepriceStarted, { kind: 'refused' }>> {
  const hash = asOfMs === undefined ? table : await tableAt(asOfMs);
  if (asOfMs !== undefined && hash === undefined)
    return { kind: 'refused', field: 'as_of', why: 'is before the first price table that was in force here' };
  if (hash === undefined || hash === inForce().tableHash) return inForce();
  const book = await bookOf(hash);
  return (
    book ?? { kind: 'refused', field: 'table', why: 'is the hash of no one table that was in force here' }
  );
}

function durable({ dryRun: _, today: __, ...repricing }: RepriceRun): Repricing {
  return repricing;
}

const NOTHING: SettleChange = {
  traces: [],
  tasks: [],
  removed: [],
  reports: [],
  counters: [],
  position: undefined,
  forgetBefore: undefined,
};
