import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `manifest.json` of a backup says: what is in it, to the byte, and what made it. */
export interface Manifest {
  readonly format: 1;
  /** RFC 3339 */
  readonly made_at: string;
  readonly program: string;
  /** Version of the ledger's tables. */
  readonly schema: number;
  /** The journal position up to which everything is in the ledger. */
  readonly position: string;
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  /** Below the backup, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A backup that cannot be used, or a place that it cannot be put to; the message is one line. */
export class BackupUnusable extends Error {
  override readonly name = 'BackupUnusable';
}

export const MANIFEST = 'manifest.json';

/** What a backup may hold: nothing else of a manifest is ever written anywhere. */
const KNOWN_FILE =
  /^(?:solvent\.duckdb(?:\.wal)?|journal\/\d{10}\.journal|prices\/(?:tables\.jsonl|[0-9a-f]{64})|price-snapshots\/[\w.-]+\.json)$/;

/** Whether a file of a data directory, named below it, belongs into a backup. */
export const isBackedUp = (path: string): boolean => KNOWN_FILE.test(path);

/** Hashes what lies there, writes the manifest and has everything synced. */
export async function seal(
  dir: string,
  about: Pick<Manifest, 'made_at' | 'program' | 'schema' | 'position'>,
): Promise<Manifest> {
  const files: ManifestFile[] = [];
  for (const path of (await filesBelow(dir)).filter(isBackedUp)) {
    files.push({ path, ...(await digestOf(join(dir, path))) });
    await syncPath(join(dir, path));
  }
  const manifest: Manifest = { format: 1, ...about, files };
  await writeFile(join(dir, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  for (const folder of new Set(files.map(({ path }) => path.split('/').slice(0, -1).join('/'))))
    await syncPath(join(dir, folder));
  await syncPath(dir);
  return manifest;
}

/** The manifest of a backup each of whose files is as it says. Rejects with BackupUnusable. */
export async function readBackup(dir: string): Promise<Manifest> {
  const manifest = await readManifest(dir);
  const listed = new Set(manifest.files.map(({ path }) => path));
  const unknown = [...listed].find((path) => !isBackedUp(path));
  if (unknown !== undefined)
    throw new BackupUnusable(`${join(dir, MANIFEST)} lists ${JSON.stringify(unknown)}, which no backup has`);
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = join(dir, path);
    const found = await digestOf(file).catch((fault: NodeJS.ErrnoException) => {
      throw new BackupUnusable(`${file} of the backup cannot be read: ${fault.code ?? fault.message}`);
    });
    if (found.bytes !== bytes || found.sha256 !== sha256)
      throw new BackupUnusable(`${file} is not what was backed up there: take another backup`);
  }
  return manifest;
}

async function readManifest(dir: string): Promise<Manifest> {
  const path = join(dir, MANIFEST);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new BackupUnusable(`${dir} is no backup, or not a whole one: there is no ${MANIFEST} in it`);
  });
  const manifest = parsed(text);
  if (!isManifest(manifest)) throw new BackupUnusable(`${path} is no manifest of this version`);
  return manifest;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isManifest(given: unknown): given is Manifest {
  if (typeof given !== 'object' || given === null) return false;
  const { format, schema, position, files } = given as Partial<Manifest>;
  return (
    format === 1 &&
    typeof schema === 'number' &&
    typeof position === 'string' &&
    Array.isArray(files) &&
    files.every(
      (file: unknown) =>
        typeof file === 'object' &&
        file !== null &&
        typeof (file as ManifestFile).path === 'string' &&
        typeof (file as ManifestFile).bytes === 'number' &&
        typeof (file as ManifestFile).sha256 === 'string',
    )
  );
}

/** Every file below, by its path with `/`, in order. */
export async function filesBelow(dir: string): Promise<readonly string[]> {
  const names = await readdir(dir, { recursive: true });
  const files: string[] = [];
  for (const name of names.sort()) if ((await stat(join(dir, name))).isFile()) files.push(name);
  return files.map((name) => name.replaceAll('\\', '/'));
}

async function digestOf(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** A file or a folder. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
