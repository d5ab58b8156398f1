import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { Choices } from './choices.ts';
import type { Draft } from './draft.ts';
import { ABSENT, firstCount } from './first.ts';
import type { Style } from './style.ts';

/** One family's names for the counts of a call; in each list the first usable one counts. */
export interface CountNames {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly cacheRead: readonly string[];
  readonly cacheWrite: readonly string[];
  readonly cacheWrite5m: readonly string[];
  readonly cacheWrite1h: readonly string[];
  readonly reasoning: readonly string[];
  readonly total: readonly string[];
}

/** The dialect whose names they are. */
type Family = { readonly name: string; readonly style: Style };

export type CountKeys = { readonly [Class in keyof CountNames]: readonly KeyId[] } & {
  /** Of all of them, in the order of `CountNames`. */
  readonly choices: Choices;
};

export function countKeys(names: CountNames, key: (name: string) => KeyId): CountKeys {
  const keys = {
    input: names.input.map(key),
    output: names.output.map(key),
    cacheRead: names.cacheRead.map(key),
    cacheWrite: names.cacheWrite.map(key),
    cacheWrite5m: names.cacheWrite5m.map(key),
    cacheWrite1h: names.cacheWrite1h.map(key),
    reasoning: names.reasoning.map(key),
    total: names.total.map(key),
  };
  return { ...keys, choices: new Choices(Object.values(keys)) };
}

/** Reads a family's counts, unless an earlier family had any. */
export function readCounts(view: AttributeView, keys: CountKeys, dialect: Family, draft: Draft): void {
  const { choices } = keys;
  if (draft.hasCounts || !choices.look(view)) return;
  draft.input = firstCount(view, keys.input, draft, choices.from(0));
  draft.output = firstCount(view, keys.output, draft, choices.from(1));
  draft.cacheRead = firstCount(view, keys.cacheRead, draft, choices.from(2));
  draft.cacheWrite = firstCount(view, keys.cacheWrite, draft, choices.from(3));
  draft.cacheWrite5m = firstCount(view, keys.cacheWrite5m, draft, choices.from(4));
  draft.cacheWrite1h = firstCount(view, keys.cacheWrite1h, draft, choices.from(5));
  draft.reasoning = firstCount(view, keys.reasoning, draft, choices.from(6));
  draft.total = firstCount(view, keys.total, draft, choices.from(7));
  draft.style = dialect.style;
  draft.hasCounts = true;
  // A total alone does not say what it is the total of, unless the call has no output.
  if (!anyCount(draft) && (draft.kind === 'embedding' || draft.kind === 'rerank')) draft.input = draft.total;
  if (!anyCount(draft)) draft.clearCounts();
  else if (draft.dialect === '') draft.dialect = dialect.name;
}

const anyCount = (draft: Draft) =>
  draft.input !== ABSENT ||
  draft.output !== ABSENT ||
  draft.cacheRead !== ABSENT ||
  draft.cacheWrite !== ABSENT ||
  draft.cacheWrite5m !== ABSENT ||
  draft.cacheWrite1h !== ABSENT ||
  draft.reasoning !== ABSENT;
