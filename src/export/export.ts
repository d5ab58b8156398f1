import type { Measure, SelfSeries } from '../domain/self-metrics.ts';
import type { Clock } from '../lib/clock.ts';
import { type Log, silentLog } from '../lib/log.ts';
import type { Family } from './families.ts';
import { type Env, readPushSettings } from './push-settings.ts';
import { type MetricsPage, openScrape } from './scrape.ts';
import { selfFamilies } from './self-families.ts';
import { openSnapshots, type SnapshotSource } from './snapshot.ts';
import type { Source } from './source.ts';

export interface ExportSettings extends SnapshotSource {
  readonly selfMetrics: { read(): readonly SelfSeries[]; readonly measure: Measure };
  readonly clock: Clock;
  /** Where the OTEL variables are read; see push-settings.ts. */
  readonly env: Env;
  readonly version: string;
  /** Whether this process pushes now: of several that share a ledger one does. Always, unless given. */
  readonly pushes?: () => Promise<boolean>;
  /** Different for every process; becomes `service.instance.id` of the page. */
  readonly instanceId: string;
  /**
   * Becomes `service.instance.id` of what is pushed: of the ledger, so that its series go on whichever process pushes, also
   * after a restart.
   */
  readonly pushedAs: string;
  readonly log?: Log;
}

export interface Export {
  /** The page for Prometheus; status 500 with the reason where the ledger cannot be read. Never rejects. */
  metricsPage(): Promise<MetricsPage>;
  /** Begins to push where an OTLP endpoint is set. Rejects with one line per wrong OTEL variable. */
  start(): Promise<void>;
  /** Pushes once more, then lets go. */
  close(): Promise<void>;
}

/** Scrape and push of every metric. Nothing of the SDK is loaded unless something is pushed. */
export function openExport(settings: ExportSettings): Export {
  const {
    clock,
    selfMetrics,
    version,
    instanceId,
    pushedAs,
    log = silentLog,
    pushes = async () => true,
  } = settings;
  const snapshot = openSnapshots(settings);
  let closed = false;
  const read = shared(async (): Promise<readonly Family[]> => {
    if (closed) throw new Error('the export is closed');
    const { families, folded } = await snapshot(clock.now());
    selfMetrics.measure('series_folded', folded, {});
    return [...families, ...selfFamilies(selfMetrics.read())];
  });
  const source: Source = { version, instanceId, now: clock.now, read };
  const closers: (() => Promise<void>)[] = [];

  return {
    metricsPage: openScrape(source),
    async start() {
      const push = readPushSettings(settings.env);
      if (push.kind === 'off') return;
      if (push.kind === 'refused') throw new Error(push.complaints.join('\n'));
      const { openPush } = await import('./push.ts');
      closers.push((await openPush(push, { ...source, instanceId: pushedAs, pushes }, log)).close);
      log.info({ url: push.url, protocol: push.protocol, intervalMs: push.intervalMs }, 'metrics are pushed');
    },
    async close() {
      await Promise.allSettled(closers.splice(0).map((close) => close()));
      closed = true;
    },
  };
}

/** Calls that come while one is under way share its answer: two scrapers at once read the ledger once. */
function shared<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= task().finally(() => {
      running = undefined;
    });
    return running;
  };
}
