import type { JournalFiles, SegmentFile } from '../../src/ledger/journal-files.ts';

/** A disk in memory that remembers what was synced, can fail, and can lose what was not synced. */
export interface FaultyDisk extends JournalFiles {
  /** How the next calls behave, one entry a call of write or sync; empty means that all is well. */
  readonly faults: Fault[];
  /** Power goes: of each file stays what was synced and `keepBytes` bytes of what was not. */
  crash(keepBytes: number): void;
  readonly files: Map<string, { bytes: Buffer; synced: Buffer }>;
}

/** `full` writes half and fails; `refuse` fails before it does anything; `ok` works. */
export type Fault = 'ok' | 'full' | 'refuse';

export function faultyDisk(): FaultyDisk {
  const files = new Map<string, { bytes: Buffer; synced: Buffer }>();
  const faults: Fault[] = [];
  const fileOf = (name: string) => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`ENOENT: ${name}`);
    return file;
  };
  const fail = (code: string) => {
    throw new Error(`${code}: injected`);
  };
  const openFile = (name: string): SegmentFile => ({
    async write(buffers, offset) {
      const fault = faults.shift() ?? 'ok';
      if (fault === 'refuse') fail('EIO');
      const all = Buffer.concat(buffers);
      const part = fault === 'full' ? all.subarray(0, all.length >> 1) : all;
      const file = fileOf(name);
      // What lay behind it stays, as it does on a disk.
      const behind = file.bytes.subarray(offset + part.length);
      file.bytes = Buffer.concat([file.bytes.subarray(0, offset), part, behind]);
      if (fault === 'full') fail('ENOSPC');
    },
    async sync() {
      if ((faults.shift() ?? 'ok') !== 'ok') fail('EIO');
      fileOf(name).synced = Buffer.from(fileOf(name).bytes);
    },
    async truncate(bytes) {
      fileOf(name).bytes = fileOf(name).bytes.subarray(0, bytes);
    },
    async close() {},
  });
  return {
    files,
    faults,
    list: async () => [...files.keys()],
    read: async (_dir, name) => Buffer.from(fileOf(name).bytes),
    async cut(_dir, name, bytes) {
      const cut = Buffer.from(fileOf(name).bytes.subarray(0, bytes));
      files.set(name, { bytes: cut, synced: cut });
    },
    async create(_dir, name) {
      if (files.has(name)) throw new Error(`EEXIST: ${name}`);
      files.set(name, { bytes: Buffer.alloc(0), synced: Buffer.alloc(0) });
      return openFile(name);
    },
    async remove(_dir, name) {
      files.delete(name);
    },
    crash(keepBytes) {
      for (const [name, { bytes, synced }] of files) {
        const kept = Buffer.from(bytes.subarray(0, Math.min(bytes.length, synced.length + keepBytes)));
        files.set(name, { bytes: kept, synced: kept });
      }
    },
  };
}
