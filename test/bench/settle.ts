import { join } from 'node:path';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { openPipeline } from '../../src/pipeline.ts';
import { openHttp, openServer } from './accept.ts';
import { leanCorpus } from './corpus.ts';
import { type Figure, median, perSecond, times } from './row.ts';
import { benchFolder, openWalk } from './walk.ts';

const ROUNDS = 5;
const TASKS_PER_ROUND = 6000;
const ACCEPT_MS = 3000;

/** untangle, price, fold and ledger, DuckDB's own threads included, against accept over HTTP on the same machine. */
export const settleFigure: Figure = {
  name: 'settle',
  run: async () => {
    const server = await openServer('solvent-http', openHttp);
    await server.measure(ACCEPT_MS);
    const accept = await server.measure(ACCEPT_MS);
    server.close();
    const settle = await measureSettle();
    return [
      {
        figure: 'settle (untangle, price, fold, ledger), lean',
        measured: `${perSecond(settle)} per CPU-second`,
        yardstick: `accept over HTTP: ${perSecond(accept)} per CPU-second`,
        ratio: times(accept / settle),
        target: '<= 1.5x the CPU',
      },
    ];
  },
};

async function measureSettle(): Promise<number> {
  const dir = benchFolder();
  const ledger = await openDuckDbLedger({ path: join(dir, 'solvent.duckdb') });
  const rooms = await openWalk(dir, ledger);
  const { accept, settle } = openPipeline(rooms);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const body of leanCorpus(TASKS_PER_ROUND, round * TASKS_PER_ROUND)) await accept(body, 'protobuf');
    const spans = rooms.openTraces.spans;
    const before = process.cpuUsage();
    while (await settle());
    const { user, system } = process.cpuUsage(before);
    rates.push(spans / ((user + system) / 1e6));
  }
  await rooms.journal.close();
  await ledger.close();
  return median(rates.slice(1));
}
