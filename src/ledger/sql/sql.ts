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

/** A transaction that only reads and is held over many questions: all of them see the moment at which it was begun. */
export interface Held {
  readonly sql: Sql;
  /**
   * All rows of a long list, a page at a time, in order. `rows` are asked for a stretch of `ts` by a condition on the
   * columns of `charges`; however an engine does it, no page makes it read the whole list again.
   */
  pages(list: LongList): AsyncIterable<readonly Row[]>;
  /** Ends it; a second time does nothing. */
  release(): Promise<void>;
}

export interface LongList {
  /** The rows for which `where` holds, in their order. `near` says where what they name is to be looked for. */
  statement(where: string, near: Near): string;
  /** What stands behind FROM to count these rows: it has the columns `ts`, `trace` and `task`. */
  counted(where: string): string;
  /** Unix nanoseconds, from the first and before the second; undefined bounds nothing. */
  readonly range: { readonly from?: bigint; readonly to?: bigint };
}

/** Conditions on `seq` that every trace and every task of some rows passes: true, or close to what they are. */
export interface Near {
  readonly traces: string;
  readonly tasks: string;
}

export const ANYWHERE: Near = { traces: 'true', tasks: 'true' };

export type Hold = () => Promise<Held>;
