import type { FastifyInstance } from 'fastify';
import type { LedgerReads } from '../domain/ledger-reads.ts';
import type { Window } from '../domain/window.ts';
import type { Clock } from '../lib/clock.ts';
import { send } from './bind.ts';
import { type PageData, page } from './page.ts';
import { type RawQuery, readQuery, window } from './parameters.ts';
import { periodOf } from './period.ts';
import { isProblem } from './problem.ts';
import { byCost } from './routes-cpst.ts';
import { PAGE_POLICY } from './style.ts';

export interface PageSource {
  readonly reads: LedgerReads;
  readonly windows: readonly Window[];
  readonly otlp?: PageData['otlp'];
  readonly clock: Clock;
  readonly version: string;
}

const OTLP_DEFAULT = { grpcPort: 4317, httpPort: 4318 };

export function addPage(app: FastifyInstance, source: PageSource): void {
  app.get('/', async (request, reply) => {
    const read = readQuery({ window }, request.query as RawQuery);
    if (read.kind === 'refused') return send(reply, read.problem);
    const data = await readPage(source, read.values.window);
    if (isProblem(data)) return send(reply, data);
    return reply
      .headers({ 'content-security-policy': PAGE_POLICY })
      .type('text/html; charset=utf-8')
      .send(page(data));
  });
}

async function readPage(source: PageSource, chosen: Window | undefined) {
  const { reads, windows, otlp = OTLP_DEFAULT, clock, version } = source;
  const period = periodOf({ window: chosen, from: undefined, to: undefined }, clock.now());
  if (isProblem(period)) return period;
  const [all, rows, open, health, unpriced] = await Promise.all([
    reads.unitEconomics({ ...period, groupBy: [] }),
    reads.unitEconomics({ ...period, groupBy: ['agent_type'] }),
    reads.openTasks(),
    reads.dataHealth(),
    reads.unpriced(),
  ]);
  const shared = { open, health, unpriced, windows, window: chosen, otlp, version };
  return { all: all[0], rows: byCost(rows), ...shared } satisfies PageData;
}
