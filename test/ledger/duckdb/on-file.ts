import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A file of a ledger as DuckDB has it, while no ledger has it open. */
export async function onFile<T>(path: string, run: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await run(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
