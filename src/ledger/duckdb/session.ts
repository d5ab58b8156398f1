import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

export type Row = readonly DuckDBValue[];

/** One connection, used by one piece of work at a time, in the order of asking. */
export class Session {
  readonly connection: DuckDBConnection;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  /** Runs `work` in one transaction: everything it reads is of one moment, everything it writes counts or nothing. */
  transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#inTransaction(work));
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when everything asked so far is done. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async #inTransaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    await this.connection.run('BEGIN TRANSACTION');
    try {
      const result = await work(this.connection);
      await this.connection.run('COMMIT');
      return result;
    } catch (error) {
      // A failed COMMIT has already rolled back; then there is nothing left to take back.
      await this.connection.run('ROLLBACK').catch(() => {});
      throw error;
    }
  }
}

/** All rows of a statement. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values?: DuckDBValue[],
): Promise<readonly Row[]> {
  const result = await connection.run(sql, values);
  return result.getRows();
}
