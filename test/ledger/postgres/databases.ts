import { openDatabase } from '../../../src/ledger/postgres/database.ts';
import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import type { OpenLedger } from '../../support/any-ledger.ts';
import type { Database, Postgres } from '../../support/postgres-server.ts';

/** Databases with the tables of a ledger, copied from one that is made once. */
export function ledgerDatabases(postgres: Postgres, hasPartitions = true): { fresh(): Promise<Database> } {
  let like: Promise<Database> | undefined;
  const made = async () => {
    const database = await postgres.fresh();
    const connections = await openDatabase({ url: database.url, hasPartitions });
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

/** For laws of what reads ledgers: each one in a database of its own, which goes with it. */
export function postgresLedgers(postgres: Postgres): OpenLedger {
  const databases = ledgerDatabases(postgres);
  return async () => {
    const database = await databases.fresh();
    const ledger = await openPostgresLedger({ url: database.url, replica: 'only' });
    return {
      ledger,
      async close() {
        await ledger.close();
        await database.drop();
      },
    };
  };
}
