import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { describePostgres } from '../../support/postgres.ts';
import type { Postgres } from '../../support/postgres-server.ts';
import { ledgerContract, type OpenLedger } from '../contract.ts';
import { ledgerDatabases } from './databases.ts';

// A multiple of 6, which its parts divide by.
const RUNS = 12 * Number(process.env.RUNS ?? 1);

describePostgres('the ledger in PostgreSQL', (postgres) => {
  contractOf(postgres, 'postgres', { hasPartitions: true, runs: RUNS });
  // As in what speaks PostgreSQL and has no partitions of its kind.
  contractOf(postgres, 'postgres with lines in one table', { hasPartitions: false, runs: RUNS / 2 });
});

function contractOf(
  postgres: Postgres,
  name: string,
  { hasPartitions, runs }: { readonly hasPartitions: boolean; readonly runs: number },
): void {
  const databases = ledgerDatabases(postgres, hasPartitions);
  ledgerContract(
    name,
    async () => {
      const database = await databases.fresh();
      const at = async (): Promise<OpenLedger> => {
        const ledger = await openPostgresLedger({ url: database.url, replica: 'only', hasPartitions });
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
    runs,
  );
}
