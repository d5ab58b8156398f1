import type { ClosedGroup, ClosedWindow } from './closed-sums.ts';
import type { Cell } from './sql.ts';

/** What engines say differently, in the statements that they share. */
export interface Dialect {
  /** Gets these numbers of traces or tasks, each once, ready to be joined in the statements that come next. */
  choose(seqs: readonly number[]): Promise<Chosen>;
  /** The condition, with its values, on the one task of this id in the table `task_ids` with the alias i. */
  taskNamed(taskId: string): { readonly where: string; readonly values: readonly Cell[] };
  /**
   * True where a row lies in many columns, of which none is an index, and has a `rowid`: where a page ends is then found in
   * the column of its keys first, so that the others are read of the few rows that can be on the page.
   */
  readonly columnar: boolean;
  /** What orders the rows of `parts` and `own_charges`, under this alias, as they were written. */
  written(alias: string): string;
  /** Sums of the closed tasks of a window, by its groups: the groups and then CLOSED_FIGURES. */
  closedStatement(window: ClosedWindow): Promise<string>;
  /** The same of stretches of time that meet at two or more rising edges; in front the place of the stretch, from 0. */
  closedByBand(edges: readonly bigint[], groups: readonly ClosedGroup[]): string;
  /** Of the unpriced lines, as `unpricedSums` has them; `kinds` are the numbers of unpriced kinds. */
  unpricedStatement(kinds: string): Promise<string>;
  /** Sums that are kept in pieces of what is asked for, each with how it is made anew. */
  keptPieces(kinds: string): Promise<readonly KeptPiece[]>;
  /** Sums of all tasks by the number of their flags, and then HEALTH_FIGURES. A row of zeros is as good as none. */
  readonly healthStatement: string;
  /** Sums of the lines that came with a reported cost, by the number of their kind, and then REPORTED_FIGURES; likewise. */
  readonly reportedStatement: string;
}

/** Sums that are kept, and a statement that makes the same from what they are of; the first `keys` columns tell rows apart. */
export interface KeptPiece {
  readonly figure: string;
  readonly kept: string;
  readonly computed: string;
  readonly keys: number;
}

export interface Chosen {
  /** Keeps the rows whose column holds a chosen number; the joined table is called `chosen`. */
  join(column: string): string;
  /** For the `$1` of the join. */
  readonly values: readonly Cell[];
}
