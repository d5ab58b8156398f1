import { join } from 'node:path';
import type { Closers } from './closers.ts';
import type { Ledger } from './domain/ledger.ts';
import type { Count } from './domain/self-metrics.ts';
import type { Crash } from './ledger/crash-point.ts';
import { openDuckDbLedger } from './ledger/duckdb/ledger.ts';
import { type Journal, openJournal } from './ledger/journal.ts';
import { type KeptPrices, openKeptPrices } from './ledger/kept-prices.ts';
import { lockDataDirectory } from './ledger/lock.ts';
import { refuseHalfRestored } from './ledger/restore.ts';
import type { Settings } from './settings/table.ts';

/** What lies in the data directory. */
export interface Store {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly keptPrices: KeptPrices;
  /** Has the ledger's file hold everything until the next change; undefined where the ledger is in no file here. */
  readonly checkpoint: (() => Promise<void>) | undefined;
}

export interface StoreParts {
  readonly closers: Closers;
  readonly count: Count;
  readonly crash: Crash;
  readonly checkpointBytes?: number | undefined;
}

/** Locks the data directory and opens the ledger, then the journal: the kernel's lock on the ledger file decides. */
export async function openStore(
  settings: Pick<Settings, 'dataDir' | 'memoryLimit' | 'journalSegmentBytesMax'>,
  { closers, count, crash, checkpointBytes }: StoreParts,
): Promise<Store> {
  const { dataDir, memoryLimit, journalSegmentBytesMax } = settings;
  closers.add(await lockDataDirectory(dataDir));
  await refuseHalfRestored(dataDir);
  const ledger = await openDuckDbLedger({
    path: join(dataDir, 'solvent.duckdb'),
    memoryLimit: `${Math.floor(memoryLimit / 1024)}KiB`,
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
  return { ledger, journal, keptPrices, checkpoint: ledger.checkpoint };
}
