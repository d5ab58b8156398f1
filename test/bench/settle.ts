import { join } from 'node:path';
import type { Ledger } from '../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { openPipeline } from '../../src/pipeline.ts';
import { openHttp, openServer } from './accept.ts';
import { leanCorpus } from './corpus.ts';
import { type Figure, median, perSecond, times } from './row.ts';
import { benchFolder, openWalk } from './walk.ts';

export const ROUNDS = 5;
export const TASKS_PER_ROUND = 6000;
const ACCEPT_MS = 3000;

/** untangle, price, fold and ledger, DuckDB's own threads included, against accept over HTTP on the same machine. */
export const settleFigure: Figure = {
  name: 'settle',
  run: async () => {
    const server = await openServer('solvent-http', openHttp);
    await server.measure(ACCEPT_MS);
    const accept = await server.measure(ACCEPT_MS);
    server.close();
    const { perCpuSecond: settle } = await measureSettle((path) => openDuckDbLedger({ path }));
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

export interface SettleRate {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

/** Spans settled by the CPU time of this process, and by the clock, into a ledger that `open` opens. */
export async function measureSettle(open: (path: string) => Promise<Ledger>): Promise<SettleRate> {
  const dir = benchFolder();
  const ledger = await open(join(dir, 'solvent.duckdb'));
  const rooms = await openWalk(dir, ledger);
  const { accept, settle } = openPipeline(rooms);
  const [byCpu, byClock]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const body of leanCorpus(TASKS_PER_ROUND, round * TASKS_PER_ROUND)) await accept(body, 'protobuf');
    const spans = rooms.openTraces.spans;
    const [before, started] = [process.cpuUsage(), performance.now()];
    while (await settle());
    const { user, system } = process.cpuUsage(before);
    byCpu.push(spans / ((user + system) / 1e6));
    byClock.push(spans / ((performance.now() - started) / 1e3));
  }
  await rooms.journal.close();
  await ledger.close();
  return { perCpuSecond: median(byCpu.slice(1)), perSecond: median(byClock.slice(1)) };
}
