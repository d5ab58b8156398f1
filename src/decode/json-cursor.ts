import { HEX } from './json-escape.ts';
import type { KeyTable } from './key-table.ts';
import { malformed } from './malformed.ts';
import { ESCAPED, type Source, STRING } from './source.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const NO_ENDS: ReadonlyMap<number, number> = new Map();

/**
 * A place in a body that `checkJson` has passed: no syntax is doubted here, only the kind of value that is
 * found. `at` always stands on the first byte of a value, or behind what was read. Throws `Malformed`.
 */
export class JsonCursor {
  readonly source: Source;
  readonly bytes: Uint8Array;
  at = 0;
  /** Inside of the last string that was read: its kind, where it begins and its bytes. */
  kind = STRING;
  start = 0;
  length = 0;
  /** Of the last id. */
  readonly id = new DataView(new ArrayBuffer(16));

  readonly #ends: ReadonlyMap<number, number>;

  /** `ends`: where long brackets end, as `checkJson` gave them. */
  constructor(source: Source, at = 0, ends: ReadonlyMap<number, number> = NO_ENDS) {
    this.source = source;
    this.#ends = ends;
    this.bytes = source.bytes;
    this.at = at;
    this.#blanks();
  }

  /**
   * Steps into an object, or past `null`, which is an object without members. Use:
   * `for (let more = cursor.enterObject(wanted); more; more = cursor.next()) ...`, where each round reads or
   * skips one member whole. Arrays alike.
   */
  enterObject(wanted: string): boolean {
    return this.#enter(0x7b, 0x7d, 'an object', wanted);
  }

  enterArray(wanted: string): boolean {
    return this.#enter(0x5b, 0x5d, 'an array', wanted);
  }

  /** Steps over a comma, or out of the closing bracket. */
  next(): boolean {
    this.#blanks();
    const more = this.bytes[this.at++] === 0x2c;
    if (more) this.#blanks();
    return more;
  }

  /** Reads the name of a member; gives its number in `names`, or -1. */
  member(names: KeyTable): number {
    this.#string();
    const found = this.find(names);
    this.#blanks();
    this.at++;
    this.#blanks();
    return found;
  }

  /** The number of the last string in `names`, or -1. */
  find(names: KeyTable): number {
    if (this.kind === STRING) return names.find(this.source.view, this.start, this.length);
    const text = Buffer.from(this.source.text(ESCAPED, this.start, this.length));
    return names.find(new DataView(text.buffer, text.byteOffset), 0, text.length);
  }

  /** Whether a null stands here; it is passed over. */
  isNull(): boolean {
    if (this.bytes[this.at] !== 0x6e) return false;
    this.at += 4;
    return true;
  }

  isString(): boolean {
    return this.bytes[this.at] === QUOTE;
  }

  /** Reads a string into `kind`, `start` and `length`; null is the empty one. */
  string(wanted: string): void {
    if (this.isNull()) {
      this.kind = STRING;
      this.length = 0;
    } else if (this.isString()) this.#string();
    else throw malformed(this.at, `a string for ${wanted}`);
  }

  boolean(wanted: string): boolean {
    const byte = this.bytes[this.at];
    if (byte !== 0x74 && byte !== 0x66) throw malformed(this.at, `true or false for ${wanted}`);
    this.at += byte === 0x74 ? 4 : 5;
    return byte === 0x74;
  }

  /** Reads an id in hex into `id`; gives its bytes, of which 16 are kept; an odd digit is half a byte. */
  hex(wanted: string): number {
    const at = this.at;
    this.string(wanted);
    if (this.kind === ESCAPED) throw malformed(at, `hex digits for ${wanted}`);
    for (let i = 0; i < this.length; i += 2) {
      const high = HEX[this.bytes[this.start + i]!]!;
      const low = i + 1 < this.length ? HEX[this.bytes[this.start + i + 1]!]! : 0;
      if (high < 0 || low < 0) throw malformed(this.start + i, `hex digits for ${wanted}`);
      if (i < 32) this.id.setUint8(i >> 1, (high << 4) | low);
    }
    return this.length / 2;
  }

  /** Passes over one value of any kind. */
  skip(): void {
    const byte = this.bytes[this.at]!;
    if (byte === QUOTE) this.at = stringEnd(this.bytes, this.at);
    else if (byte === 0x7b || byte === 0x5b) this.at = bracketEnd(this.bytes, this.at);
    else this.at = bareEnd(this.bytes, this.at);
  }

  /** `skip` for what is likely to be long. */
  skipLong(): void {
    const end = this.#ends.get(this.at);
    if (end === undefined) this.skip();
    else this.at = end;
  }

  #string(): void {
    const { bytes } = this;
    let at = this.at + 1;
    this.start = at;
    this.kind = STRING;
    for (let byte = bytes[at]!; byte !== QUOTE; byte = bytes[at]!) {
      if (byte === BACKSLASH) {
        this.kind = ESCAPED;
        at += 2;
      } else at++;
    }
    this.length = at - this.start;
    this.at = at + 1;
  }

  #enter(open: number, close: number, what: string, wanted: string): boolean {
    if (this.isNull()) return false;
    if (this.bytes[this.at] !== open) throw malformed(this.at, `${what} for ${wanted}`);
    this.at++;
    this.#blanks();
    if (this.bytes[this.at] !== close) return true;
    this.at++;
    return false;
  }

  #blanks(): void {
    for (
      let byte = this.bytes[this.at]!;
      byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    ) {
      byte = this.bytes[++this.at]!;
    }
  }
}

/** Behind the string that begins at `at`. */
function stringEnd(bytes: Uint8Array, at: number): number {
  at++;
  for (let byte = bytes[at]!; byte !== QUOTE; byte = bytes[at]!) at += byte === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Behind the object or array that begins at `at`. */
function bracketEnd(bytes: Uint8Array, at: number): number {
  let depth = 0;
  do {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = stringEnd(bytes, at);
    else {
      // { and [, and } and ], differ in one bit only.
      const bracket = byte | 0x20;
      if (bracket === 0x7b) depth++;
      else if (bracket === 0x7d) depth--;
      at++;
    }
  } while (depth > 0);
  return at;
}

/** Behind the number or literal that begins at `at`. */
function bareEnd(bytes: Uint8Array, at: number): number {
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined || byte === 0x2c || byte === 0x7d || byte === 0x5d || byte <= 0x20) return at;
    at++;
  }
}
