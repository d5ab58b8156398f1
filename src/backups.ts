import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backup, Backups } from './domain/backup.ts';
import type { Ledger } from './domain/ledger.ts';
import { copyDataFiles, LEDGER_FILE } from './ledger/backup-files.ts';
import { seal, syncPath } from './ledger/backup-manifest.ts';
import type { Crash } from './ledger/crash-point.ts';
import { aboutLedger } from './ledger/duckdb/about.ts';
import type { Journal } from './ledger/journal.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { formatTime, nanosOfMs } from './lib/rfc3339.ts';
import type { SettleLoop } from './settle-loop.ts';

export interface BackupParts {
  readonly dataDir: string;
  readonly ledger: Pick<Ledger, 'position'>;
  /** Has the ledger's file, and what log is left beside it, hold everything; undefined where the ledger is not in a file here. */
  readonly checkpoint: (() => Promise<void>) | undefined;
  readonly journal: Pick<Journal, 'end'>;
  readonly between: SettleLoop['between'];
  /** Backups that stay; older ones go once a new one is whole. */
  readonly keep: number;
  readonly program: string;
  readonly clock: Clock;
  readonly crash: Crash;
  readonly log: Log;
}

/** Where a service keeps its backups: below its own data directory, whatever a client may wish. */
export const backupsFolder = (dataDir: string): string => join(dataDir, 'backups');

const PARTIAL = '.partial';

/** Backups of this process that are told of. */
const TOLD_MAX = 20;

/**
 * Backups of the running service, made in `backups/` of its data directory. Between two settle steps the ledger's log is
 * written into its file, where no export that began before lines rolled off keeps DuckDB from that, and ledger, log,
 * journal and price tables are copied: what the ledger holds and what the journal holds beyond it are of one moment.
 * Senders are answered meanwhile. The manifest, and the name, come last.
 */
export function openBackups(parts: BackupParts): Backups & { close(): Promise<void> } {
  const { dataDir, checkpoint, clock, log } = parts;
  const made: Backup[] = [];
  let running: Promise<void> | undefined;

  const tell = (news: Partial<Backup>): void => {
    made[made.length - 1] = { ...made.at(-1)!, ...news };
  };

  async function make(name: string): Promise<void> {
    const folder = backupsFolder(dataDir);
    const partial = join(folder, `${name}${PARTIAL}`);
    await mkdir(folder, { recursive: true });
    // What a crash left half made.
    for (const left of await readdir(folder))
      if (left.endsWith(PARTIAL)) await rm(join(folder, left), { recursive: true });
    await mkdir(partial);
    const pausedMs = await parts.between(() => copy(partial));
    parts.crash('backup_copied');
    const about = await aboutLedger(join(partial, LEDGER_FILE));
    const made_at = formatTime(nanosOfMs(clock.now()));
    const { files } = await seal(partial, { made_at, program: parts.program, ...about });
    await rename(partial, join(folder, name));
    await syncPath(folder);
    parts.crash('backup_named');
    for (const older of (await readdir(folder)).sort().slice(0, -parts.keep))
      await rm(join(folder, older), { recursive: true });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    tell({ state: 'done', pausedMs, bytes, files: files.length });
    log.info({ backup: name, bytes, pausedMs }, 'a backup was made');
  }

  async function copy(partial: string): Promise<number> {
    const startedAt = clock.now();
    await checkpoint?.();
    await copyDataFiles(dataDir, partial, { journalEnd: parts.journal.end() });
    return Math.max(0, clock.now() - startedAt);
  }

  return {
    start() {
      if (checkpoint === undefined) return { kind: 'elsewhere' };
      if (running !== undefined) return { kind: 'busy', backup: made.at(-1)! };
      const startedAt = clock.now();
      const name = nameOf(startedAt, made);
      if (made.length === TOLD_MAX) made.shift();
      made.push({ name, state: 'running', why: '', startedAt, pausedMs: 0, files: 0, bytes: 0 });
      running = make(name)
        .catch((fault: unknown) => {
          log.error({ err: fault, backup: name }, 'a backup could not be made');
          tell({ state: 'failed', why: fault instanceof Error ? fault.message : String(fault) });
        })
        .then(() => {
          running = undefined;
        });
      return { kind: 'started', backup: made.at(-1)! };
    },
    made: () => made,
    async close() {
      await running;
    },
  };
}

/** `20261127T084500.123Z`: names sort by time; two of one millisecond differ. */
function nameOf(ms: number, made: readonly Backup[]): string {
  const name = new Date(ms).toISOString().replaceAll(/[-:]/g, '');
  const same = made.filter((one) => one.name.startsWith(name)).length;
  return same === 0 ? name : `${name}-${same}`;
}
