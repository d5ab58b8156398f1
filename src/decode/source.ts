import { LIMITS } from '../domain/limits.ts';
import { unescapeJson } from './json-escape.ts';
import type { TextTable } from './text-table.ts';

/** What kind of value an attribute has. `ABSENT` was never set; `EMPTY` was set to nothing and hides what came before. */
export const ABSENT = 0;
export const EMPTY = 1;
/** UTF-8 at (offset, length). */
export const STRING = 2;
/** The inside of a JSON string with escapes, at (offset, length). */
export const ESCAPED = 3;
/** Two's complement as (low, high) halves. */
export const INT = 4;
/** IEEE 754 as (low, high) halves. */
export const DOUBLE = 5;
/** (0 or 1, 0). */
export const BOOL = 6;
/** A checked ArrayValue message at (offset, end). */
export const ARRAY = 7;
/** A checked ArrayValue object of JSON at (offset, unused). */
export const JSON_ARRAY = 8;
/** Bytes or a map: there, but neither text nor number. */
export const OPAQUE = 9;

/** Bytes of the longest escape, which is at least one byte of text. */
const ESCAPE_BYTES_MAX = 6;

/** One body, and how text is read from it. A view that is kept keeps its body. */
export class Source {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly #texts: TextTable;

  constructor(body: Uint8Array, texts: TextTable) {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.#texts = texts;
  }

  /** `kind` is STRING or ESCAPED. */
  text(kind: number, at: number, length: number): string {
    if (kind === STRING) return this.#texts.read(this.bytes, this.view, at, length);
    return this.#texts.readEscaped(this.bytes, at, length);
  }

  /** The whole text, unless it is longer than `LIMITS.longTextBytesMax`. */
  longText(kind: number, at: number, length: number): string | undefined {
    const most = LIMITS.longTextBytesMax;
    if (kind === STRING) return length > most ? undefined : this.bytes.toString('utf8', at, at + length);
    if (length > most * ESCAPE_BYTES_MAX) return undefined;
    // Room for more than is read, so that a longer text can be seen.
    const out = Buffer.allocUnsafe(Math.min(length, most) + 8);
    const bytes = unescapeJson(this.bytes, at, length, out);
    return bytes > most ? undefined : out.toString('utf8', 0, bytes);
  }

  wasCut(kind: number, at: number, length: number): boolean {
    if (length <= LIMITS.textBytesMax) return false;
    return kind === STRING || this.#texts.escapedLength(this.bytes, at, length) > LIMITS.textBytesMax;
  }
}
