/**
 * Rows on their way into a table, column by column. Fixed-width values lie in typed arrays as DuckDB keeps them, which
 * takes them whole, without a call or an object per value; other engines read them row by row.
 */
export type Column = FixedColumn | TextColumn | BlobColumn;

export type FixedKind = 'flag' | 'tiny' | 'int' | 'big' | 'uuid';

abstract class FixedColumn {
  abstract readonly kind: FixedKind;
  readonly width: number;
  readonly #nulls: number[] = [];
  protected buffer: ArrayBuffer;
  protected capacity = 1024;
  length = 0;

  constructor(width: number) {
    this.width = width;
    this.buffer = new ArrayBuffer(this.capacity * width);
  }

  /** The values, `width` bytes each, and room behind them; another one once the column has grown. */
  get bytes(): ArrayBuffer {
    return this.buffer;
  }

  /** The rows without a value, in ascending order; there the bytes mean nothing. */
  get nulls(): readonly number[] {
    return this.#nulls;
  }

  /** Typed views of the buffer, taken again whenever it has grown. */
  protected abstract view(): void;

  /** Makes room for one more row and returns its index. */
  protected next(): number {
    if (this.length === this.capacity) {
      this.capacity *= 2;
      const grown = new ArrayBuffer(this.capacity * this.width);
      new Uint8Array(grown).set(new Uint8Array(this.buffer));
      this.buffer = grown;
      this.view();
    }
    this.length += 1;
    return this.length - 1;
  }

  pushNull(): void {
    this.#nulls.push(this.next());
  }
}

export class TinyColumn extends FixedColumn {
  readonly kind: FixedKind = 'tiny';
  #values: Int8Array = new Int8Array(this.buffer);

  constructor() {
    super(1);
  }

  protected view(): void {
    this.#values = new Int8Array(this.buffer);
  }

  push(value: number): void {
    // The row first: making room can replace the view that is written to.
    const row = this.next();
    this.#values[row] = value;
  }
}

export class FlagColumn extends TinyColumn {
  override readonly kind: FixedKind = 'flag';
}

export class IntColumn extends FixedColumn {
  readonly kind: FixedKind = 'int';
  #values: Int32Array = new Int32Array(this.buffer);

  constructor() {
    super(4);
  }

  protected view(): void {
    this.#values = new Int32Array(this.buffer);
  }

  push(value: number): void {
    // The row first: making room can replace the view that is written to.
    const row = this.next();
    this.#values[row] = value;
  }
}

export class BigColumn extends FixedColumn {
  readonly kind: FixedKind = 'big';
  #values: BigInt64Array = new BigInt64Array(this.buffer);
  #words: Int32Array = new Int32Array(this.buffer);

  constructor() {
    super(8);
  }

  protected view(): void {
    this.#values = new BigInt64Array(this.buffer);
    this.#words = new Int32Array(this.buffer);
  }

  push(value: bigint): void {
    // The row first: making room can replace the view that is written to.
    const row = this.next();
    this.#values[row] = value;
  }

  /** A safe integer, without making a bigint of it. */
  pushNumber(value: number): void {
    const row = this.next();
    this.#words[row * 2] = value | 0;
    this.#words[row * 2 + 1] = Math.floor(value / 0x1_0000_0000);
  }

  #digits = '';
  #low = 0;
  #high = 0;

  /** 16 hex digits as their 64 bits. The lines of one span follow each other, so the last ones are kept at hand. */
  pushHex(digits: string): void {
    if (digits !== this.#digits) {
      this.#digits = digits;
      this.#low = Number.parseInt(digits.slice(8), 16);
      this.#high = Number.parseInt(digits.slice(0, 8), 16);
    }
    const row = this.next();
    this.#words[row * 2] = this.#low;
    this.#words[row * 2 + 1] = this.#high;
  }
}

export class UuidColumn extends FixedColumn {
  readonly kind: FixedKind = 'uuid';
  #words: Uint32Array = new Uint32Array(this.buffer);

  constructor() {
    super(16);
  }

  protected view(): void {
    this.#words = new Uint32Array(this.buffer);
  }

  /** 32 hex digits. DuckDB keeps a UUID as a signed number, so its top bit is turned. */
  push(digits: string): void {
    const at = this.next() * 4;
    for (let word = 0; word < 4; word += 1)
      this.#words[at + 3 - word] = Number.parseInt(digits.slice(word * 8, word * 8 + 8), 16);
    this.#words[at + 3]! ^= 0x8000_0000;
  }
}

/** Texts, as they were given. */
export class TextColumn {
  readonly kind = 'text';
  readonly values: string[] = [];

  get length(): number {
    return this.values.length;
  }

  push(value: string): void {
    this.values.push(value);
  }
}

export class BlobColumn {
  readonly kind = 'blob';
  readonly values: Uint8Array[] = [];

  get length(): number {
    return this.values.length;
  }

  push(value: Uint8Array): void {
    this.values.push(value);
  }
}
