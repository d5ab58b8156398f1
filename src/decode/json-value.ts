import { LIMITS } from '../domain/limits.ts';
import { type Attributes, halvesOf } from './attributes.ts';
import { JsonCursor } from './json-cursor.ts';
import { type Halves, INT64, readDouble, readInteger } from './json-number.ts';
import { KeyTable } from './key-table.ts';
import { malformed } from './malformed.ts';
import { BOOL, DOUBLE, EMPTY, INT, JSON_ARRAY, OPAQUE, type Source, STRING } from './source.ts';

/** Member names in both spellings, two for each field; a field's number is half the number of its name. */
const KEY_VALUE = new KeyTable(['key', 'key', 'value', 'value']);
const VALUES = new KeyTable(['values', 'values']);
const ANY_VALUE_NAMES = [
  ...['stringValue', 'string_value', 'boolValue', 'bool_value', 'intValue', 'int_value'],
  ...['doubleValue', 'double_value', 'arrayValue', 'array_value', 'kvlistValue', 'kvlist_value'],
  ...['bytesValue', 'bytes_value'],
];
const ANY_VALUE = new KeyTable(ANY_VALUE_NAMES);
const halves: Halves = { low: 0, high: 0 };

/** Reads an array of KeyValue objects into `target`, as far as the vocabulary has their keys. */
export function readAttributes(cursor: JsonCursor, keys: KeyTable, target: Attributes): void {
  let seen = 0;
  for (let more = cursor.enterArray('attributes'); more; more = cursor.next()) {
    if (seen++ < LIMITS.attributesMax) readAttribute(cursor, keys, target);
    else cursor.skip();
  }
}

/** The key may stand behind its value, so the value is read last. */
function readAttribute(cursor: JsonCursor, keys: KeyTable, target: Attributes): void {
  let key = -1;
  let valueAt = -1;
  for (let more = cursor.enterObject('an attribute'); more; more = cursor.next()) {
    const field = cursor.member(KEY_VALUE) >> 1;
    if (field === 0) {
      cursor.string('the key of an attribute');
      key = cursor.find(keys);
    } else {
      if (field === 1) valueAt = cursor.at;
      cursor.skip();
    }
  }
  if (key < 0) return;
  target.set(key, EMPTY, 0, 0);
  if (valueAt < 0) return;
  const after = cursor.at;
  cursor.at = valueAt;
  readValue(cursor, target, key, 1);
  cursor.at = after;
}

/** The members of an AnyValue. Of several, the last one that is not null counts. */
function readValue(cursor: JsonCursor, target: Attributes | undefined, key: number, depth: number): void {
  if (depth > LIMITS.nestingMax) throw malformed(cursor.at, `at most ${LIMITS.nestingMax} levels of values`);
  for (let more = cursor.enterObject('a value'); more; more = cursor.next()) {
    const field = cursor.member(ANY_VALUE) >> 1;
    if (field < 0) cursor.skip();
    else if (!cursor.isNull()) readKind(cursor, field, target, key, depth);
  }
}

function readKind(
  cursor: JsonCursor,
  field: number,
  target: Attributes | undefined,
  key: number,
  depth: number,
): void {
  const name = ANY_VALUE_NAMES[2 * field]!;
  const { at } = cursor;
  switch (field) {
    case 0:
      cursor.string(name);
      target?.setText(key, cursor.kind, cursor.start, cursor.length);
      break;
    case 1: {
      const isTrue = cursor.boolean(name);
      target?.set(key, BOOL, isTrue ? 1 : 0, 0);
      break;
    }
    case 2:
      readInteger(cursor, name, INT64, halves);
      target?.set(key, INT, halves.low, halves.high);
      break;
    case 3: {
      const { low, high } = halvesOf(readDouble(cursor, name));
      target?.set(key, DOUBLE, low, high);
      break;
    }
    case 4:
    case 5:
      checkValues(cursor, field === 5, name, depth);
      target?.set(key, field === 4 ? JSON_ARRAY : OPAQUE, at, 0);
      break;
    default:
      cursor.string(name);
      target?.set(key, OPAQUE, 0, 0);
  }
}

/** Checks an ArrayValue or KeyValueList to its leaves, so that it can be read later without doubt. */
function checkValues(cursor: JsonCursor, isMap: boolean, name: string, depth: number): void {
  for (let more = cursor.enterObject(name); more; more = cursor.next()) {
    if (cursor.member(VALUES) < 0) {
      cursor.skip();
      continue;
    }
    for (let inner = cursor.enterArray('values'); inner; inner = cursor.next()) {
      if (isMap) checkPair(cursor, depth);
      else readValue(cursor, undefined, 0, depth + 1);
    }
  }
}

function checkPair(cursor: JsonCursor, depth: number): void {
  for (let more = cursor.enterObject('a pair'); more; more = cursor.next()) {
    const field = cursor.member(KEY_VALUE) >> 1;
    if (field === 0) cursor.string('a key');
    else if (field === 1) readValue(cursor, undefined, 0, depth + 1);
    else cursor.skip();
  }
}

/** The non-empty strings of the ArrayValue object at `at`, which was checked before. */
export function jsonTexts(source: Source, at: number): readonly string[] {
  const cursor = new JsonCursor(source, at);
  const texts: string[] = [];
  for (let more = cursor.enterObject('arrayValue'); more; more = cursor.next()) {
    if (cursor.member(VALUES) < 0) {
      cursor.skip();
      continue;
    }
    for (let inner = cursor.enterArray('values'); inner; inner = cursor.next()) {
      const text = lastString(cursor);
      if (text !== '' && texts.length < LIMITS.textsMax) texts.push(text);
    }
  }
  return texts;
}

/** The text of a checked AnyValue; empty where its last member is no string. */
function lastString(cursor: JsonCursor): string {
  let kind = STRING;
  let start = 0;
  let length = 0;
  for (let more = cursor.enterObject('a value'); more; more = cursor.next()) {
    const field = cursor.member(ANY_VALUE) >> 1;
    if (field < 0) cursor.skip();
    else if (!cursor.isNull()) {
      length = 0;
      if (field > 0) cursor.skip();
      else {
        cursor.string('stringValue');
        ({ kind, start, length } = cursor);
      }
    }
  }
  return length === 0 ? '' : cursor.source.text(kind, start, length);
}
