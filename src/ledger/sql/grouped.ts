import type { Row } from './sql.ts';

/** By the number in the first column; what cannot be read is left out. */
export function grouped<T>(rows: readonly Row[], of: (row: Row) => T | undefined): Map<bigint, T[]> {
  const lists = new Map<bigint, T[]>();
  for (const row of rows) {
    const one = of(row);
    if (one === undefined) continue;
    const list = lists.get(row[0] as bigint);
    if (list === undefined) lists.set(row[0] as bigint, [one]);
    else list.push(one);
  }
  return lists;
}
