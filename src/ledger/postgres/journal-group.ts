import { assert } from '../../lib/assert.ts';
import { FRAME_HEAD_BYTES, frameAt, frameHead } from '../journal-frame.ts';

/** Bytes of records in one row, unless one alone is larger. */
export const GROUP_BYTES_MAX = 8 * 1024 * 1024;

/** Records as frames, as in a segment on disk but without its magic; and where each frame begins. */
export function packGroup(records: readonly Uint8Array[]): {
  readonly records: Buffer;
  readonly offsets: readonly number[];
} {
  const offsets: number[] = [];
  let bytes = 0;
  const frames = records.flatMap((record) => {
    offsets.push(bytes);
    bytes += FRAME_HEAD_BYTES + record.length;
    return [frameHead(record, 1), record];
  });
  return { records: Buffer.concat(frames, bytes), offsets };
}

/** Throws where the row is not what was written. */
export function readGroup(
  packed: Uint8Array,
  number: number,
): readonly { readonly record: Uint8Array; readonly offset: number }[] {
  const group = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const found: { record: Uint8Array; offset: number }[] = [];
  for (let offset = 0; offset < group.length; ) {
    const frame = frameAt(group, offset);
    if (frame === undefined)
      throw new Error(
        `row ${number} of journal_groups is damaged at byte ${offset}; restore it from a backup`,
      );
    found.push({ record: frame.payload, offset });
    offset += FRAME_HEAD_BYTES + frame.payload.length;
  }
  return found;
}

/** Zero-padded `group:offset`. Groups are many more than segments on a disk. */
export const positionOf = (group: number, offset: number): string =>
  `${String(group).padStart(15, '0')}:${String(offset).padStart(12, '0')}`;

/** The group of a position; 0 for none. */
export function groupOf(position: string): number {
  const group = position === '' ? 0 : Number(position.split(':')[0]);
  assert(Number.isSafeInteger(group), 'a position names its group');
  return group;
}
