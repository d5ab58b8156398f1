import { openBackups } from './backups.ts';
import { openClosers } from './closers.ts';
import { openDecoder } from './decode/decoder.ts';
import { openJudge } from './domain/evaluation.ts';
import { openPolicy } from './domain/policy.ts';
import { Vocabulary } from './domain/vocabulary.ts';
import { type Addresses, openDoors } from './doors.ts';
import { openFitness } from './fitness.ts';
import type { House, Tables } from './house.ts';
import { type Crash, neverCrash } from './ledger/crash-point.ts';
import { OpenReports } from './ledger/open-reports.ts';
import { OpenTraces } from './ledger/open-traces.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { type LivePrices, openLivePrices } from './live-prices.ts';
import { openNormalizer } from './normalize/normalizer.ts';
import { openPipeline, type Pipeline, type Rooms } from './pipeline.ts';
import { openPriceBook } from './price/book.ts';
import { importedFolder, loadPrices } from './price/load.ts';
import { watchPriceAge } from './price-age.ts';
import type { PriceFile } from './price-file.ts';
import { openPricesInForce } from './prices-in-force.ts';
import { openReadings } from './readings.ts';
import { openAdmission } from './receive/admission.ts';
import { openRetention } from './retention.ts';
import { namingSettings, policySettings } from './settings/derived.ts';
import type { Settings } from './settings/table.ts';
import { openSettleLoop, type SettleLoop } from './settle-loop.ts';
import { openStore } from './store.ts';
import { openSelfMetrics } from './telemetry/registry.ts';
import { VERSION } from './version.ts';

/** Spans in one transaction: some tens of thousands of charges (storage was measured best there). */
const SETTLE_SPANS_MAX = 40_000;
const DUE_TASKS_MAX = 10_000;

export interface Service {
  readonly addresses: Addresses;
  /** Resolves once everything that is ripe now went through a settle step. */
  settleNow(): Promise<void>;
  /** Reads the price file again; see `PriceFile`. */
  readonly reloadPrices: PriceFile['reload'];
  /** Resolves where it cannot go on, with why: another process has its name among the replicas. To be closed then. */
  readonly lost: Promise<Error>;
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
  /** Bytes of the ledger's log past which it is written into its file; tests set it low, so that this happens often. */
  readonly checkpointBytes?: number;
}

/** Builds every part once, in order; a failed start, like `close`, takes them down in reverse. */
export async function openService(settings: Settings, parts: ServiceParts): Promise<Service> {
  const { log, clock = systemClock, env = process.env, crash = neverCrash, checkpointBytes } = parts;
  const closers = openClosers();
  try {
    const self = openSelfMetrics();
    const policy = openPolicy(policySettings(settings));
    const tables = await readPrices(settings, log);
    const prices = openPricesInForce(openPriceBook({ ...tables, policy }));
    const { count, measure } = self;
    const { tableHash } = prices;
    const given = { closers, count, measure, crash, clock, log, tableHash, checkpointBytes };
    const store = await openStore(settings, given);
    await store.keptPrices.keep(prices.tableHash, tables.texts, clock.now());
    const fitness = openFitness({ clock, log });
    closers.add(fitness.close);
    const house: House = { settings, log, clock, env, closers, self, policy, tables, prices, store, fitness };

    const rooms = openRooms(house);
    const pipeline = openPipeline(rooms);
    await pipeline.recover();
    joinFleet(house, rooms, pipeline);
    const { settleInterval: intervalMs } = settings;
    const settle = fitness.watchedStep(pipeline.settle);
    const loop = openSettleLoop({ settle, intervalMs, clock, count: self.count, log });
    closers.add(() => loop.close());
    closers.add(
      openRetention({ ...house, ...store, ...loop, chargesKeepMs: settings.chargesKeep, count: self.count }),
    );
    const livePrices = await watchPrices(house, loop, rooms);
    closers.add(watchPriceAge(house));

    const { dataDir, backupsKeep: keep } = settings;
    const { between } = loop;
    const backups = openBackups({ ...store, dataDir, keep, between, program: VERSION, clock, crash, log });
    closers.add(backups.close);

    const admission = openAdmission({ inflightBytesMax: settings.inflightBytesMax });
    const metricsPage = await openReadings(house, { rooms, admission });
    const addresses = await openDoors(house, { pipeline, loop, livePrices, backups, admission, metricsPage });
    return {
      addresses,
      settleNow: loop.settleNow,
      reloadPrices: livePrices.file.reload,
      lost: store.shared?.fleet.lost ?? NEVER,
      close: closers.close,
    };
  } catch (fault) {
    await closers
      .close()
      .catch((failure: unknown) => log.error({ err: failure }, 'a failed start could not be undone'));
    throw fault;
  }
}

const NEVER = new Promise<Error>(() => {});

/** Tells the other replicas what this one has, and takes over what those leave behind that are gone. */
function joinFleet({ store: { shared }, prices, closers }: House, rooms: Rooms, pipeline: Pipeline): void {
  if (shared === undefined) return;
  const leave = shared.fleet.work({
    news: () => ({ tableHash: prices.tableHash, spansOpen: rooms.openTraces.spans }),
    journal: shared.journal,
    visit: pipeline.adopt,
  });
  closers.add(leave);
}

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
  const { settings, clock, self, policy, prices, store, fitness } = house;
  return {
    ...store,
    journal: fitness.watched(store.journal),
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
