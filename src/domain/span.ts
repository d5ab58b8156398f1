import type { KeyId } from './vocabulary.ts';

/** The attributes of a span, a resource or an event that the vocabulary names; all others were skipped. */
export interface AttributeView {
  /** How many keys were met, so that a reader of many keys need not ask for each; `has` tells which have a value. */
  readonly keyCount: number;
  /** The key met at `index` from 0; none stands twice. */
  keyAt(index: number): KeyId;
  /** True where the attribute has a value; an empty AnyValue and the empty string count as absent. */
  has(key: KeyId): boolean;
  /** A string, or a number or boolean in its shortest text; the empty string counts as absent. Undefined for arrays and maps. */
  text(key: KeyId): string | undefined;
  /** An int, a double, or a string that is a plain decimal number. May be negative, NaN or infinite: the reader judges. */
  number(key: KeyId): number | undefined;
  /** The strings of an array of strings; a single string is an array of one; otherwise empty. At most `LIMITS.textsMax`. */
  texts(key: KeyId): readonly string[];
  /**
   * A string as a whole, for those that hold JSON: undefined where it is longer than `LIMITS.longTextBytesMax`, and
   * for all other values. Made anew each time.
   */
  longText(key: KeyId): string | undefined;
  /** True where `text(key)` is only the first `LIMITS.textBytesMax` bytes of a longer string. */
  wasCut(key: KeyId): boolean;
}

/** A span event that carries at least one attribute of the vocabulary, or a name that was asked for. */
export interface EventView extends AttributeView {
  readonly name: string;
  /** Unix nanoseconds as two unsigned 32-bit halves. */
  readonly timeHi: number;
  readonly timeLo: number;
}

/** A resource: one object for all spans below it in one request, so that what is derived from it can be cached. */
export interface ResourceView extends AttributeView {}

/**
 * One span as decoded. **The same object is reused for the next span**: read it, do not keep it.
 * Ids are valid: a span without a trace id or span id never gets this far.
 */
export interface SpanView extends AttributeView {
  /** 32 bytes: trace id (16), span id (8), parent span id (8, all zero for a root). Reused too. */
  readonly ids: Uint8Array;
  readonly name: string;
  /** OTLP span kind, 0 to 5. */
  readonly kind: number;
  /** OTLP flags: bit 0x100 says that bit 0x200 (the parent is remote) is meaningful. */
  readonly flags: number;
  /** Unix nanoseconds as unsigned 32-bit halves. */
  readonly startHi: number;
  readonly startLo: number;
  readonly endHi: number;
  readonly endLo: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly resource: ResourceView;
  readonly events: readonly EventView[];
}
