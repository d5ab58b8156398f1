import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openAuditor } from './audit/exports.ts';
import { openVerifier } from './audit/verifier.ts';
import { type Verified, verify } from './audit/verify.ts';
import type { Auditor, DayChecksum, Fault, VerifiedCounts, Verifier } from './domain/audit.ts';
import type { LineQuery } from './domain/charge-line.ts';
import type { Ledger } from './domain/ledger.ts';
import type { House } from './house.ts';
import { openDuckDbLedger } from './ledger/duckdb/ledger.ts';
import { parquetOf } from './ledger/duckdb/parquet.ts';
import { numberOf } from './ledger/journal-segment.ts';
import { lockDataDirectory } from './ledger/lock.ts';
import { openPostgresLedger } from './ledger/postgres/ledger.ts';
import { ledgerFile } from './settings/ledger-file.ts';
import type { Settings } from './settings/table.ts';

export interface Auditing {
  readonly auditor: Auditor;
  readonly verifier: Verifier;
}

/** Where Parquet files are made before they are sent; nothing in it outlives the process that made it. */
const scratchOf = (dataDir: string): string => join(dataDir, 'exports');

/** Exports, checksums and verifications of the ledger of a running service. What a process before this one left half made goes. */
export async function openAuditing({ settings, store, clock, log, closers }: House): Promise<Auditing> {
  await rm(scratchOf(settings.dataDir), { recursive: true, force: true });
  const { ledger, journal } = store;
  const beside = async () => positionFaults(await ledger.position(), journal.end());
  const verifier = openVerifier({ ledger, beside, clock, log });
  closers.add(() => verifier.close());
  return { auditor: auditorOf(settings, ledger), verifier };
}

const auditorOf = (settings: Settings, ledger: Ledger): Auditor =>
  openAuditor({
    ledger,
    dimensions: settings.dimensions.map(({ name }) => name),
    parquet: (columns, pages) => parquetOf(scratchOf(settings.dataDir), columns, pages),
  });

/** A ledger that is looked at without its service: of a data directory that none works in, or in a database. */
export interface StoppedLedger {
  verify(told: (progress: number, counts: VerifiedCounts) => void, signal: AbortSignal): Promise<Verified>;
  checksums(range: Pick<LineQuery, 'from' | 'to'>): AsyncIterable<DayChecksum>;
  close(): Promise<void>;
}

/** Why there is no ledger to be looked at; one line. */
export class NoStoppedLedger extends Error {
  override readonly name = 'NoStoppedLedger';
}

/** Opens it as a service would, and leaves the journal alone. Rejects, in one line, where there is none or a service has it. */
export async function openStoppedLedger(settings: Settings): Promise<StoppedLedger> {
  const { dataDir } = settings;
  const file = ledgerFile(settings);
  if ((await stat(file.path).catch(() => undefined)) === undefined)
    throw new NoStoppedLedger(`${dataDir} has no ledger in it: there is no solvent.duckdb`);
  const unlock = await lockDataDirectory(dataDir);
  try {
    const ledger = await openDuckDbLedger(file);
    const beside = async () =>
      positionFaults(await ledger.position(), await journalEnd(join(dataDir, 'journal')));
    return auditedLedger(settings, ledger, { beside, closed: unlock });
  } catch (fault) {
    await unlock();
    throw fault;
  }
}

/**
 * Opens the ledger in the database of the settings: replicas may go on writing to it, for everything is read as of one
 * moment. How far their journals are is theirs to know.
 */
export async function openSharedLedger(settings: Settings, url: string): Promise<StoppedLedger> {
  const ledger = await openPostgresLedger({ url, replica: 'verify' });
  return auditedLedger(settings, ledger, { beside: async () => [], closed: async () => {} });
}

function auditedLedger(
  settings: Settings,
  ledger: Ledger,
  by: { readonly beside: () => Promise<readonly Fault[]>; readonly closed: () => Promise<void> },
): StoppedLedger {
  return {
    async verify(told, signal) {
      const outside = await by.beside();
      const snapshot = await ledger.snapshot();
      try {
        const { counts, faults } = await verify(snapshot, told, signal);
        return { counts, faults: [...outside, ...faults] };
      } finally {
        await snapshot.close();
      }
    },
    checksums: (range) => auditorOf(settings, ledger).checksums(range),
    async close() {
      await ledger.close();
      await by.closed();
    },
  };
}

const POSITION = /^\d{10}:\d{12}$/;

/** A ledger that claims what its journal never held would let spans go that it does not have. */
function positionFaults(position: string, end: string | undefined): readonly Fault[] {
  const fault = (computed: string): Fault => ({
    check: 'journal position',
    where: 'table meta',
    figure: 'position',
    kept: position,
    computed,
  });
  if (position === '' || (end !== undefined && !POSITION.test(end))) return [];
  if (!POSITION.test(position)) return [fault('the number of a segment and an offset')];
  return end !== undefined && position > end ? [fault(`at most ${end}, where the journal ends`)] : [];
}

/** Behind everything in the newest segment; undefined where there is none. */
async function journalEnd(dir: string): Promise<string | undefined> {
  const names = await readdir(dir).catch(() => []);
  const [newest] = names.flatMap((name) => numberOf(name) ?? []).sort((left, right) => right - left);
  if (newest === undefined) return undefined;
  const { size } = await stat(join(dir, `${String(newest).padStart(10, '0')}.journal`));
  return `${String(newest).padStart(10, '0')}:${String(size).padStart(12, '0')}`;
}
