import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { backupsFolder } from './backups.ts';
import { backUpStopped, copyBackup, LEDGER_FILE } from './ledger/backup-files.ts';
import { BackupUnusable } from './ledger/backup-manifest.ts';
import { DataDirectoryBusy } from './ledger/lock.ts';
import { restoreBackup } from './ledger/restore.ts';
import { LedgerUnreadable } from './ledger/unreadable.ts';

/** What a command does with backups, told in one line where it does not. */
export type Done =
  | { readonly kind: 'done'; readonly line: string }
  | { readonly kind: 'busy' }
  | { readonly kind: 'refused'; readonly line: string };

export interface StoppedBackup {
  readonly dataDir: string;
  /** Undefined puts it where a running service would. */
  readonly to: string | undefined;
  readonly nowMs: number;
  readonly program: string;
}

/** Backs up a data directory in which no service runs; `busy` where one does. */
export async function backUpDataDir({ dataDir, to, nowMs, program }: StoppedBackup): Promise<Done> {
  const there = await access(join(dataDir, LEDGER_FILE)).then(
    () => true,
    () => false,
  );
  if (!there) return { kind: 'refused', line: `there is no ledger in ${dataDir}: name it with --data-dir` };
  const made_at = new Date(nowMs).toISOString();
  const into = to ?? join(backupsFolder(dataDir), made_at.replaceAll(/[-:]/g, ''));
  return told(async () => {
    await backUpStopped(dataDir, into, { made_at, program });
    return into;
  });
}

/** Copies the backup of that name, which a running service made in `dataDir`, to `to`. */
export const fetchBackup = (dataDir: string, name: string, to: string): Promise<Done> =>
  told(async () => {
    await copyBackup(join(backupsFolder(dataDir), name), to);
    return to;
  });

export const restore = (from: string, dataDir: string): Promise<Done> =>
  told(async () => {
    const { made_at, program } = await restoreBackup(from, dataDir);
    return `${dataDir} is as it was at ${made_at} (solvent ${program})`;
  });

async function told(work: () => Promise<string>): Promise<Done> {
  try {
    return { kind: 'done', line: await work() };
  } catch (fault) {
    if (fault instanceof DataDirectoryBusy && fault.holder !== undefined) return { kind: 'busy' };
    const known = [BackupUnusable, DataDirectoryBusy, LedgerUnreadable].some((one) => fault instanceof one);
    const { code, message } = fault as NodeJS.ErrnoException;
    if (known || code !== undefined) return { kind: 'refused', line: message };
    throw fault;
  }
}
