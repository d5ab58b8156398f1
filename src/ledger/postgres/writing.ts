import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Cell, Row } from '../sql/sql.ts';
import { rowsOf, sqlOf, type Values } from './sql.ts';

/** A transaction that writes. */
export class Writing {
  readonly #client: pg.ClientBase;
  readonly dialect: ReturnType<typeof sqlOf>['dialect'];

  constructor(client: pg.ClientBase) {
    this.#client = client;
    this.dialect = sqlOf(client).dialect;
  }

  rows(sql: string, values: readonly (Cell | Values)[] = []): Promise<readonly Row[]> {
    return rowsOf(this.#client, sql, values);
  }

  async run(sql: string, values: readonly (Cell | Values)[] = []): Promise<void> {
    await rowsOf(this.#client, sql, values);
  }

  /** Rows into a table, in the binary form of COPY; see copy-rows.ts. */
  async copy(table: string, columns: string, chunks: Iterable<Uint8Array>): Promise<void> {
    const stream = this.#client.query(copyFrom(`COPY ${table} (${columns}) FROM STDIN WITH (FORMAT binary)`));
    await pipeline(chunks, stream);
  }
}
