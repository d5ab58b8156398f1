import { type Auditing, openAuditing } from './auditing.ts';
import type { Backups } from './domain/backup.ts';
import type { Export } from './export/export.ts';
import type { House } from './house.ts';
import type { LivePrices } from './live-prices.ts';
import type { Pipeline } from './pipeline.ts';
import type { Admission } from './receive/admission.ts';
import { openOtlpGrpc } from './receive/grpc.ts';
import { openOtlpHttp } from './receive/http.ts';
import type { SettleLoop } from './settle-loop.ts';
import { openWeb, type Web } from './show/web.ts';
import { VERSION } from './version.ts';

/** What stands behind the doors. */
export interface Walk {
  readonly pipeline: Pipeline;
  readonly loop: SettleLoop;
  readonly livePrices: LivePrices;
  readonly backups: Backups;
  readonly admission: Admission;
  readonly metricsPage: Export['metricsPage'];
}

/** Where it listens: `127.0.0.1:4317`, `http://127.0.0.1:4318`, `http://127.0.0.1:9464`. */
export interface Addresses {
  readonly otlpGrpc: string;
  readonly otlpHttp: string;
  readonly web: string;
}

/** Opens the three ports. The reading side is opened first and closed last, so that it can say why nothing is taken. */
export async function openDoors(house: House, walk: Walk): Promise<Addresses> {
  const { settings, log, closers, self } = house;
  let ready = false;
  const auditing = await openAuditing(house);
  const web = openReadingSide(house, { ...walk, ...auditing }, () => ready);
  closers.add(() => web.close());
  const limits = { bodyBytesMax: settings.bodyBytesMax, retryAfterMs: settings.retryAfter };
  const parts = { accept: walk.pipeline.accept, admission: walk.admission, count: self.count, log, limits };
  const [grpc, http] = [openOtlpGrpc(parts), openOtlpHttp(parts)];
  closers.add(async () => {
    ready = false;
    // From here on every request is told to come again; those in flight are answered.
    void walk.admission.drain();
    await Promise.all([grpc.close(), http.close()]);
  });
  const { host } = settings;
  const webPort = await web.listen({ host, port: settings.webPort });
  const grpcPort = await grpc.listen({ host, port: settings.otlpGrpcPort });
  const httpPort = await http.listen({ host, port: settings.otlpHttpPort });
  ready = true;
  const named = host.includes(':') ? `[${host}]` : host;
  return {
    otlpGrpc: `${named}:${grpcPort.port}`,
    otlpHttp: `http://${named}:${httpPort.port}`,
    web: `http://${named}:${webPort.port}`,
  };
}

/** `ready` where spans are taken; `why` also says what waits while they are. */
function readiness(
  { fitness }: House,
  { pipeline }: Walk,
  isOpen: boolean,
): { readonly ready: boolean; readonly why: string } {
  if (!isOpen) return { ready: false, why: 'starting or stopping' };
  const [journal, ledger] = [fitness.journalFault(), fitness.ledgerFault()];
  const waiting = ledger === undefined ? '' : `${ledger}; what is taken waits in the journal`;
  if (journal !== undefined) return { ready: false, why: journal };
  if (pipeline.isFull())
    return { ready: false, why: waiting || 'more spans wait to be settled than may; they are being settled' };
  return { ready: true, why: waiting };
}

function openReadingSide(house: House, walk: Walk & Auditing, isReady: () => boolean): Web {
  const { pipeline, loop, livePrices, backups, metricsPage, auditor, verifier } = walk;
  const { settings, log, clock, self, prices, store } = house;
  return openWeb({
    reads: store.ledger,
    replicas: store.shared?.fleet.replicas,
    pricing: prices,
    repricer: livePrices.repricer,
    auditor,
    verifier,
    backups,
    async reportOutcomes(reports) {
      await pipeline.report(reports);
      for (const { outcome } of reports) self.count('outcomes_reported', 1, { outcome });
      await loop.settleNow().catch((fault: unknown) => {
        log.warn({ err: fault }, 'the outcomes are durable, but not settled yet');
      });
    },
    metricsPage,
    ready: () => readiness(house, walk, isReady()),
    windows: settings.windows,
    dimensions: settings.dimensions.map((dimension) => dimension.name),
    otlp: { grpcPort: settings.otlpGrpcPort, httpPort: settings.otlpHttpPort },
    clock,
    version: VERSION,
    log,
  });
}
