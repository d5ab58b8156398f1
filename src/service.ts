import { randomUUID } from 'node:crypto';
import { type Closers, openClosers } from './closers.ts';
import { openDecoder } from './decode/decoder.ts';
import { openJudge } from './domain/evaluation.ts';
import { openPolicy, type Policy } from './domain/policy.ts';
import { Vocabulary } from './domain/vocabulary.ts';
import { type Export, openExport } from './export/export.ts';
import { type Crash, neverCrash } from './ledger/crash-point.ts';
import { OpenReports } from './ledger/open-reports.ts';
import { OpenTraces } from './ledger/open-traces.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { type LivePrices, openLivePrices } from './live-prices.ts';
import { openNormalizer } from './normalize/normalizer.ts';
import { openPipeline, type Pipeline, type Rooms } from './pipeline.ts';
import { openPriceBook } from './price/book.ts';
import { importedFolder, type LoadedPrices, loadPrices } from './price/load.ts';
import { watchPriceAge } from './price-age.ts';
import type { PriceFile } from './price-file.ts';
import { openPricesInForce, type PricesInForce } from './prices-in-force.ts';
import { type Admission, openAdmission } from './receive/admission.ts';
import { openOtlpGrpc } from './receive/grpc.ts';
import { openOtlpHttp } from './receive/http.ts';
import { namingSettings, policySettings } from './settings/derived.ts';
import type { Settings } from './settings/table.ts';
import { openSettleLoop, type SettleLoop } from './settle-loop.ts';
import { openWeb, type Web } from './show/web.ts';
import { openStore, type Store } from './store.ts';
import { openSelfMetrics, type SelfMetrics } from './telemetry/registry.ts';
import { VERSION } from './version.ts';

/** Spans in one transaction: some tens of thousands of charges (storage was measured best there). */
const SETTLE_SPANS_MAX = 40_000;
const DUE_TASKS_MAX = 10_000;

export interface Service {
  /** Where it listens: `127.0.0.1:4317`, `http://127.0.0.1:4318`, `http://127.0.0.1:9464`. */
  readonly addresses: { readonly otlpGrpc: string; readonly otlpHttp: string; readonly web: string };
  /** Resolves once everything that is ripe now went through a settle step. */
  settleNow(): Promise<void>;
  /** Reads the price file again; see `PriceFile`. */
  readonly reloadPrices: PriceFile['reload'];
  /** Stops taking, finishes what is in flight, settles what is ripe, exports once more, closes the ledger. */
  close(): Promise<void>;
}

/** Why the service did not start: each line says what was wrong and what was wanted. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
  readonly complaints: readonly string[];

  constructor(complaints: readonly string[]) {
    super(complaints.join('\n'));
    this.complaints = complaints;
  }
}

export interface ServiceParts {
  readonly log: Log;
  readonly clock?: Clock;
  /** Read for the standard OTEL_* variables only. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called at the named crash points; tests kill the process there. */
  readonly crash?: Crash;
}

/** Builds every part once, in order; a failed start, like `close`, takes them down in reverse. */
export async function openService(settings: Settings, parts: ServiceParts): Promise<Service> {
  const { log, clock = systemClock, env = process.env, crash = neverCrash } = parts;
  const closers = openClosers();
  try {
    const self = openSelfMetrics();
    const policy = openPolicy(policySettings(settings));
    const tables = await readPrices(settings, log);
    const prices = openPricesInForce(openPriceBook({ ...tables, policy }));
    const store = await openStore(settings, { closers, count: self.count, crash });
    await store.keptPrices.keep(prices.tableHash, tables.texts, clock.now());
    const house: House = { settings, log, clock, env, closers, self, policy, tables, prices, store };

    const rooms = openRooms(house);
    const pipeline = openPipeline(rooms);
    await pipeline.recover();
    const { settleInterval: intervalMs } = settings;
    const loop = openSettleLoop({ settle: pipeline.settle, intervalMs, clock, count: self.count, log });
    closers.add(() => loop.close());
    const livePrices = await watchPrices(house, loop, rooms);
    closers.add(watchPriceAge(house));

    const admission = openAdmission({ inflightBytesMax: settings.inflightBytesMax });
    const metricsPage = await openReadings(house, { rooms, admission });
    return await openPorts(house, { pipeline, loop, livePrices, admission, metricsPage });
  } catch (fault) {
    await closers
      .close()
      .catch((failure: unknown) => log.error({ err: failure }, 'a failed start could not be undone'));
    throw fault;
  }
}

/** What every part of the house may ask for while it is built. */
interface House {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly closers: Closers;
  readonly self: SelfMetrics;
  readonly policy: Policy;
  /** Those of the start. */
  readonly tables: Tables;
  readonly prices: PricesInForce;
  readonly store: Store;
}

type Tables = Extract<LoadedPrices, { kind: 'loaded' }>;

async function readPrices(settings: Settings, log: Log): Promise<Tables> {
  const tables = await loadPrices(settings.prices, importedFolder(settings.dataDir));
  if (tables.kind === 'refused') throw new StartRefused(tables.complaints);
  for (const warning of tables.warnings) log.warn({}, warning);
  return tables;
}

/** What turns bytes into facts. Every dialect names its attributes before the vocabulary is frozen. */
function openReading({ settings, clock, prices }: House): Pick<Rooms, 'decoder' | 'normalizer'> {
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({
    vocabulary,
    naming: namingSettings(settings),
    unitAttributes: prices.unitAttributes,
    judge: openJudge(settings.evaluations),
    nowMs: clock.now,
  });
  return { decoder: openDecoder(vocabulary.freeze()), normalizer };
}

/** The prices as they change, with all that hangs on them. */
function watchPrices(
  house: House,
  loop: SettleLoop,
  rooms: { -readonly [R in 'decoder' | 'normalizer']: Rooms[R] },
): Promise<LivePrices> {
  const { settings, self, tables, store } = house;
  return openLivePrices({
    ...house,
    ...store,
    path: settings.prices,
    lookEveryMs: settings.pricesLook,
    texts: tables.texts,
    imported: importedFolder(settings.dataDir),
    loop,
    // Units that are counted in attributes which nobody read so far.
    onChange: () => void Object.assign(rooms, openReading(house)),
    count: self.count,
  });
}

/** The walk from bytes to the ledger. */
function openRooms(house: House): Rooms {
  const { settings, clock, self, policy, prices, store } = house;
  return {
    ...store,
    ...openReading(house),
    openTraces: new OpenTraces({
      graceMs: settings.traceGrace,
      quietMs: settings.traceQuiet,
      interimMs: settings.interimAfter,
      spansMax: Math.floor(settings.openSpansMax / 2),
    }),
    openReports: new OpenReports(),
    prices,
    policy,
    clock,
    count: self.count,
    suspectTwins: settings.suspectTwins === 'yes',
    limits: {
      pendingSpansMax: settings.openSpansMax,
      settleSpansMax: SETTLE_SPANS_MAX,
      dueTasksMax: DUE_TASKS_MAX,
      retryAfterMs: settings.retryAfter,
      lateWindowMs: settings.lateWindow,
    },
  };
}

/** The gauges: scraped through the page that is returned, pushed where an endpoint is set. */
async function openReadings(
  { settings, log, clock, env, closers, self, prices, store }: House,
  { rooms, admission }: { readonly rooms: Rooms; readonly admission: Admission },
): Promise<Export['metricsPage']> {
  const { measure } = self;
  const read: SelfMetrics['read'] = () => {
    measure('spans_pending', rooms.openTraces.spans, {});
    measure('bytes_in_flight', admission.bytes, {});
    measure('journal_segments', store.journal.segments(), {});
    measure('price_table_age_seconds', prices.ageMs(clock.now()) / 1000, {});
    return self.read();
  };
  const exporter = openExport({
    reads: store.ledger,
    windows: settings.windows,
    dimensions: settings.dimensions.map((dimension) => dimension.name),
    seriesMax: settings.seriesMax,
    selfMetrics: { read, measure },
    clock,
    env,
    version: VERSION,
    instanceId: randomUUID(),
    log,
  });
  closers.add(() => exporter.close());
  await exporter.start();
  return exporter.metricsPage;
}

interface Walk {
  readonly pipeline: Pipeline;
  readonly loop: SettleLoop;
  readonly livePrices: LivePrices;
  readonly admission: Admission;
  readonly metricsPage: Export['metricsPage'];
}

/** Opens the three ports. The reading side is opened first and closed last, so that it can say why nothing is taken. */
async function openPorts(house: House, walk: Walk): Promise<Service> {
  const { settings, log, closers, self } = house;
  let ready = false;
  const web = openReadingSide(house, walk, () => ready);
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
    addresses: {
      otlpGrpc: `${named}:${grpcPort.port}`,
      otlpHttp: `http://${named}:${httpPort.port}`,
      web: `http://${named}:${webPort.port}`,
    },
    settleNow: walk.loop.settleNow,
    reloadPrices: walk.livePrices.file.reload,
    close: closers.close,
  };
}

function openReadingSide(
  house: House,
  { pipeline, loop, livePrices, metricsPage }: Walk,
  isReady: () => boolean,
): Web {
  const { settings, log, clock, self, prices, store } = house;
  return openWeb({
    reads: store.ledger,
    pricing: prices,
    repricer: livePrices.repricer,
    async reportOutcomes(reports) {
      await pipeline.report(reports);
      for (const { outcome } of reports) self.count('outcomes_reported', 1, { outcome });
      await loop.settleNow().catch((fault: unknown) => {
        log.warn({ err: fault }, 'the outcomes are durable, but not settled yet');
      });
    },
    metricsPage,
    ready: () => (isReady() ? { ready: true, why: '' } : { ready: false, why: 'starting or stopping' }),
    windows: settings.windows,
    dimensions: settings.dimensions.map((dimension) => dimension.name),
    otlp: { grpcPort: settings.otlpGrpcPort, httpPort: settings.otlpHttpPort },
    clock,
    version: VERSION,
    log,
  });
}
