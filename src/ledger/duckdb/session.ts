import {
  DuckDBBlobValue,
  type DuckDBConnection,
  type DuckDBResult,
  DuckDBTypeId,
  DuckDBUUIDValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { assert } from '../../lib/assert.ts';
import type { Cell, Row } from '../sql/sql.ts';
import { keptText } from './append.ts';

/** One connection, used by one piece of work at a time, in the order of asking. */
export class Session {
  readonly connection: DuckDBConnection;
  /** Its last commit counted, and DuckDB takes nothing more afterwards. */
  spent = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  /** Runs `work` in one transaction: everything it reads is of one moment, everything it writes counts or nothing. */
  transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.alone(() => this.#inTransaction(work));
  }

  /** Runs `work` in its turn, outside of a transaction. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
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
      await this.#commit();
      return result;
    } catch (error) {
      // A failed COMMIT has already rolled back; then there is nothing left to take back.
      await this.connection.run('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  async #commit(): Promise<void> {
    try {
      await this.connection.run('COMMIT');
    } catch (fault) {
      if (!isDurable(fault)) throw fault;
      this.spent = true;
    }
  }
}

/** The checkpoint that a commit may end with failed; what was to be committed is in the log. */
const isDurable = (fault: unknown): boolean =>
  String((fault as { message?: string } | null)?.message).includes('COMMIT succeeded and is durable');

/** All rows of a statement. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values?: readonly Cell[],
): Promise<readonly Row[]> {
  const result = await connection.run(sql, values?.map(kept));
  const rows = await result.getRows();
  // In place and only where there is such a column: what a settle reads must not be copied once more.
  for (const [column, plain] of odd(result))
    for (const row of rows) if (row[column] !== null) row[column] = plain(row[column]) as DuckDBValue;
  return rows as readonly Row[];
}

/** The columns whose values DuckDB gives as objects of its own, each with what they are instead. */
function odd(result: DuckDBResult): readonly (readonly [number, (value: unknown) => Cell])[] {
  const columns: (readonly [number, (value: unknown) => Cell])[] = [];
  for (let column = 0; column < result.columnCount; column += 1) {
    const type = result.columnTypeId(column);
    if (type === DuckDBTypeId.UUID) columns.push([column, hexOf]);
    else if (type === DuckDBTypeId.BLOB) columns.push([column, bytesOf]);
  }
  return columns;
}

function hexOf(uuid: unknown): string {
  assert(uuid instanceof DuckDBUUIDValue, 'a UUID column holds UUIDs');
  return uuid.toString().replaceAll('-', '');
}

function bytesOf(blob: unknown): Uint8Array {
  assert(blob instanceof DuckDBBlobValue, 'a BLOB column holds blobs');
  return blob.bytes;
}

function kept(value: Cell): DuckDBValue {
  if (typeof value === 'string') return keptText(value);
  return value instanceof Uint8Array ? new DuckDBBlobValue(value) : value;
}
