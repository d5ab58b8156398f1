import { openDatabase } from '../../../src/ledger/postgres/database.ts';
import type { Database, Postgres } from '../../support/postgres-server.ts';

/** Databases with the tables of a ledger, copied from one that is made once. */
export function ledgerDatabases(postgres: Postgres): { fresh(): Promise<Database> } {
  let like: Promise<Database> | undefined;
  const made = async () => {
    const database = await postgres.fresh();
    const connections = await openDatabase({ url: database.url });
    await connections.close();
    return database;
  };
  return {
    async fresh() {
      like ??= made();
      return postgres.fresh(await like);
    },
  };
}
