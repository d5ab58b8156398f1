import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { jsonTexts } from './json-value.ts';
import { protobufTexts } from './protobuf-value.ts';
import {
  ABSENT,
  ARRAY,
  BOOL,
  DOUBLE,
  EMPTY,
  ESCAPED,
  INT,
  JSON_ARRAY,
  type Source,
  STRING,
} from './source.ts';

/** A number as people write it; hex, blanks and the empty string are none. */
const DECIMAL_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const NO_TEXTS: readonly string[] = [];

/**
 * Attributes of the vocabulary as (kind, two words) per key: where the value lies in the body, or the number
 * itself. Text is made when it is asked for. Of repeated keys the last one wins.
 */
export class Attributes implements AttributeView {
  source: Source;
  readonly #kinds: Uint8Array;
  readonly #words: Int32Array;
  readonly #used: Uint16Array;
  #usedCount = 0;

  constructor(keyCount: number, source: Source) {
    this.source = source;
    this.#kinds = new Uint8Array(keyCount);
    this.#words = new Int32Array(2 * keyCount);
    this.#used = new Uint16Array(keyCount);
  }

  get keyCount(): number {
    return this.#usedCount;
  }

  keyAt(index: number): KeyId {
    return this.#used[index]!;
  }

  has(key: KeyId): boolean {
    return this.#kinds[key]! > EMPTY;
  }

  text(key: KeyId): string | undefined {
    const kind = this.#kinds[key]!;
    if (kind <= EMPTY) return undefined;
    const first = this.#words[2 * key]!;
    const second = this.#words[2 * key + 1]!;
    if (kind === STRING || kind === ESCAPED) return this.source.text(kind, first, second);
    if (kind === INT) return intText(first, second);
    if (kind === DOUBLE) return String(doubleOf(first, second));
    if (kind === BOOL) return first === 1 ? 'true' : 'false';
    return undefined;
  }

  number(key: KeyId): number | undefined {
    const kind = this.#kinds[key]!;
    if (kind <= EMPTY) return undefined;
    const first = this.#words[2 * key]!;
    const second = this.#words[2 * key + 1]!;
    if (kind === INT) return second * 2 ** 32 + (first >>> 0);
    if (kind === DOUBLE) return doubleOf(first, second);
    if (kind !== STRING && kind !== ESCAPED) return undefined;
    if (this.source.wasCut(kind, first, second)) return undefined;
    const text = this.source.text(kind, first, second);
    return DECIMAL_TEXT.test(text) ? Number(text) : undefined;
  }

  texts(key: KeyId): readonly string[] {
    const kind = this.#kinds[key]!;
    const first = this.#words[2 * key]!;
    const second = this.#words[2 * key + 1]!;
    if (kind === STRING || kind === ESCAPED) return [this.source.text(kind, first, second)];
    if (kind === ARRAY) return protobufTexts(this.source, first, second);
    if (kind === JSON_ARRAY) return jsonTexts(this.source, first);
    return NO_TEXTS;
  }

  longText(key: KeyId): string | undefined {
    const kind = this.#kinds[key]!;
    if (kind !== STRING && kind !== ESCAPED) return undefined;
    return this.source.longText(kind, this.#words[2 * key]!, this.#words[2 * key + 1]!);
  }

  wasCut(key: KeyId): boolean {
    const kind = this.#kinds[key]!;
    if (kind !== STRING && kind !== ESCAPED) return false;
    return this.source.wasCut(kind, this.#words[2 * key]!, this.#words[2 * key + 1]!);
  }

  /** What the two words mean is said at each kind in source.ts. */
  set(key: KeyId, kind: number, first: number, second: number): void {
    if (this.#kinds[key] === ABSENT) this.#used[this.#usedCount++] = key;
    this.#kinds[key] = kind;
    this.#words[2 * key] = first;
    this.#words[2 * key + 1] = second;
  }

  /** The empty string counts as nothing. */
  setText(key: KeyId, kind: number, at: number, length: number): void {
    this.set(key, length === 0 ? EMPTY : kind, at, length);
  }

  clear(): void {
    for (let i = 0; i < this.#usedCount; i++) this.#kinds[this.#used[i]!] = ABSENT;
    this.#usedCount = 0;
  }

  /** Whether any key of the vocabulary was met. */
  get isEmpty(): boolean {
    return this.#usedCount === 0;
  }
}

function intText(low: number, high: number): string {
  const near = high * 2 ** 32 + (low >>> 0);
  if (Number.isSafeInteger(near)) return String(near);
  return String((BigInt(high) << 32n) | BigInt(low >>> 0));
}

const halves = new Int32Array(2);
const whole = new Float64Array(halves.buffer);
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

function doubleOf(low: number, high: number): number {
  halves[LOW] = low;
  halves[1 - LOW] = high;
  return whole[0]!;
}

/** The two halves of a double, to be read before the next call. */
export function halvesOf(value: number): { readonly low: number; readonly high: number } {
  whole[0] = value;
  return { low: halves[LOW]!, high: halves[1 - LOW]! };
}
