import { labelValue, otherValues } from './families.ts';

/** What `bound` must know of a row of type `R`. */
export interface Summable<R> {
  /** The open-ended label values of the row. */
  key(row: R): readonly string[];
  /** Rows with the largest sizes keep their names. */
  size(row: R): bigint;
  /** One row that stands for both, under the key of the first. */
  sum(left: R, right: R): R;
  withKey(row: R, key: readonly string[]): R;
}

export interface Bounded<R> {
  readonly rows: readonly R[];
  /** Rows that lost their name. */
  readonly folded: number;
}

/**
 * At most `max` rows by size, and where there are more, one further row `__other__` that is the sum of the rest. They come in the
 * order in which they were given.
 *
 * **Invariant**: the sum of what comes out is the sum of what went in; no two rows have one key.
 */
export function bound<R>(rows: readonly R[], max: number, as: Summable<R>): Bounded<R> {
  const merged = [...mergeByKey(rows, as).values()];
  if (merged.length <= max) return { rows: merged, folded: 0 };
  const ranked = merged
    .map((row) => ({ row, size: as.size(row), text: keyText(as.key(row)) }))
    .sort((a, b) => (a.size === b.size ? (a.text < b.text ? -1 : 1) : a.size < b.size ? 1 : -1))
    .map(({ row }) => row);
  const named = new Set(ranked.slice(0, max));
  const rest = ranked.slice(max).map((row) => as.withKey(row, otherValues(as.key(row))));
  // A row that is really called `__other__` joins the fold instead of standing beside it.
  const all = [...merged.filter((row) => named.has(row)), ...rest];
  return { rows: [...mergeByKey(all, as).values()], folded: rest.length };
}

/** Rows by their key, each key once. Where a row's values are not well formed it gets the key that is. */
export function mergeByKey<R>(rows: readonly R[], as: Summable<R>): Map<string, R> {
  const merged = new Map<string, R>();
  for (const row of rows) {
    const key = as.key(row).map(labelValue);
    const text = keyText(key);
    const known = merged.get(text);
    merged.set(text, known === undefined ? as.withKey(row, key) : as.sum(known, row));
  }
  return merged;
}

/** One text per key: values cannot run into each other. */
export const keyText = (key: readonly string[]): string => JSON.stringify(key);
