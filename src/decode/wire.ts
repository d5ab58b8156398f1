import { LIMITS } from '../domain/limits.ts';
import { malformed } from './malformed.ts';
import type { Source } from './source.ts';

/** Wire types of protobuf; the lower three bits of a tag. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const GROUP = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

/**
 * The primitives of protobuf over one body. Each method gets where to read and where its message ends, gives
 * the position behind what it read, and leaves the rest of its findings in the fields. Throws `Malformed`.
 */
export class Wire {
  readonly source: Source;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Halves of the last varint. */
  low = 0;
  high = 0;
  /** First byte of what `span` measured. */
  start = 0;

  constructor(source: Source) {
    this.source = source;
    this.bytes = source.bytes;
    this.view = source.view;
  }

  varint(at: number, end: number): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw malformed(at, 'the rest of a varint, found the end of its message');
      const byte = this.bytes[at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.low = low;
        this.high = high;
        return at;
      }
    }
    throw malformed(at, 'a varint of at most 10 bytes');
  }

  /** Reads a length; gives the end of what it measures, and its first byte in `start`. */
  span(at: number, end: number): number {
    let size = at < end ? this.bytes[at]! : 0x80;
    if (size < 0x80) at++;
    else {
      at = this.varint(at, end);
      size = (this.high >>> 0) * 2 ** 32 + (this.low >>> 0);
    }
    if (size > end - at) throw malformed(at, `a length of at most the ${end - at} bytes left, got ${size}`);
    this.start = at;
    return at + size;
  }

  /** Reads a tag; it is left in `low`. */
  tag(at: number, end: number): number {
    const next = this.varint(at, end);
    if (this.high !== 0 || this.low >>> 3 === 0) throw malformed(at, 'a field number from 1 to 2^29-1');
    return next;
  }

  fixed(at: number, end: number, size: 4 | 8): number {
    if (size > end - at) throw malformed(at, `${size} bytes of a number, found ${end - at}`);
    return at + size;
  }

  /** Passes over a field that is not read. `known` names the fields of the message that are read, by number. */
  skip(tag: number, at: number, end: number, known: readonly string[]): number {
    const name = known[tag >>> 3];
    if (tag >>> 3 === 0) throw malformed(at, 'a field number from 1 to 2^29-1');
    if (name !== undefined && name !== '') {
      throw malformed(at, `another wire type for field ${tag >>> 3}, ${name}, got ${tag & 7}`);
    }
    return (tag & 7) === GROUP ? this.#skipGroup(tag >>> 3, at, end) : this.#skipValue(tag & 7, at, end);
  }

  #skipValue(wireType: number, at: number, end: number): number {
    if (wireType === VARINT) return this.varint(at, end);
    if (wireType === BYTES) return this.span(at, end);
    if (wireType === FIXED64) return this.fixed(at, end, 8);
    if (wireType === FIXED32) return this.fixed(at, end, 4);
    throw malformed(at, `a wire type that opens a field, got ${wireType}`);
  }

  #skipGroup(field: number, at: number, end: number): number {
    const open = [field];
    while (open.length > 0) {
      if (open.length > LIMITS.nestingMax)
        throw malformed(at, `at most ${LIMITS.nestingMax} levels of groups`);
      at = this.tag(at, end);
      const inner = this.low >>> 3;
      const wireType = this.low & 7;
      if (wireType === GROUP) open.push(inner);
      else if (wireType !== GROUP_END) at = this.#skipValue(wireType, at, end);
      else if (open.pop() !== inner)
        throw malformed(at, `the end of the group that was opened, got ${inner}`);
    }
    return at;
  }
}
