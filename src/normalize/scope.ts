/** Which instrumentation a row of a table is about. */
export interface ScopeRow {
  /** The beginning of its scope name. */
  readonly scope: string;
  /** The scope's name is exactly this: as a beginning it would fit others. */
  readonly whole?: true;
  /** Only versions before this one, e.g. `1.1.1`. A scope that says no version is taken for a new one. */
  readonly before?: string;
}

export const fitsScope = (row: ScopeRow, scope: string, version: string): boolean =>
  (row.whole ? scope === row.scope : scope.startsWith(row.scope)) &&
  (row.before === undefined || isBefore(version, row.before));

/** By their numbers, left to right; what follows the numbers (`-rc.1`, `b2`) does not count. */
export function isBefore(version: string, other: string): boolean {
  const [left, right] = [numbersOf(version), numbersOf(other)];
  if (left.length === 0) return false;
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const numbersOf = (version: string): readonly number[] =>
  /^v?(\d+(?:\.\d+)*)/.exec(version)?.[1]?.split('.').map(Number) ?? [];
