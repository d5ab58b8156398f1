import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, rmdir, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  BackupUnusable,
  filesBelow,
  isBackedUp,
  MANIFEST,
  readBackup,
  seal,
  syncPath,
} from './backup-manifest.ts';
import { aboutLedger } from './duckdb/about.ts';
import { lockDataDirectory } from './lock.ts';

export const LEDGER_FILE = 'solvent.duckdb';

/**
 * Copies a data directory's files, as they are, into a folder that is not there yet. Nothing may change the ledger or
 * take journal files away meanwhile; the journal may grow.
 *
 * The ledger's file is copied by a process of its own: a file that is opened and closed once more in this one loses the
 * lock that DuckDB has on it, which is the process's and not the handle's.
 */
export async function copyDataFiles(
  dataDir: string,
  into: string,
  { journalEnd }: { readonly journalEnd: string | undefined },
): Promise<void> {
  const [segment = '', offset = ''] = journalEnd?.split(':') ?? [];
  for (const path of await filesOfDataDir(dataDir)) {
    const [from, to] = [join(dataDir, path), join(into, path)];
    await mkdir(dirname(to), { recursive: true });
    if (path.startsWith(LEDGER_FILE)) await copyOutside(from, to);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
    // What lies behind the end may be half a group, or one that is about to be cut off.
    if (path === `journal/${segment}.journal`) await truncate(to, Number(offset));
    else if (segment !== '' && path.startsWith('journal/') && path > `journal/${segment}`) await rm(to);
  }
}

const FOLDERS = ['journal', 'prices', 'price-snapshots'];

async function filesOfDataDir(dataDir: string): Promise<readonly string[]> {
  const files = (await readdir(dataDir)).filter((name) => name.startsWith(LEDGER_FILE));
  for (const folder of FOLDERS) {
    const inside = await filesBelow(join(dataDir, folder)).catch(() => []);
    files.push(...inside.map((name) => `${folder}/${name}`));
  }
  return files.filter(isBackedUp);
}

const COPY = `const { copyFileSync, constants } = require('node:fs');
const [from, to] = process.argv.slice(1);
copyFileSync(from, to, constants.COPYFILE_FICLONE);`;

async function copyOutside(from: string, to: string): Promise<void> {
  const child = spawn(process.execPath, ['-e', COPY, from, to], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const [code] = await once(child, 'close');
  const why = /^Error: (.*)$/m.exec(said)?.[1] ?? said.slice(0, 200);
  if (code !== 0) throw new BackupUnusable(`${from} could not be copied to ${to}: ${why}`);
}

/** A data directory in which no service runs, as a backup in `to`. Rejects in one line. */
export async function backUpStopped(
  dataDir: string,
  to: string,
  about: { readonly made_at: string; readonly program: string },
): Promise<void> {
  const giveBack = await lockDataDirectory(dataDir);
  try {
    await refuseFilled(to);
    // Refused by the kernel's lock where a service has it open whose process cannot be seen from here.
    await aboutLedger(join(dataDir, LEDGER_FILE));
    const partial = `${to}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await copyDataFiles(dataDir, partial, { journalEnd: undefined });
    // Of the copy: what cannot be read there could not be restored.
    const ledger = await aboutLedger(join(partial, LEDGER_FILE));
    await seal(partial, { ...about, ...ledger });
    await moveTo(partial, to);
  } finally {
    await giveBack();
  }
}

/** A whole backup, copied to another place and checked there. */
export async function copyBackup(from: string, to: string): Promise<void> {
  await refuseFilled(to);
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  const { files } = await readBackup(from);
  for (const path of [...files.map((file) => file.path), MANIFEST]) {
    await mkdir(dirname(join(partial, path)), { recursive: true });
    await copyFile(join(from, path), join(partial, path), constants.COPYFILE_FICLONE);
    await syncPath(join(partial, path));
  }
  await readBackup(partial);
  await moveTo(partial, to);
}

async function moveTo(partial: string, to: string): Promise<void> {
  await rmdir(to).catch(() => {});
  await rename(partial, to);
  await syncPath(dirname(to));
}

async function refuseFilled(dir: string): Promise<void> {
  const names = await readdir(dir).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return [];
    throw new BackupUnusable(`${dir} cannot be written to: ${fault.code ?? fault.message}`);
  });
  if (names.length > 0) throw new BackupUnusable(`${dir} is not empty: name a folder that is, or none yet`);
}
