import { join } from 'node:path';
import type { Closers } from './closers.ts';
import { ALONE, type Keeper } from './domain/fleet.ts';
import type { Ledger } from './domain/ledger.ts';
import type { Count, Measure } from './domain/self-metrics.ts';
import type { Shrunk } from './domain/shrunk.ts';
import type { Fleet } from './fleet.ts';
import type { Crash } from './ledger/crash-point.ts';
import { openDuckDbLedger } from './ledger/duckdb/ledger.ts';
import { homeOf } from './ledger/home.ts';
import { type Journal, openJournal } from './ledger/journal.ts';
import { type KeptPrices, openKeptPrices } from './ledger/kept-prices.ts';
import { lockDataDirectory } from './ledger/lock.ts';
import type { DatabaseJournal } from './ledger/postgres/journal.ts';
import type { Wishes } from './ledger/postgres/wishes.ts';
import { refuseHalfRestored } from './ledger/restore.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { ledgerFile } from './settings/ledger-file.ts';
import type { Settings } from './settings/table.ts';
import { openSharedStore } from './shared-store.ts';

/** What is durable, and who else has a hand in it. */
export interface Store {
  /** What the ledger is known by: the same after each start, and for all that share it. */
  readonly id: string;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly keptPrices: KeptPrices;
  /** Has the ledger's file hold everything until the next change; undefined where the ledger is in no file here. */
  readonly checkpoint: (() => Promise<void>) | undefined;
  /** Gives free space of that file back to the disk, where that is much; undefined where there is none. */
  readonly shrink: (() => Promise<Shrunk>) | undefined;
  readonly keeper: Keeper;
  /** Undefined where nobody else does. */
  readonly shared: Shared | undefined;
}

/** What replicas of one database have of each other. */
export interface Shared {
  readonly fleet: Fleet;
  readonly wishes: Wishes;
  /** That of the store, where others can take it over, and it them. */
  readonly journal: DatabaseJournal | undefined;
}

export interface StoreParts {
  readonly closers: Closers;
  readonly count: Count;
  readonly measure: Measure;
  readonly crash: Crash;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the price table in force at the start. */
  readonly tableHash: string;
  /** See ServiceParts. */
  readonly checkpointBytes?: number | undefined;
}

export type StoreSettings = Pick<
  Settings,
  | 'dataDir'
  | 'databaseUrl'
  | 'journal'
  | 'journalSegmentBytesMax'
  | 'memoryLimit'
  | 'replica'
  | 'replicaLease'
>;

export const openStore = (settings: StoreSettings, parts: StoreParts): Promise<Store> =>
  settings.databaseUrl === undefined
    ? openOwnStore(settings, parts)
    : openSharedStore(settings, settings.databaseUrl, parts);

/** Locks the data directory and opens the ledger, then the journal: the kernel's lock on the ledger file decides. */
async function openOwnStore(
  { dataDir, memoryLimit, journalSegmentBytesMax }: StoreSettings,
  { closers, count, crash, checkpointBytes }: StoreParts,
): Promise<Store> {
  closers.add(await lockDataDirectory(dataDir));
  await refuseHalfRestored(dataDir);
  const ledger = await openDuckDbLedger({
    ...ledgerFile({ dataDir, memoryLimit }),
    checkpointBytes,
    crash,
  });
  closers.add(() => ledger.close());
  const journal = await openJournal({
    dir: join(dataDir, 'journal'),
    after: await ledger.position(),
    segmentBytesMax: journalSegmentBytesMax,
    count,
    crash,
  });
  closers.add(() => journal.close());
  const keptPrices = await openKeptPrices(join(dataDir, 'prices'), crash);
  return {
    id: await homeOf(dataDir, { make: true }),
    ledger,
    journal,
    keptPrices,
    checkpoint: ledger.checkpoint,
    shrink: ledger.shrink,
    keeper: ALONE,
    shared: undefined,
  };
}
