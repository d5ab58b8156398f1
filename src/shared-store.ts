import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beginLife, openFleet } from './fleet.ts';
import { homeOf } from './ledger/home.ts';
import { openJournal } from './ledger/journal.ts';
import { lockDataDirectory } from './ledger/lock.ts';
import { placeOf } from './ledger/postgres/connections.ts';
import { openFleetSql } from './ledger/postgres/fleet-sql.ts';
import { openDatabaseJournal } from './ledger/postgres/journal.ts';
import { openDatabaseKeptPrices } from './ledger/postgres/kept-prices.ts';
import { fenceHouse, HOUSE, openLease } from './ledger/postgres/leases.ts';
import { openPostgresLedger } from './ledger/postgres/ledger.ts';
import { ledgerIdOf } from './ledger/postgres/ledger-id.ts';
import { fence, type Life, openReplicas } from './ledger/postgres/replicas.ts';
import { openWishes } from './ledger/postgres/wishes.ts';
import { assert } from './lib/assert.ts';
import type { Store, StoreParts, StoreSettings } from './store.ts';

/** A statement of the fleet takes milliseconds; one that is not answered in the time of half a lease never is. */
const answeredWithin = (leaseMs: number): number => Math.max(1000, Math.floor(leaseMs / 2));

/**
 * The ledger in a database that other replicas share; what was acked waits on disk, or in the database too. Nothing is
 * read of what an earlier process of this name left before its life has ended for good.
 */
export async function openSharedStore(
  settings: StoreSettings,
  url: string,
  parts: StoreParts,
): Promise<Store> {
  const { closers, count, measure, crash, clock, log, tableHash } = parts;
  const { dataDir, journal: where, replicaLease: leaseMs } = settings;
  const onDisk = where === 'disk';
  if (onDisk) closers.add(await lockDataDirectory(dataDir));
  const home = await homeOf(dataDir, { make: onDisk });
  const name = settings.replica ?? (onDisk ? `replica-${home.slice(0, 8)}` : nameForNow());

  let life: Life | undefined;
  const ledger = await openPostgresLedger({
    url,
    // A position means something in one journal alone: that of a directory, or that of a name.
    replica: onDisk ? home : name,
    async fence(sql, { repricing }) {
      assert(life !== undefined, 'nothing is written before the life of the replica has begun');
      await fence(sql, life);
      // How far a re-pricing came is told by one alone; all else that a keeper does can be done twice.
      if (repricing !== undefined) await fenceHouse(sql, life);
    },
    crash,
  });
  closers.add(() => ledger.close());
  const sql = openFleetSql({ url, name: `solvent ${name}`, timeoutMs: answeredWithin(leaseMs) });
  closers.add(() => sql.close());

  const news = { tableHash, spansOpen: 0 };
  const replicas = openReplicas(sql, leaseMs);
  life = await beginLife({ name, home, journal: where, ...news }, { replicas, clock, log });
  const house = openLease(sql, { name: HOUSE, leaseMs });
  const fleet = openFleet({ life, replicas, house, leaseMs, news, clock, count, measure, log });
  closers.add(() => fleet.close());
  log.info({ replica: name, journal: where, database: placeOf(url) }, 'this replica shares a ledger');

  const after = await ledger.position();
  const opened = onDisk ? undefined : await openDatabaseJournal({ sql, life, after, count, crash });
  const journal =
    opened ??
    (await openJournal({
      dir: join(dataDir, 'journal'),
      after,
      segmentBytesMax: settings.journalSegmentBytesMax,
      count,
      crash,
    }));
  closers.add(() => journal.close());
  return {
    id: await ledgerIdOf(sql),
    ledger,
    journal,
    keptPrices: openDatabaseKeptPrices(sql),
    // What is in a database is backed up by its own means.
    checkpoint: undefined,
    shrink: undefined,
    keeper: { alone: false, keeps: fleet.keeps },
    shared: { fleet, wishes: openWishes(sql), journal: opened },
  };
}

/** For a replica that leaves nothing on its machine: what it acked is in the database under this name, for whoever comes. */
const nameForNow = (): string =>
  `${hostname()
    .replaceAll(/[^A-Za-z0-9_.-]/g, '-')
    .slice(0, 80)}-${randomBytes(4).toString('hex')}`;
