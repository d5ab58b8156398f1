import type { Dialect } from './dialect.ts';

/**
 * What a database answers with, alike for every engine: SMALLINT and INTEGER are numbers; BIGINT and wider, and every
 * sum and count, bigints; a UUID 32 hex digits; a BLOB bytes.
 */
export type Cell = bigint | number | string | boolean | Uint8Array | null;
export type Row = readonly Cell[];

/**
 * One connection, in a transaction that its holder has begun.
 *
 * **Invariant**: a text is given as it was kept, whatever is in it. What a database cannot hold (U+0000, halves of a
 * surrogate pair) the engine writes in another way, and reads back.
 */
export interface Sql {
  readonly dialect: Dialect;
  /** All rows of a statement, cells in the order of its columns; `values` are for `$1`, `$2`, ... */
  rows(sql: string, values?: readonly Cell[]): Promise<readonly Row[]>;
}

/** Runs a question in a transaction of its own, in which everything is of one moment. */
export type Ask = <T>(question: (sql: Sql) => Promise<T>) => Promise<T>;
