import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openClosers } from './closers.ts';
import { openPolicy } from './domain/policy.ts';
import { openDuckDbLedger } from './ledger/duckdb/ledger.ts';
import { openKeptPrices } from './ledger/kept-prices.ts';
import { lockDataDirectory } from './ledger/lock.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { keptBook } from './live-prices.ts';
import { openPriceBook } from './price/book.ts';
import { importedFolder, loadPrices } from './price/load.ts';
import { openRepricer } from './repricer.ts';
import { policySettings } from './settings/derived.ts';
import { ledgerFile } from './settings/ledger-file.ts';
import type { Settings } from './settings/table.ts';
import { fetchOf } from './show/route-fetch.ts';
import { repricingRoutes } from './show/routes-repricing.ts';

/** A data directory that no service works in, with the prices that one would start with. */
export type Stopped =
  | {
      readonly kind: 'opened';
      /** As a service is asked over HTTP: `place` stands for its address. */
      readonly fetch: typeof globalThis.fetch;
      readonly place: string;
      close(): Promise<void>;
    }
  | { readonly kind: 'refused'; readonly complaints: readonly string[] };

/**
 * Takes the directory as a service does, and lets charges be priced anew in it. What the journal holds beyond the ledger
 * waits for the next start. Rejects where a service holds the directory, and where its ledger cannot be read.
 */
export async function openStopped(
  settings: Settings,
  { log, clock, writes }: { readonly log: Log; readonly clock: Clock; readonly writes: boolean },
): Promise<Stopped> {
  const { dataDir } = settings;
  const file = ledgerFile(settings);
  if (settings.databaseUrl !== undefined)
    return {
      kind: 'refused',
      complaints: [`database_url is set: the ledger is not in ${dataDir}; ask a running service, with --url`],
    };
  if (!existsSync(file.path))
    return { kind: 'refused', complaints: [`${file.path} is not there: ${dataDir} is no data directory`] };
  const tables = await loadPrices(settings.prices, importedFolder(dataDir));
  if (tables.kind === 'refused') return { kind: 'refused', complaints: tables.complaints };
  const closers = openClosers();
  try {
    closers.add(await lockDataDirectory(dataDir));
    const ledger = await openDuckDbLedger(file);
    closers.add(() => ledger.close());
    const policy = openPolicy(policySettings(settings));
    const book = openPriceBook({ ...tables, policy });
    const keptPrices = await openKeptPrices(join(dataDir, 'prices'));
    if (writes) await keptPrices.keep(book.tableHash, tables.texts, clock.now());
    const repricer = await openRepricer({
      ledger,
      policy,
      inForce: () => book,
      bookOf: (hashStart) => keptBook(hashStart, keptPrices, policy),
      tableAt: async (timeMs) => (await keptPrices.at(timeMs))?.hash,
      between: (work) => work(),
      byItself: false,
      clock,
      count: () => {},
      log,
    });
    closers.add(() => repricer.close());
    const place = `the data directory ${dataDir}`;
    return { kind: 'opened', fetch: fetchOf(repricingRoutes(repricer), place), place, close: closers.close };
  } catch (fault) {
    await closers.close();
    throw fault;
  }
}
