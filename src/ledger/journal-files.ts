import { access, constants, type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The file system as the journal uses it; an argument, so that a test can fill the disk. */
export interface JournalFiles {
  /** Makes the directory where it is missing; names of the files in it, in any order. */
  list(dir: string): Promise<readonly string[]>;
  read(dir: string, name: string): Promise<Buffer>;
  /** Cuts an existing file and makes that durable. */
  cut(dir: string, name: string, bytes: number): Promise<void>;
  /** Makes a new file, durable in its directory before this resolves. */
  create(dir: string, name: string): Promise<SegmentFile>;
  remove(dir: string, name: string): Promise<void>;
}

export interface SegmentFile {
  /** Writes all of the buffers, one behind the other, from `offset` on. */
  write(buffers: readonly Uint8Array[], offset: number): Promise<void>;
  /** Everything written is on disk when this resolves. */
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export const diskFiles: JournalFiles = {
  async list(dir) {
    await mkdir(dir, { recursive: true });
    // Found at the start rather than by the first sender.
    await access(dir, constants.R_OK | constants.W_OK);
    return readdir(dir);
  },
  read: (dir, name) => readFile(join(dir, name)),
  async cut(dir, name, bytes) {
    const file = await open(join(dir, name), 'r+');
    try {
      await file.truncate(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async create(dir, name) {
    const file = await open(join(dir, name), 'wx');
    await syncDirectory(dir);
    return {
      write: (buffers, offset) => writeAll(file, buffers, offset),
      sync: () => file.datasync(),
      truncate: (bytes) => file.truncate(bytes),
      close: () => file.close(),
    };
  },
  remove: (dir, name) => rm(join(dir, name), { force: true }),
};

async function writeAll(file: FileHandle, buffers: readonly Uint8Array[], offset: number): Promise<void> {
  const total = buffers.reduce((bytes, buffer) => bytes + buffer.length, 0);
  const { bytesWritten } = await file.writev(buffers, offset);
  if (bytesWritten === total) return;
  // A full disk or a signal may cut a write short; the rest is written in its own calls, which tell why.
  const all = Buffer.concat(buffers);
  for (let done = bytesWritten; done < total; ) {
    const rest = await file.write(all, done, total - done, offset + done);
    done += rest.bytesWritten;
  }
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
