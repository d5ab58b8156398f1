import type { Measure, SelfSeries } from '../domain/self-metrics.ts';
import type { Clock } from '../lib/clock.ts';
import { type Log, silentLog } from '../lib/log.ts';
import type { Family } from './families.ts';
import type { Source } from './provider.ts';
import { type Env, readPushSettings } from './push-settings.ts';
import type { MetricsPage, Scrape } from './scrape.ts';
import { selfFamilies } from './self-families.ts';
import { openSnapshots, type SnapshotSource } from './snapshot.ts';

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

/** Scrape and push of every metric. Nothing of the SDK is loaded before the first scrape or push. */
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
  const read = shared(async (): Promise<readonly Family[]> => {
    const { families, folded } = await snapshot(clock.now());
    selfMetrics.measure('series_folded', folded, {});
    return [...families, ...selfFamilies(selfMetrics.read())];
  });
  const source: Source = { version, instanceId, now: clock.now, read };
  const closers: (() => Promise<void>)[] = [];

  let scrape: Promise<Scrape> | undefined;
  return {
    async metricsPage() {
      scrape ??= import('./scrape.ts').then(({ openScrape }) => openScrape(source));
      return (await scrape).page();
    },
    async start() {
      const push = readPushSettings(settings.env);
      if (push.kind === 'off') return;
      if (push.kind === 'refused') throw new Error(push.complaints.join('\n'));
      const { openPush } = await import('./push.ts');
      closers.push((await openPush(push, { ...source, instanceId: pushedAs, pushes }, log)).close);
      log.info({ url: push.url, protocol: push.protocol, intervalMs: push.intervalMs }, 'metrics are pushed');
    },
    async close() {
      if (scrape !== undefined) closers.push((await scrape).close);
      await Promise.allSettled(closers.splice(0).map((close) => close()));
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
