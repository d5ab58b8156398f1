import { formatUsd, parseUsd } from '../domain/money.ts';
import type { AttributeView } from '../domain/span.ts';
import { TOKENS_MAX } from '../domain/usage.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { ABSENT, type Doubts } from './first.ts';
import { FLAG } from './flags.ts';

/** What an emitter packed into one attribute as JSON text. */
export type JsonObject = Readonly<Record<string, unknown>>;

const NOTHING: JsonObject = {};

/** The first attribute that holds a JSON object; an empty one where none does, or where it is too long. */
export function firstJson(view: AttributeView, keys: readonly KeyId[]): JsonObject {
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index]!;
    const text = view.has(key) ? view.longText(key) : undefined;
    // Cheaper than a thrown error, for the attributes that mostly hold something else.
    if (text === undefined || !text.trimStart().startsWith('{')) continue;
    const object = parsed(text);
    if (object !== undefined) return object;
  }
  return NOTHING;
}

/** The object under a member; an empty one where there is none. */
export function memberObject(object: JsonObject, name: string): JsonObject {
  const value = member(object, name);
  return isObject(value) ? value : NOTHING;
}

/** The objects in the list under a member; none where there is no list. */
export function memberList(object: JsonObject, name: string): readonly JsonObject[] {
  const value = member(object, name);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The first of the members that is a usable count, or ABSENT; what is none is flagged, as in `firstCount`. */
export function memberCount(object: JsonObject, names: readonly string[], doubts: Doubts): number {
  for (const name of names) {
    const value = member(object, name);
    if (value === undefined || value === null) continue;
    if (typeof value === 'number' && value >= 0 && value <= TOKENS_MAX && Number.isInteger(value))
      return value + 0;
    doubts.flags |= FLAG.bad_count;
  }
  return ABSENT;
}

/** The first of the members that is a text with something in it. */
export function memberText(object: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = member(object, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The first of the members that is an amount of dollars, as plain decimal text; one that is none is flagged. */
export function memberUsd(object: JsonObject, names: readonly string[], doubts: Doubts): string | undefined {
  for (const name of names) {
    const value = member(object, name);
    if (value === undefined || value === null) continue;
    const amount = parseUsd(String(value));
    if (amount !== undefined) return formatUsd(amount);
    doubts.flags |= FLAG.bad_amount;
  }
  return undefined;
}

/** Its own members only: `constructor` is a name like any other. */
const member = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(PYTHON_DICT.test(text) ? fromPython(text) : text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Some Python emitters write `str(a_dict)`: names in single quotes, and words of its own. */
const PYTHON_DICT = /^\s*\{\s*'/;
const PYTHON_WORDS: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' };

const fromPython = (text: string): string =>
  text.replaceAll(
    /'((?:[^'\\]|\\.)*)'|"(?:[^"\\]|\\.)*"|\b(?:None|True|False)\b/g,
    (word, quoted: string | undefined) =>
      quoted === undefined ? (PYTHON_WORDS[word] ?? word) : JSON.stringify(quoted),
  );
