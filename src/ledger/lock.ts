import { type FileHandle, mkdir, open, readFile, readlink, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Another process works in this data directory, or the directory cannot be written. */
export class DataDirectoryBusy extends Error {
  override readonly name = 'DataDirectoryBusy';
  /** The process that works there; undefined where the directory cannot be written. */
  readonly holder: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly holder?: number } = {}) {
    super(message, options);
    this.holder = options.holder;
  }
}

/** Directories held by this process: a pid alone cannot tell two services in one process apart. */
const held = new Set<string>();

/**
 * Takes `<dataDir>/solvent.lock`; the returned function gives it back. Throws DataDirectoryBusy while the process
 * named there lives.
 *
 * A pid comes again: after a restart of the machine, or in the next container. So the file names the process by
 * boot, pid namespace, pid and start time, and a holder from another boot or namespace counts as gone. Where two
 * containers share one directory it cannot be asked; there the kernel's lock on the ledger file decides, so
 * **the ledger is opened before the journal**.
 */
export async function lockDataDirectory(dataDir: string): Promise<() => Promise<void>> {
  await makeFolder(resolve(dataDir)).catch((error: unknown) => {
    throw unwritable(dataDir, error);
  });
  const path = join(dataDir, 'solvent.lock');
  if (held.has(path)) throw busy(dataDir, process.pid);
  held.add(path);
  try {
    await take(path, dataDir);
  } catch (error) {
    held.delete(path);
    throw error instanceof DataDirectoryBusy ? error : unwritable(dataDir, error);
  }
  return async () => {
    held.delete(path);
    await rm(path, { force: true });
  };
}

async function take(path: string, dataDir: string): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) {
    const file = await createNew(path);
    if (file !== undefined) {
      await file.writeFile(await identityOf(process.pid));
      await file.close();
      return;
    }
    const holder = await readFile(path, 'utf8').catch(() => '');
    const pid = Number(/^pid (\d+)$/m.exec(holder)?.[1]);
    const lives = pid > 0 && pid !== process.pid && holder === (await identityOf(pid));
    if (lives) throw busy(dataDir, pid);
    await rm(path, { force: true });
  }
  throw new DataDirectoryBusy(`${path} cannot be taken: other processes keep making it`);
}

async function createNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

/** What a process with this pid would have written; differs from what an earlier one with the same pid wrote. */
async function identityOf(pid: number): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return `pid ${pid}\nstarted ${await startOf(pid)}\nboot ${boot.trim()}\nnamespace ${namespace}\n`;
}

/** Ticks after boot at which the process began (Linux); elsewhere `alive` or `gone`. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, so fields are counted behind its end; the start is the 22nd of all.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'gone';
  } catch {
    return isAlive(pid) ? 'alive' : 'gone';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** With its parents. Not Node's recursive mkdir, which never comes back where a parent takes no folders (/proc). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'a file is in its place',
  ENOTDIR: 'a file is in its place',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOENT: 'no file or folder can be made there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
};

function unwritable(dataDir: string, error: unknown): DataDirectoryBusy {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const why = WHY[code] ?? message;
  return new DataDirectoryBusy(
    `the data directory ${dataDir} cannot be written: ${why}. Set SOLVENT_DATA_DIR to another one.`,
    { cause: error },
  );
}

const busy = (dataDir: string, pid: number): DataDirectoryBusy =>
  new DataDirectoryBusy(
    `the data directory ${dataDir} is in use by process ${pid}; stop it or set another one`,
    { holder: pid },
  );
