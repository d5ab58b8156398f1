import type { Cell, Row } from '../sql/sql.ts';
import type { Writing } from './writing.ts';

/** A table of sums: its key columns with their types, and its figures. */
export interface SumTable {
  readonly name: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly figures: readonly string[];
}

export interface Delta {
  readonly keys: readonly Cell[];
  readonly figures: bigint[];
}

/** Figures by their keys. */
export class Deltas {
  readonly #deltas = new Map<string, Delta>();

  add(keys: readonly Cell[], figures: Row, sign: bigint): void {
    const name = keys.join(' ');
    let delta = this.#deltas.get(name);
    if (delta === undefined) {
      delta = { keys, figures: figures.map(() => 0n) };
      this.#deltas.set(name, delta);
    }
    for (const [at, figure] of figures.entries())
      delta.figures[at]! += sign * BigInt((figure ?? 0n) as bigint);
  }

  /** Those that are not all zero, by their keys. */
  rows(): readonly Delta[] {
    return [...this.#deltas]
      .filter(([, { figures }]) => figures.some((figure) => figure !== 0n))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, delta]) => delta);
  }
}

/** Adds each delta to the row of its keys, or makes it. */
export async function addUp(
  writing: Writing,
  { name, keys, figures }: SumTable,
  deltas: readonly Delta[],
): Promise<void> {
  if (deltas.length === 0) return;
  const keyNames = Object.keys(keys);
  const types = [...Object.values(keys), ...figures.map(() => 'numeric')];
  const columns = [...keyNames, ...figures].join(', ');
  await writing.run(
    `INSERT INTO ${name} (${columns})
      SELECT ${columns} FROM unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')}) AS n(${columns})
      ON CONFLICT (${keyNames.join(', ')}) DO UPDATE SET
        ${figures.map((figure) => `${figure} = ${name}.${figure} + excluded.${figure}`).join(', ')}`,
    [
      ...keyNames.map((_, at) => deltas.map((delta) => delta.keys[at] as string)),
      ...figures.map((_, at) => deltas.map((delta) => delta.figures[at]!)),
    ],
  );
}
