import { assert } from './assert.ts';

/** A growing buffer with a cursor. Little endian; varints are unsigned LEB128 of whole numbers below 2^53. */
export class ByteWriter {
  bytes: Buffer;
  #view: DataView;
  at = 0;

  constructor(sizeBytes = 64 * 1024) {
    this.bytes = Buffer.allocUnsafeSlow(sizeBytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes sure that `room` more bytes fit; the writers below do not check. */
  reserve(room: number): void {
    if (this.at + room <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + room));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.bytes[this.at++] = value;
  }

  u16(value: number): void {
    this.u16At(this.at, value);
    this.at += 2;
  }

  u16At(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    this.u32At(this.at, value);
    this.at += 4;
  }

  u32At(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    this.#view.setBigUint64(this.at, value, true);
    this.at += 8;
  }

  f64(value: number): void {
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  raw(source: Uint8Array): void {
    this.bytes.set(source, this.at);
    this.at += source.length;
  }

  /** An even number of hex digits as bytes. */
  hex(digits: string): void {
    this.at += this.bytes.write(digits, this.at, 'hex');
  }

  varint(value: number): void {
    assert(value >= 0 && value <= Number.MAX_SAFE_INTEGER, 'a varint is a whole number from 0 to 2^53 - 1');
    while (value > 0x7fffffff) {
      this.bytes[this.at++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    while (value > 127) {
      this.bytes[this.at++] = (value & 127) | 128;
      value >>>= 7;
    }
    this.bytes[this.at++] = value;
  }

  /** Length in bytes, then UTF-8. Reserves for itself. */
  text(value: string): void {
    const sizeMax = value.length * 3;
    this.reserve(sizeMax + 16);
    const size = sizeMax < 128 ? this.#utf8(value, this.at + 1) : Buffer.byteLength(value);
    this.varint(size);
    if (sizeMax >= 128) this.bytes.write(value, this.at, 'utf8');
    this.at += size;
  }

  #utf8(value: string, at: number): number {
    return this.bytes.write(value, at, 'utf8');
  }

  /** A copy of everything written so far, of exactly its size. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.at));
  }
}
