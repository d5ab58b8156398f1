import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDecoder } from './decode/decoder.ts';
import { openPolicy } from './domain/policy.ts';
import { Vocabulary } from './domain/vocabulary.ts';
import { openExport } from './export/export.ts';
import { type Crash, neverCrash } from './ledger/crash-point.ts';
import { openDuckDbLedger } from './ledger/duckdb/ledger.ts';
import { openJournal } from './ledger/journal.ts';
import { lockDataDirectory } from './ledger/lock.ts';
import { OpenReports } from './ledger/open-reports.ts';
import { OpenTraces } from './ledger/open-traces.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { openNormalizer } from './normalize/normalizer.ts';
import { openPipeline } from './pipeline.ts';
import { openPriceBook } from './price/book.ts';
import { loadPrices } from './price/load.ts';
import { openAdmission } from './receive/admission.ts';
import { openOtlpGrpc } from './receive/grpc.ts';
import { openOtlpHttp } from './receive/http.ts';
import { namingSettings, policySettings } from './settings/derived.ts';
import type { Settings } from './settings/table.ts';
import { openSettleLoop } from './settle-loop.ts';
import { openWeb } from './show/web.ts';
import { openSelfMetrics } from './telemetry/registry.ts';
import { VERSION } from './version.ts';

/** Spans in one transaction: some tens of thousands of charges (storage was measured best there). */
const SETTLE_SPANS_MAX = 40_000;
const DUE_TASKS_MAX = 10_000;

export interface Service {
  /** Where it listens: `127.0.0.1:4317`, `http://127.0.0.1:4318`, `http://127.0.0.1:9464`. */
  readonly addresses: { readonly otlpGrpc: string; readonly otlpHttp: string; readonly web: string };
  /** Resolves once everything that is ripe now went through a settle step. */
  settleNow(): Promise<void>;
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
  const closers: (() => Promise<void>)[] = [];
  const later = (close: () => Promise<void>): void => void closers.push(close);
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const { count, measure, read } = openSelfMetrics();
    const policy = openPolicy(policySettings(settings));
    const tables = await loadPrices(settings.prices);
    if (tables.kind === 'refused') throw new StartRefused(tables.complaints);
    for (const warning of tables.warnings) log.warn({}, warning);
    const prices = openPriceBook({ ...tables, policy });

    later(await lockDataDirectory(settings.dataDir));
    const path = join(settings.dataDir, 'solvent.duckdb');
    const ledger = await openDuckDbLedger({ path, memoryLimit: `${Math.floor(settings.memoryLimit / 1024)}KiB`, crash });
    later(() => ledger.close());
    const journal = await openJournal({
      dir: join(settings.dataDir, 'journal'),
      after: await ledger.position(),
      segmentBytesMax: settings.journalSegmentBytesMax,
      count,
      crash,
    });
    later(() => journal.close());

    const vocabulary = new Vocabulary();
    const normalizer = openNormalizer({
      vocabulary,
      naming: namingSettings(settings),
      unitAttributes: prices.unitAttributes,
      nowMs: clock.now,
    });
    const openTraces = new OpenTraces({
      graceMs: settings.traceGrace,
      quietMs: settings.traceQuiet,
      interimMs: settings.interimAfter,
      spansMax: Math.floor(settings.openSpansMax / 2),
    });
    const pipeline = openPipeline({
      decoder: openDecoder(vocabulary.freeze()),
      normalizer,
      journal,
      openTraces,
      openReports: new OpenReports(),
      prices,
      policy,
      ledger,
      clock,
      count,
      limits: {
        pendingSpansMax: settings.openSpansMax,
        settleSpansMax: SETTLE_SPANS_MAX,
        dueTasksMax: DUE_TASKS_MAX,
        retryAfterMs: settings.retryAfter,
        lateWindowMs: settings.lateWindow,
      },
    });
    await pipeline.recover();
    const loop = openSettleLoop({
      settle: pipeline.settle,
      intervalMs: settings.settleInterval,
      clock,
      count,
      log,
    });
    later(() => loop.close());

    const admission = openAdmission({ inflightBytesMax: settings.inflightBytesMax });
    const observe = (): ReturnType<typeof read> => {
      measure('spans_pending', openTraces.spans, {});
      measure('bytes_in_flight', admission.bytes, {});
      measure('journal_segments', journal.segments(), {});
      measure('price_table_age_seconds', prices.ageMs(clock.now()) / 1000, {});
      return read();
    };
    const exporter = openExport({
      reads: ledger,
      windows: settings.windows,
      dimensions: settings.dimensions.map((dimension) => dimension.name),
      seriesMax: settings.seriesMax,
      selfMetrics: { read: observe, measure },
      clock,
      env,
      version: VERSION,
      instanceId: randomUUID(),
      log,
    });
    later(() => exporter.close());
    await exporter.start();

    let ready = false;
    const web = openWeb({
      reads: ledger,
      pricing: prices,
      reportOutcomes: async (reports) => {
        await pipeline.report(reports);
        for (const { outcome } of reports) count('outcomes_reported', 1, { outcome });
        await loop
          .settleNow()
          .catch((fault: unknown) => log.warn({ err: fault }, 'reports are durable, not yet settled'));
      },
      metricsPage: exporter.metricsPage,
      ready: () => ({ ready, why: ready ? '' : 'starting or stopping' }),
      windows: settings.windows,
      dimensions: settings.dimensions.map((dimension) => dimension.name),
      otlp: { grpcPort: settings.otlpGrpcPort, httpPort: settings.otlpHttpPort },
      clock,
      version: VERSION,
      log,
    });
    later(() => web.close());
    const doorParts = {
      accept: pipeline.accept,
      admission,
      count,
      log,
      limits: { bodyBytesMax: settings.bodyBytesMax, retryAfterMs: settings.retryAfter },
    };
    const grpc = openOtlpGrpc(doorParts);
    later(() => grpc.close());
    const http = openOtlpHttp(doorParts);
    later(() => http.close());
    later(async () => {
      ready = false;
    });
    const { host } = settings;
    const bound = {
      web: await web.listen({ host, port: settings.webPort }),
      grpc: await grpc.listen({ host, port: settings.otlpGrpcPort }),
      http: await http.listen({ host, port: settings.otlpHttpPort }),
    };
    ready = true;
    const named = host.includes(':') ? `[${host}]` : host;
    return {
      addresses: {
        otlpGrpc: `${named}:${bound.grpc.port}`,
        otlpHttp: `http://${named}:${bound.http.port}`,
        web: `http://${named}:${bound.web.port}`,
      },
      settleNow: loop.settleNow,
      close,
    };
  } catch (fault) {
    await close();
    throw fault;
  }
}
