import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { newestBin, openServer } from '../support/postgres-server.ts';
import { type Figure, perSecond, times } from './row.ts';
import { measureSettle } from './settle.ts';

/** The same settle steps into a PostgreSQL of this machine and into DuckDB: by the clock, since a server is waited for. */
export const settlePostgresFigure: Figure = {
  name: 'settle-postgres',
  run: async () => {
    const bin = newestBin();
    if (bin === undefined) throw new Error('no PostgreSQL server is installed');
    const duckdb = await measureSettle((path) => openDuckDbLedger({ path }));
    const server = await openServer(bin, { fsync: true, settings: { max_wal_size: '4GB' } });
    try {
      const { url } = await server.fresh();
      const postgres = await measureSettle(() => openPostgresLedger({ url, replica: 'bench' }));
      return [
        {
          figure: 'settle into PostgreSQL on the same two cores, lean',
          measured: `${perSecond(postgres.perSecond)}; ${perSecond(postgres.perCpuSecond)} per CPU-second of the replica`,
          yardstick: `into DuckDB: ${perSecond(duckdb.perSecond)}; ${perSecond(duckdb.perCpuSecond)} per CPU-second`,
          ratio: times(postgres.perSecond / duckdb.perSecond),
          target: '-',
        },
      ];
    } finally {
      await server.close();
    }
  },
};
