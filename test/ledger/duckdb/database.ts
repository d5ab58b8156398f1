import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { STAGES, TABLES } from '../../../src/ledger/duckdb/schema.ts';

/** A ledger's tables in memory, for as long as `run` works with them. */
export async function withTables(run: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const sql of [...TABLES, ...STAGES]) await connection.run(sql);
    await run(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
