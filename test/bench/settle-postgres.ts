import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { asked, newestBin, openServer } from '../support/postgres-server.ts';
import { type Figure, perSecond, times } from './row.ts';
import { measureSettle, ROUNDS, TASKS_PER_ROUND } from './settle.ts';

const SIZE = `SELECT pg_database_size(current_database()),
  (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('charges'))`;

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
      const [[bytes, lines] = []] = await asked(url, SIZE);
      const perTask = Number(bytes) / (ROUNDS * TASKS_PER_ROUND);
      return [
        {
          figure: 'settle into PostgreSQL on the same two cores, lean',
          measured: `${perSecond(postgres.perSecond)}; ${perSecond(postgres.perCpuSecond)} per CPU-second of the replica`,
          yardstick: `into DuckDB: ${perSecond(duckdb.perSecond)}; ${perSecond(duckdb.perCpuSecond)} per CPU-second`,
          ratio: times(postgres.perSecond / duckdb.perSecond),
          target: '-',
        },
        {
          figure: 'bytes of a lean task of 17 spans in PostgreSQL, rows and indexes',
          measured: `${(perTask / 1000).toFixed(1)} kB, of which ${(Number(lines) / (ROUNDS * TASKS_PER_ROUND) / 1000).toFixed(1)} kB are its charge lines`,
          yardstick: '-',
          ratio: '-',
          target: '-',
        },
      ];
    } finally {
      await server.close();
    }
  },
};
