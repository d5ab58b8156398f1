import type { Cell } from './sql.ts';

/** What engines say differently, in the statements that they share. */
export interface Dialect {
  /** Gets these numbers of traces or tasks, each once, ready to be joined in the statements that come next. */
  choose(seqs: readonly number[]): Promise<Chosen>;
  /** The condition, with its values, on the one task of this id in a table `tasks` with the alias t. */
  taskNamed(taskId: string): { readonly where: string; readonly values: readonly Cell[] };
  /** What orders the rows of `parts` and `own_charges`, under this alias, as they were written. */
  written(alias: string): string;
}

export interface Chosen {
  /** Keeps the rows whose column holds a chosen number; the joined table is called `chosen`. */
  join(column: string): string;
  /** For the `$1` of the join. */
  readonly values: readonly Cell[];
}
