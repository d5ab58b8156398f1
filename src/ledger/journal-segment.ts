import type { Crash } from './crash-point.ts';
import type { JournalFiles, SegmentFile } from './journal-files.ts';
import { laterCommit, SEGMENT_MAGIC, walkFrames } from './journal-frame.ts';

/** The segment that is written to. */
export interface Segment {
  readonly number: number;
  readonly file: SegmentFile;
  /** Bytes that are durable; what lies behind them is no part of the journal. */
  readonly bytes: number;
  /** Number of its last commit. */
  readonly commit: number;
  /** True after a failed write, until `heal` has cut back to the durable bytes. */
  readonly dirty: boolean;
  /** Writes behind the durable bytes and syncs; returns the offset where the buffers begin. */
  write(buffers: readonly Uint8Array[]): Promise<number>;
  heal(): Promise<void>;
}

export const nameOf = (number: number): string => `${String(number).padStart(10, '0')}.journal`;

/** The number of a segment's file; undefined for a file that is none. */
export function numberOf(name: string): number | undefined {
  const match = /^(\d{10})\.journal$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

/** A new segment whose magic is durable. */
export async function openSegment(
  fs: JournalFiles,
  { dir, number, crash }: { readonly dir: string; readonly number: number; readonly crash: Crash },
): Promise<Segment> {
  const file = await fs.create(dir, nameOf(number));
  crash('segment_made');
  let bytes = 0;
  let commit = 0;
  let dirty = false;
  const heal = async () => {
    await file.truncate(bytes);
    await file.sync();
    dirty = false;
  };
  const write = async (buffers: readonly Uint8Array[]) => {
    const offset = bytes;
    dirty = true;
    try {
      await file.write(buffers, offset);
      crash('journal_written');
      await file.sync();
    } catch (error) {
      // Cut back before anybody hears the refusal; where even that fails, `dirty` stays for the next try.
      await heal().catch(() => {});
      throw error;
    }
    dirty = false;
    bytes += buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    return offset;
  };
  try {
    await write([SEGMENT_MAGIC]);
  } catch (error) {
    await file.close();
    await fs.remove(dir, nameOf(number));
    throw error;
  }
  return {
    number,
    file,
    get bytes() {
      return bytes;
    },
    get commit() {
      return commit;
    },
    get dirty() {
      return dirty;
    },
    async write(buffers) {
      const offset = await write(buffers);
      commit += 1;
      return offset;
    },
    heal,
  };
}

/**
 * Cuts what a crash left behind the last whole record of the last segment; returns 1 if there was something.
 * Only what was never acked can be there, so a frame that proves otherwise is damage and throws.
 */
export async function cutTornTail(fs: JournalFiles, dir: string, names: readonly string[]): Promise<number> {
  const name = names.at(-1);
  if (name === undefined) return 0;
  const segment = await fs.read(dir, name);
  if (
    segment.length < SEGMENT_MAGIC.length ||
    (segment.length === SEGMENT_MAGIC.length && !isMagic(segment))
  ) {
    // The process ended between making the file and its magic's sync: nothing was ever in it.
    await fs.cut(dir, name, 0);
    return segment.length > 0 ? 1 : 0;
  }
  checkMagic(segment, dir, name);
  const { end, commit } = walkFrames(segment, () => {});
  if (end === segment.length) return 0;
  if (laterCommit(segment, end, commit)) throw damaged(dir, name, end);
  await fs.cut(dir, name, end);
  return 1;
}

/** Visits the records of one segment in order; throws where one is damaged. */
export async function readRecords(
  fs: JournalFiles,
  dir: string,
  name: string,
  visit: (record: Uint8Array, offset: number) => void,
): Promise<void> {
  const segment = await fs.read(dir, name);
  if (segment.length === 0) return;
  checkMagic(segment, dir, name);
  const { end } = walkFrames(segment, ({ payload, offset }) => visit(Buffer.from(payload), offset));
  if (end !== segment.length) throw damaged(dir, name, end);
}

const isMagic = (segment: Buffer): boolean => segment.subarray(0, SEGMENT_MAGIC.length).equals(SEGMENT_MAGIC);

function checkMagic(segment: Buffer, dir: string, name: string): void {
  if (!isMagic(segment)) throw new Error(`${dir}/${name} is no journal segment of this version`);
}

const damaged = (dir: string, name: string, offset: number): Error =>
  new Error(
    `${dir}/${name} is damaged at byte ${offset}: the record there was acknowledged and cannot be read. ` +
      'Restore the file, or move it away to go on without its records.',
  );
