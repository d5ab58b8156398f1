import { LIMITS } from '../domain/limits.ts';
import { unescapeJson } from './json-escape.ts';
import { sameBytes } from './key-table.ts';

const SLOTS_LOG2 = 12;
/** Longer texts are seldom repeated and are made anew. */
const INTERNED_BYTES_MAX = 64;

/**
 * Turns bytes into text. A short text that was met lately is given back as the same string, for a hash and a
 * compare: the same few models, tools and session ids fill whole requests. Bounded: a newer text takes the
 * place of an older one with the same slot.
 */
export class TextTable {
  readonly #strings: string[] = new Array<string>(1 << SLOTS_LOG2).fill('');
  readonly #lengths = new Uint8Array(1 << SLOTS_LOG2);
  readonly #pool = new DataView(new ArrayBuffer(INTERNED_BYTES_MAX << SLOTS_LOG2));

  /** Room for more than is read, so that a cut can be seen. */
  readonly #plain = Buffer.alloc(LIMITS.textBytesMax + 8);
  readonly #plainView = new DataView(this.#plain.buffer, this.#plain.byteOffset);

  /** The text of these bytes, cut to `LIMITS.textBytesMax`. Bytes that are no UTF-8 become U+FFFD. */
  read(bytes: Buffer, view: DataView, at: number, length: number): string {
    if (length > INTERNED_BYTES_MAX) return bytes.toString('utf8', at, at + cutLength(bytes, at, length));
    const slot = hash(view, at, length) >>> (32 - SLOTS_LOG2);
    const start = slot * INTERNED_BYTES_MAX;
    if (this.#lengths[slot] === length && sameBytes(this.#pool, start, view, at, length)) {
      return this.#strings[slot]!;
    }
    const text = bytes.toString('utf8', at, at + length);
    copyBytes(this.#pool, start, view, at, length);
    this.#lengths[slot] = length;
    this.#strings[slot] = text;
    return text;
  }

  /** The text of the inside of a checked JSON string, cut alike. */
  readEscaped(bytes: Buffer, at: number, length: number): string {
    return this.read(this.#plain, this.#plainView, 0, this.escapedLength(bytes, at, length));
  }

  /** Bytes of the text of the inside of a checked JSON string; of a long one, any number above `LIMITS.textBytesMax`. */
  escapedLength(bytes: Buffer, at: number, length: number): number {
    return unescapeJson(bytes, at, length, this.#plain);
  }
}

/** How many of `length` bytes are read: never a part of a character. */
function cutLength(bytes: Uint8Array, at: number, length: number): number {
  if (length <= LIMITS.textBytesMax) return length;
  let cut = LIMITS.textBytesMax;
  const least = cut - 3;
  while (cut > least && (bytes[at + cut]! & 0xc0) === 0x80) cut--;
  return cut;
}

/** For so few bytes a loop is quicker than a call out of JavaScript. */
function copyBytes(to: DataView, toAt: number, from: DataView, fromAt: number, length: number): void {
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) to.setInt32(toAt + i, from.getInt32(fromAt + i));
  for (let i = whole; i < length; i++) to.setUint8(toAt + i, from.getUint8(fromAt + i));
}

function hash(view: DataView, at: number, length: number): number {
  let mixed = length;
  const whole = length & ~3;
  let i = 0;
  for (; i < whole; i += 4) mixed = step(mixed, view.getInt32(at + i, true));
  for (; i < length; i++) mixed = step(mixed, view.getUint8(at + i));
  return mixed;
}

/** The upper bits are the good ones. */
const step = (mixed: number, word: number) => Math.imul(((mixed << 5) | (mixed >>> 27)) ^ word, 0x9e3779b1);
