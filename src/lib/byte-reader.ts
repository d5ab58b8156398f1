/** Node's own slice methods: half the cost of `toString(encoding, from, to)` on the short slices read here. */
interface Slices {
  latin1Slice(from: number, to: number): string;
  hexSlice(from: number, to: number): string;
  utf8Slice(from: number, to: number): string;
}

/** Reads what ByteWriter wrote. Trusts its bytes: they were checked by CRC. */
export class ByteReader {
  readonly bytes: Buffer & Slices;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Buffer & Slices;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  u8(): number {
    return this.bytes[this.at++]!;
  }

  u16At(at: number): number {
    return this.#view.getUint16(at, true);
  }

  u32At(at: number): number {
    return this.#view.getUint32(at, true);
  }

  f64At(at: number): number {
    return this.#view.getFloat64(at, true);
  }

  u64At(at: number): bigint {
    return this.#view.getBigUint64(at, true);
  }

  hex(at: number, size: number): string {
    return this.bytes.hexSlice(at, at + size);
  }

  varint(): number {
    let value = this.bytes[this.at++]!;
    if (value < 128) return value;
    value &= 127;
    for (let scale = 128; ; scale *= 128) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const size = this.varint();
    this.at += size;
    return this.bytes.utf8Slice(this.at - size, this.at);
  }
}
