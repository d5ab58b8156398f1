import { outOfReach, type Replica, type ReplicaNews } from './domain/fleet.ts';
import type { Count, Measure } from './domain/self-metrics.ts';
import type { DatabaseJournal } from './ledger/postgres/journal.ts';
import type { Lease } from './ledger/postgres/leases.ts';
import {
  type Leased,
  LeaseLost,
  type Life,
  lost,
  type Newcomer,
  ReplicaBusy,
  type Replicas,
} from './ledger/postgres/replicas.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

/** This replica among the others. */
export interface Fleet {
  readonly name: string;
  /** Whether this replica keeps house now. Asks the database where its last word is too old to count. */
  keeps(): Promise<boolean>;
  replicas(): Promise<readonly Replica[]>;
  /** Tells the others what it has, and takes over from those that are gone; until the returned function is called. */
  work(parts: {
    readonly news: () => ReplicaNews;
    /**
     * Undefined where the journal is on disk: such a replica takes nothing over, for what is in the database outlives any
     * machine, and on its disk would not.
     */
    readonly journal: Pick<DatabaseJournal, 'takeOver'> | undefined;
    readonly visit: (record: Uint8Array, position: string) => void;
  }): () => Promise<void>;
  /** Resolves where another process has this one's name: nothing that it holds in memory counts any more. */
  readonly lost: Promise<LeaseLost>;
  /** Says that it goes, so that nobody has to wait for its lease to end. */
  close(): Promise<void>;
}

export interface FleetParts {
  readonly life: Life;
  readonly replicas: Replicas;
  /** Held by whoever does what one does for all. */
  readonly house: Lease;
  readonly leaseMs: number;
  readonly news: ReplicaNews;
  readonly clock: Clock;
  readonly count: Count;
  readonly measure: Measure;
  readonly log: Log;
}

const WHERE_THEY_WAIT = {
  disk: 'a replica is gone, and spans that it acked lie in the journal on its disk: they are counted once it is started again',
  database:
    'a replica is gone, and spans that it acked lie in its journal in the database: they are counted once it, or another with its journal in the database, is started',
} as const;

const NO_LABELS = {};
const NAME_LOOK_MS = 250;

/**
 * Begins a life under a name. Where the name is leased it waits for the end of that lease, for the process before this
 * one may have been killed; a lease that is renewed meanwhile is another process, and this one is refused.
 */
export async function beginLife(
  newcomer: Newcomer,
  { replicas, clock, log }: Pick<FleetParts, 'replicas' | 'clock' | 'log'>,
): Promise<Life> {
  let before: Leased | undefined;
  for (;;) {
    const begun = await replicas.begin(newcomer);
    if ('name' in begun) return begun;
    if (before === undefined)
      log.info(
        { replica: newcomer.name, waitMs: begun.leftMs },
        'the name of this replica is still leased, by a process that was killed or one that runs: it waits for the lease to end',
      );
    else if (begun.until !== before.until)
      throw new ReplicaBusy(
        `another process runs as replica ${newcomer.name}; give each replica a name of its own (SOLVENT_REPLICA)`,
      );
    before = begun;
    await new Promise<void>((resolve) => {
      clock.after(Math.min(begun.leftMs, NAME_LOOK_MS), resolve);
    });
  }
}

/** Renews the leases every third of their time, and looks after those that are gone. */
export function openFleet(parts: FleetParts): Fleet {
  const { life, replicas, house, leaseMs, clock, count, measure, log } = parts;
  const everyMs = Math.floor(leaseMs / 3);
  type Work = Parameters<Fleet['work']>[0];
  let work: Work | undefined;
  let news = (): ReplicaNews => parts.news;
  let closed = false;
  let failing = false;
  let gone: LeaseLost | undefined;
  let tellLost: (why: LeaseLost) => void = () => {};
  const isLost = new Promise<LeaseLost>((resolve) => {
    tellLost = resolve;
  });
  /** What is known of the house: whether it is ours, and since when that is known; the time is that before the question. */
  let known = { ours: false, atMs: Number.NEGATIVE_INFINITY };
  let asking: Promise<boolean> | undefined;

  function end(): void {
    if (gone !== undefined) return;
    gone = lost(life.name);
    known = { ours: false, atMs: clock.now() };
    log.error({ replica: life.name }, gone.message);
    tellLost(gone);
  }

  function ask(): Promise<boolean> {
    asking ??= takeHouse().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function takeHouse(): Promise<boolean> {
    const atMs = clock.now();
    const ours = await house.take(life);
    if (ours !== known.ours)
      log.info(
        { replica: life.name },
        ours ? 'this replica keeps house now' : 'another replica keeps house now',
      );
    known = { ours, atMs };
    measure('keeps_house', Number(ours), NO_LABELS);
    return ours;
  }

  async function renew(): Promise<void> {
    const goesOn = await replicas.renew(life, news());
    count('lease_renewals', 1, { result: goesOn ? 'done' : 'lost' });
    if (!goesOn) end();
  }

  /** One after the other, also when asked twice. */
  let beating: Promise<void> = Promise.resolve();
  function beat(): Promise<void> {
    beating = beating.then(beatOnce).catch((fault: unknown) => {
      if (closed) return;
      count('lease_renewals', 1, { result: 'failed' });
      if (!failing)
        log.warn({ err: fault, replica: life.name }, 'the lease could not be renewed; it is tried again');
      failing = true;
    });
    return beating;
  }

  async function beatOnce(): Promise<void> {
    if (closed || gone !== undefined) return;
    await renew();
    if (closed || gone !== undefined) return;
    if (failing) log.info({ replica: life.name }, 'the lease is renewed again');
    failing = false;
    const keeps = await ask();
    if (keeps) await replicas.forget();
    if (work !== undefined) await lookAfter(work);
    tellOf(await replicas.list());
  }

  async function lookAfter({ journal, visit }: Work): Promise<void> {
    if (journal === undefined) return;
    for (const name of await replicas.leftBehind(life)) {
      const records = await journal.takeOver(name, visit).catch((fault: unknown) => {
        if (fault instanceof LeaseLost) end();
        throw fault;
      });
      if (records === 0) continue;
      count('takeovers', 1, NO_LABELS);
      log.warn(
        { replica: name, records },
        'took over what a replica left behind that did not renew its lease',
      );
    }
  }

  const told = new Set<string>();
  function tellOf(all: readonly Replica[]): void {
    for (const state of ['live', 'gone'] as const)
      measure('replicas', all.filter(({ lives }) => lives === (state === 'live')).length, { state });
    const waiting = outOfReach(all);
    for (const name of told) if (!waiting.some((one) => one.name === name)) told.delete(name);
    for (const { name, journal, spansOpen } of waiting) {
      if (told.has(name)) continue;
      told.add(name);
      log.warn({ replica: name, spans: spansOpen }, WHERE_THEY_WAIT[journal]);
    }
  }

  let cancel = clock.after(0, tick);
  function tick(): void {
    void beat().finally(() => {
      if (!closed && gone === undefined) cancel = clock.after(everyMs, tick);
    });
  }

  return {
    name: life.name,
    lost: isLost,
    replicas: () => replicas.list(),
    async keeps() {
      if (closed || gone !== undefined) return false;
      const age = clock.now() - known.atMs;
      if (age >= 0 && age < 2 * everyMs) return known.ours;
      // A process that was stopped for a while finds its timers late; it must not act on what was.
      return ask().catch(() => false);
    },
    work(given) {
      work = given;
      news = given.news;
      return async () => {
        work = undefined;
        await beating;
      };
    },
    async close() {
      if (gone === undefined) await renew().catch(() => {});
      closed = true;
      cancel();
      await beating;
      await asking?.catch(() => {});
      if (gone === undefined)
        await replicas.end(life).catch((fault: unknown) => {
          log.warn(
            { err: fault, replica: life.name },
            'the lease could not be given back; it ends by itself',
          );
        });
    },
  };
}
