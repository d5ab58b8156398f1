import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LEDGER_FILE } from './backup-files.ts';
import { BackupUnusable, type Manifest, readBackup, syncPath } from './backup-manifest.ts';
import { SCHEMA_VERSION } from './duckdb/schema.ts';
import { lockDataDirectory } from './lock.ts';

/** While this folder is in a data directory a restore into it has not come to its end. */
const RESTORING = 'restoring';

/**
 * Puts a backup into a data directory that is empty, or not there yet; the directory may be a mount. Everything is copied
 * into a folder of its own in it, checked there, and moved to its place, the ledger last; for as long as that folder is
 * there no service starts, so that nobody sees half of it. Rejects in one line.
 */
export async function restoreBackup(from: string, dataDir: string): Promise<Manifest> {
  const manifest = await readBackup(from);
  if (manifest.schema > SCHEMA_VERSION)
    throw new BackupUnusable(
      `${from} was made by solvent ${manifest.program}, whose tables are of version ${manifest.schema}; this program reads ${SCHEMA_VERSION}`,
    );
  const giveBack = await lockDataDirectory(dataDir);
  try {
    const names = (await readdir(dataDir)).filter((name) => name !== 'solvent.lock');
    if (names.includes(RESTORING)) throw halfRestored(dataDir);
    if (names.length > 0)
      throw new BackupUnusable(
        `${dataDir} is not empty: move what is in it away, or set SOLVENT_DATA_DIR or --data-dir to another one`,
      );
    const staging = join(dataDir, RESTORING);
    for (const { path } of manifest.files) {
      await mkdir(dirname(join(staging, path)), { recursive: true });
      await copyFile(join(from, path), join(staging, path));
      await syncPath(join(staging, path));
    }
    await copyFile(join(from, 'manifest.json'), join(staging, 'manifest.json'));
    await readBackup(staging);
    await syncPath(dataDir);
    const parts = new Set(manifest.files.map(({ path }) => path.split('/')[0]!));
    const ordered = [...parts].sort((left, right) => Number(isLedger(left)) - Number(isLedger(right)));
    for (const part of ordered) await rename(join(staging, part), join(dataDir, part));
    await syncPath(dataDir);
    await rm(staging, { recursive: true });
    await syncPath(dataDir);
    return manifest;
  } finally {
    await giveBack();
  }
}

const isLedger = (part: string): boolean => part.startsWith(LEDGER_FILE);

/** Rejects where an earlier restore into the directory did not come to its end. */
export async function refuseHalfRestored(dataDir: string): Promise<void> {
  const names: readonly string[] = await readdir(dataDir).catch(() => []);
  if (names.includes(RESTORING)) throw halfRestored(dataDir);
}

const halfRestored = (dataDir: string): BackupUnusable =>
  new BackupUnusable(
    `${dataDir} holds a restore that did not come to its end: empty it, and restore the backup again`,
  );
