import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { describePostgres } from '../../support/postgres.ts';
import { ledgerContract, type OpenLedger } from '../contract.ts';
import { ledgerDatabases } from './databases.ts';

// A multiple of 6, which its parts divide by.
const RUNS = 12 * Number(process.env.RUNS ?? 1);

describePostgres('the ledger in PostgreSQL', (postgres) => {
  const databases = ledgerDatabases(postgres);
  ledgerContract(
    'postgres',
    async () => {
      const database = await databases.fresh();
      const at = async (): Promise<OpenLedger> => {
        const ledger = await openPostgresLedger({ url: database.url, replica: 'only' });
        return {
          ledger,
          async reopen() {
            await ledger.close();
            return at();
          },
          async close() {
            await ledger.close();
            await database.drop();
          },
        };
      };
      return at();
    },
    RUNS,
  );
});
