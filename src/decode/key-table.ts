/**
 * Finds names by their bytes: a hash of the length and twelve bytes, then a compare of all. Most attribute
 * keys are none of ours, and those are answered by one empty slot.
 */
export class KeyTable {
  /** Number of the name plus one; 0 is free. */
  readonly #slots: Uint16Array;
  readonly #mask: number;
  readonly #starts: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #pool: DataView;

  /** Of two equal names the first one is found. */
  constructor(names: readonly string[]) {
    const encoded = names.map((name) => Buffer.from(name, 'utf8'));
    const size = 2 ** Math.ceil(Math.log2(Math.max(names.length, 1) * 8));
    this.#slots = new Uint16Array(size);
    this.#mask = size - 1;
    this.#starts = new Uint32Array(names.length);
    this.#lengths = Uint32Array.from(encoded, (bytes) => bytes.length);
    const pool = new Uint8Array(encoded.reduce((sum, bytes) => sum + bytes.length, 0));
    this.#pool = new DataView(pool.buffer);
    let start = 0;
    for (const [id, bytes] of encoded.entries()) {
      pool.set(bytes, start);
      this.#starts[id] = start;
      if (this.find(this.#pool, start, bytes.length) < 0) this.#place(id, start, bytes.length);
      start += bytes.length;
    }
  }

  /** The number of the name in these bytes, or -1. */
  find(view: DataView, at: number, length: number): number {
    const slots = this.#slots;
    for (let slot = hash(view, at, length) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const id = slots[slot]! - 1;
      if (id < 0) return -1;
      if (this.#lengths[id] === length && sameBytes(this.#pool, this.#starts[id]!, view, at, length))
        return id;
    }
  }

  #place(id: number, start: number, length: number): void {
    let slot = hash(this.#pool, start, length) & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = id + 1;
  }
}

/** Whether `length` bytes are equal, four at a time. */
export function sameBytes(a: DataView, aAt: number, b: DataView, bAt: number, length: number): boolean {
  if (length < 4) {
    for (let i = 0; i < length; i++) if (a.getUint8(aAt + i) !== b.getUint8(bAt + i)) return false;
    return true;
  }
  const last = length - 4;
  for (let i = 0; i < last; i += 4) {
    if (a.getInt32(aAt + i, true) !== b.getInt32(bAt + i, true)) return false;
  }
  return a.getInt32(aAt + last, true) === b.getInt32(bAt + last, true);
}

/** Names of one family share their head and often their tail, so the middle counts too. */
function hash(view: DataView, at: number, length: number): number {
  let mixed = length;
  if (length < 4) {
    for (let i = 0; i < length; i++) mixed = (mixed << 8) ^ view.getUint8(at + i);
  } else {
    const middle = at + ((length - 4) >> 1);
    mixed ^= Math.imul(view.getInt32(at + length - 4, true), 0x9e3779b1);
    mixed ^= Math.imul(view.getInt32(middle, true), 0x85ebca6b);
    mixed ^= Math.imul(view.getInt32((middle + at + length - 4) >> 1, true), 0xc2b2ae35);
  }
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
