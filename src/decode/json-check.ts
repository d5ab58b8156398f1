import { LIMITS } from '../domain/limits.ts';
import { HEX } from './json-escape.ts';
import { malformed } from './malformed.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;
const ESCAPES = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));
const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text));

/** Brackets of at least so many bytes, at most so deep, are remembered: few enough for any body. */
const LONG_BYTES = 4096;
const LONG_DEPTH_MAX = 8;

/**
 * Whether a body is one JSON object by RFC 8259, no deeper than `LIMITS.jsonNestingMax`: strict, without
 * recursion and without building anything. What passes can then be read without doubts. Bytes that are no
 * UTF-8 are let through inside strings. Gives where each long bracket ends, by where it begins, so that the
 * spans of a body are not searched again for their end. Throws `Malformed`.
 */
export function checkJson(bytes: Uint8Array): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const starts = new Uint32Array(LIMITS.jsonNestingMax + 1);
  const isObject = new Uint8Array(LIMITS.jsonNestingMax + 1);
  let depth = 0;
  let at = blanks(bytes, 0);
  if (bytes[at] !== OPEN_OBJECT)
    throw malformed(at, at < bytes.length ? 'a JSON object' : 'a JSON object, found nothing');
  for (;;) {
    // Here a value begins; `at` stands on it.
    const byte = bytes[at];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > LIMITS.jsonNestingMax)
        throw malformed(at, `at most ${LIMITS.jsonNestingMax} levels of JSON`);
      isObject[depth] = byte === OPEN_OBJECT ? 1 : 0;
      starts[depth] = at;
      at = blanks(bytes, at + 1);
      if (bytes[at] !== (byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        if (byte === OPEN_OBJECT) at = memberName(bytes, at);
        continue;
      }
    } else at = blanks(bytes, scalar(bytes, at));
    // Here a value has ended, or an empty bracket waits to be closed.
    for (;;) {
      if (isObject[depth] === 1 ? bytes[at] === CLOSE_OBJECT : bytes[at] === CLOSE_ARRAY) {
        at++;
        if (depth <= LONG_DEPTH_MAX && at - starts[depth]! >= LONG_BYTES) ends.set(starts[depth]!, at);
        at = blanks(bytes, at);
        if (--depth > 0) continue;
        if (at < bytes.length) throw malformed(at, 'nothing behind the JSON object');
        return ends;
      }
      break;
    }
    if (bytes[at] !== COMMA) throw malformed(at, isObject[depth] === 1 ? '"," or "}"' : '"," or "]"');
    at = blanks(bytes, at + 1);
    if (isObject[depth] === 1) at = memberName(bytes, at);
  }
}

/** A member's name and its colon; gives where its value begins. */
function memberName(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) throw malformed(at, 'the name of a member in quotes');
  at = blanks(bytes, string(bytes, at));
  if (bytes[at] !== COLON) throw malformed(at, '":"');
  return blanks(bytes, at + 1);
}

function scalar(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === QUOTE) return string(bytes, at);
  if (byte === 0x2d || isDigit(byte)) return number(bytes, at);
  for (const literal of LITERALS) {
    if (startsWith(bytes, at, literal)) return at + literal.length;
  }
  throw malformed(at, at < bytes.length ? 'a JSON value' : 'a JSON value, found the end');
}

function startsWith(bytes: Uint8Array, at: number, literal: Uint8Array): boolean {
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
  return true;
}

function string(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  for (at++; at < length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) throw malformed(at, 'control characters in strings to be escaped');
    if (byte === BACKSLASH) at = escaped(bytes, at + 1);
  }
  throw malformed(at, 'the end of a string');
}

/** Gives the last byte of the escape whose letter is at `at`. */
function escaped(bytes: Uint8Array, at: number): number {
  if (ESCAPES.has(bytes[at]!)) return at;
  if (bytes[at] !== 0x75) throw malformed(at, 'an escape that JSON has');
  for (let i = 1; i <= 4; i++) {
    if ((HEX[bytes[at + i]!] ?? -1) < 0) throw malformed(at + i, 'four hex digits');
  }
  return at + 4;
}

function number(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 0x2d) at++;
  if (bytes[at] === 0x30) at++;
  else at = digits(bytes, at);
  if (bytes[at] === 0x2e) at = digits(bytes, at + 1);
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    at = digits(bytes, at);
  }
  return at;
}

function digits(bytes: Uint8Array, at: number): number {
  if (!isDigit(bytes[at])) throw malformed(at, 'a digit');
  while (isDigit(bytes[at])) at++;
  return at;
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;

function blanks(bytes: Uint8Array, at: number): number {
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}
