import { LIMITS } from '../domain/limits.ts';
import type { Attributes } from './attributes.ts';
import type { KeyTable } from './key-table.ts';
import { malformed } from './malformed.ts';
import { ARRAY, BOOL, DOUBLE, EMPTY, INT, OPAQUE, type Source, STRING } from './source.ts';
import { Wire } from './wire.ts';

const KEY_VALUE = ['', 'key', 'value'];
const ANY_VALUE = ['', 'string', 'bool', 'int', 'double', 'array', 'kvlist', 'bytes'];
const VALUES = ['', 'values'];

/** Reads one KeyValue from `at` to `end` into `target`, if the vocabulary has its key. */
export function readAttribute(wire: Wire, keys: KeyTable, at: number, end: number, target: Attributes): void {
  const { bytes } = wire;
  const keyLength = bytes[at + 1]!;
  const valueAt = at + 2 + keyLength;
  // What every encoder writes: the key, shorter than 128 bytes, then the value, then nothing.
  if (bytes[at] === 0x0a && keyLength < 0x80 && valueAt < end && bytes[valueAt] === 0x12) {
    if (wire.span(valueAt + 1, end) === end) {
      const valueStart = wire.start;
      const key = keys.find(wire.view, at + 2, keyLength);
      if (key >= 0) readValue(wire, valueStart, end, target, key);
      return;
    }
  }
  readUnusualAttribute(wire, keys, at, end, target);
}

/** A KeyValue in any legal order: its key may come last, or twice, or not at all. */
function readUnusualAttribute(wire: Wire, keys: KeyTable, at: number, end: number, target: Attributes): void {
  let key = -1;
  for (let next = at; next < end; ) {
    next = wire.tag(next, end);
    if (wire.low === 0x0a) {
      next = wire.span(next, end);
      key = keys.find(wire.view, wire.start, next - wire.start);
    } else if (wire.low === 0x12) next = wire.span(next, end);
    else next = wire.skip(wire.low, next, end, KEY_VALUE);
  }
  if (key < 0) return;
  target.set(key, EMPTY, 0, 0);
  while (at < end) {
    at = wire.tag(at, end);
    if (wire.low === 0x12) {
      at = wire.span(at, end);
      readFields(wire, wire.start, at, target, key, 1);
    } else at = wire.skip(wire.low, at, end, []);
  }
}

function readValue(wire: Wire, at: number, end: number, target: Attributes, key: number): void {
  if (wire.bytes[at] === 0x0a && at < end && wire.span(at + 1, end) === end) {
    target.setText(key, STRING, wire.start, end - wire.start);
    return;
  }
  target.set(key, EMPTY, 0, 0);
  readFields(wire, at, end, target, key, 1);
}

/** The fields of an AnyValue. Of several, the last one counts, as in every oneof. */
function readFields(
  wire: Wire,
  at: number,
  end: number,
  target: Attributes | undefined,
  key: number,
  depth: number,
): void {
  if (depth > LIMITS.nestingMax) throw malformed(at, `at most ${LIMITS.nestingMax} levels of values`);
  while (at < end) {
    const byte = wire.bytes[at]!;
    if (byte < 0x80) {
      wire.low = byte;
      at++;
    } else at = wire.tag(at, end);
    const tag = wire.low;
    if (tag === 0x0a) {
      at = wire.span(at, end);
      target?.setText(key, STRING, wire.start, at - wire.start);
    } else if (tag === 0x10) {
      at = wire.varint(at, end);
      target?.set(key, BOOL, (wire.low | wire.high) === 0 ? 0 : 1, 0);
    } else if (tag === 0x18) {
      at = wire.varint(at, end);
      target?.set(key, INT, wire.low, wire.high);
    } else if (tag === 0x21) {
      at = wire.fixed(at, end, 8);
      target?.set(key, DOUBLE, wire.view.getInt32(at - 8, true), wire.view.getInt32(at - 4, true));
    } else if (tag === 0x2a || tag === 0x32) {
      at = wire.span(at, end);
      const start = wire.start;
      checkValues(wire, start, at, tag === 0x32, depth);
      target?.set(key, tag === 0x2a ? ARRAY : OPAQUE, start, at);
    } else if (tag === 0x3a) {
      at = wire.span(at, end);
      target?.set(key, OPAQUE, 0, 0);
    } else at = wire.skip(tag, at, end, ANY_VALUE);
  }
}

/** Checks an ArrayValue or KeyValueList to its leaves, so that it can be read later without doubt. */
function checkValues(wire: Wire, at: number, end: number, isMap: boolean, depth: number): void {
  while (at < end) {
    at = wire.tag(at, end);
    if (wire.low !== 0x0a) {
      at = wire.skip(wire.low, at, end, VALUES);
      continue;
    }
    at = wire.span(at, end);
    if (isMap) checkPair(wire, wire.start, at, depth);
    else readFields(wire, wire.start, at, undefined, 0, depth + 1);
  }
}

function checkPair(wire: Wire, at: number, end: number, depth: number): void {
  while (at < end) {
    at = wire.tag(at, end);
    if (wire.low === 0x0a) at = wire.span(at, end);
    else if (wire.low === 0x12) {
      at = wire.span(at, end);
      readFields(wire, wire.start, at, undefined, 0, depth + 1);
    } else at = wire.skip(wire.low, at, end, KEY_VALUE);
  }
}

/** The non-empty strings of an ArrayValue that was checked before. */
export function protobufTexts(source: Source, at: number, end: number): readonly string[] {
  const wire = new Wire(source);
  const texts: string[] = [];
  while (at < end && texts.length < LIMITS.textsMax) {
    at = wire.tag(at, end);
    if (wire.low !== 0x0a) at = wire.skip(wire.low, at, end, []);
    else {
      at = wire.span(at, end);
      const text = lastString(wire, wire.start, at);
      if (text !== '') texts.push(text);
    }
  }
  return texts;
}

/** The text of a checked AnyValue; empty where its last field is no string. */
function lastString(wire: Wire, at: number, end: number): string {
  let start = 0;
  let length = 0;
  while (at < end) {
    at = wire.tag(at, end);
    const tag = wire.low;
    const isValue = tag >>> 3 < ANY_VALUE.length;
    at = wire.skip(tag, at, end, []);
    if (!isValue) continue;
    start = wire.start;
    length = tag === 0x0a ? at - wire.start : 0;
  }
  return length === 0 ? '' : wire.source.text(STRING, start, length);
}
