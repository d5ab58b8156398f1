import { crc32 } from 'node:zlib';

/**
 * How a segment lies on disk: 16 bytes of magic, then frames of
 * `length u32 | commit u32 | crc u32 | payload`, little endian. The CRC covers length, commit and payload.
 * `commit` numbers the group commits of the segment from 1: all frames of one write and one sync share it.
 * No frame is empty, so that a run of zeros is never one.
 */
export const SEGMENT_MAGIC: Buffer = Buffer.from('solvent journal\x01', 'latin1');
export const FRAME_HEAD_BYTES = 12;

/** The 12 bytes before a payload. */
export function frameHead(payload: Uint8Array, commit: number): Buffer {
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(commit, 4);
  head.writeUInt32LE(crc32(payload, crc32(head.subarray(0, 8))), 8);
  return head;
}

/** Takes from the front what fits behind `bytes` others into `bytesMax`; one record always does. */
export function takeGroup<T extends { readonly record: Uint8Array }>(
  waiting: T[],
  { bytes, bytesMax }: { readonly bytes: number; readonly bytesMax: number },
): T[] {
  let filled = bytes;
  let size = 0;
  for (const { record } of waiting) {
    filled += FRAME_HEAD_BYTES + record.length;
    if (size > 0 && filled > bytesMax) break;
    size += 1;
  }
  return waiting.splice(0, size);
}

export interface Frame {
  readonly offset: number;
  readonly commit: number;
  readonly payload: Buffer;
}

/** The frame that starts at `offset`, or undefined where none is whole there. */
export function frameAt(segment: Buffer, offset: number): Frame | undefined {
  const start = offset + FRAME_HEAD_BYTES;
  if (start > segment.length) return undefined;
  const length = segment.readUInt32LE(offset);
  if (length === 0 || start + length > segment.length) return undefined;
  const payload = segment.subarray(start, start + length);
  const crc = crc32(payload, crc32(segment.subarray(offset, offset + 8)));
  if (crc !== segment.readUInt32LE(offset + 8)) return undefined;
  return { offset, commit: segment.readUInt32LE(offset + 4), payload };
}

/** Visits the whole frames from the start; returns where the first that is not whole would begin, and the last commit. */
export function walkFrames(
  segment: Buffer,
  visit: (frame: Frame) => void,
): { readonly end: number; readonly commit: number } {
  let end = SEGMENT_MAGIC.length;
  let commit = 0;
  for (;;) {
    const frame = frameAt(segment, end);
    if (frame === undefined) return { end, commit };
    visit(frame);
    commit = frame.commit;
    end += FRAME_HEAD_BYTES + frame.payload.length;
  }
}

/**
 * Whether what follows a bad frame proves that it was once acked: a later commit begins only after the sync of
 * the one before. The bad frame is of commit `last` or `last + 1`, so a whole frame of a later one is the proof.
 */
export function laterCommit(segment: Buffer, from: number, last: number): boolean {
  for (let offset = from + 1; offset + FRAME_HEAD_BYTES < segment.length; offset += 1) {
    const commit = segment.readUInt32LE(offset + 4);
    if (commit < last + 2 || commit > last + segment.length) continue;
    if (frameAt(segment, offset) !== undefined) return true;
  }
  return false;
}
