import type { AttributeView } from '../domain/span.ts';
import { TOKENS_MAX } from '../domain/usage.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { FLAG, type FlagBits } from './flags.ts';

/** Takes the doubts that come up while a value is read. */
export interface Doubts {
  flags: FlagBits;
}

/** No such count. Numbers all through, since a field that is sometimes undefined is slow. */
export const ABSENT = -1;

/** A string shorter than this has too few bytes to have been cut: no code unit takes more than 3 bytes. */
const CUT_UNITS_MIN = 340;

const QUOTE = 0x22;
const BRACKET = 0x5b;
/** What Logfire puts in place of a text whose name or value sounds like a secret: every `session.id` does. */
const SCRUBBED = "[Scrubbed due to '";

/**
 * A text; undefined where it is empty, scrubbed or none. MLflow writes JSON into every attribute, whoever set it, so a
 * text in quotes is read as JSON.
 */
export function textOf(view: AttributeView, key: KeyId): string | undefined {
  const text = view.text(key);
  const first = text?.charCodeAt(0);
  if (first === QUOTE) return unquoted(text!);
  return first === BRACKET && text!.startsWith(SCRUBBED) ? undefined : text;
}

function unquoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value === '' ? undefined : String(value);
  } catch {
    return text;
  }
}

/** The text of the first attribute that has one; a cut one is flagged. */
export function firstText(view: AttributeView, keys: readonly KeyId[], doubts: Doubts): string | undefined {
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index]!;
    if (!view.has(key)) continue;
    const text = textOf(view, key);
    if (text === undefined) continue;
    if (text.length >= CUT_UNITS_MIN && view.wasCut(key)) doubts.flags |= FLAG.text_cut;
    return text;
  }
  return undefined;
}

/**
 * The first usable count from the name at `from` on, or ABSENT. One that is no whole number from 0 to TOKENS_MAX is
 * flagged, and the next spelling of the same figure is asked.
 */
export function firstCount(view: AttributeView, keys: readonly KeyId[], doubts: Doubts, from = 0): number {
  for (let index = from; index < keys.length; index += 1) {
    const key = keys[index]!;
    if (!view.has(key)) continue;
    const count = view.number(key);
    if (count !== undefined && count >= 0 && count <= TOKENS_MAX && Number.isInteger(count)) return count + 0;
    doubts.flags |= FLAG.bad_count;
  }
  return ABSENT;
}

/** True where any of the attributes has a value. */
export function hasAny(view: AttributeView, keys: readonly KeyId[]): boolean {
  for (let index = 0; index < keys.length; index += 1) if (view.has(keys[index]!)) return true;
  return false;
}
