import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Family } from '../../src/export/families.ts';
import { openPages } from '../../src/export/page.ts';
import { metricProducer } from '../../src/export/producer.ts';
import { openSnapshots } from '../../src/export/snapshot.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { median, type Row } from './row.ts';

const COLLECTED = 21;
const HOUR_MS = 3_600_000;
const WINDOWS = [
  { name: '1h', ms: HOUR_MS },
  { name: '24h', ms: 24 * HOUR_MS },
  { name: '7d', ms: 168 * HOUR_MS },
];
const RESOURCE = { 'service.name': 'solvent' };

/** Middles of milliseconds, over the same collections. */
export interface Collections {
  readonly series: number;
  /** What the ledger reads and the export sums up, for a page or a push. */
  readonly collectMs: number;
  readonly pageMs: number;
  /** The same page by way of the SDK. */
  readonly serializerMs: number;
}

/** What one collection over the ledger costs in a process that has made some. */
export async function measureCollections(path: string, endMs: number): Promise<Collections> {
  const ledger = await openDuckDbLedger({ path });
  const collect = openSnapshots({ reads: ledger, windows: WINDOWS, dimensions: ['team'], seriesMax: 1000 });
  const pageOf = openPages(RESOURCE);
  const ms = { collect: [] as number[], page: [] as number[], serializer: [] as number[] };
  let series = 0;
  for (let round = 0; round < 2 * COLLECTED; round += 1) {
    const { made: snapshot, took: collecting } = await timed(() => collect(endMs));
    const { made: page, took: writing } = await timed(async () => pageOf(snapshot.families));
    const { made: judge, took: serializing } = await timed(() => serialized(snapshot.families));
    if (page !== judge) throw new Error('the page is not what the SDK writes');
    if (round < COLLECTED) continue;
    ms.collect.push(collecting);
    ms.page.push(writing);
    ms.serializer.push(serializing);
    series = snapshot.families.reduce((sum, { points }) => sum + points.length, 0);
  }
  await ledger.close();
  return {
    series,
    collectMs: median(ms.collect),
    pageMs: median(ms.page),
    serializerMs: median(ms.serializer),
  };
}

/** By name of the size. */
export function collectionRows(found: readonly { name: string; collections: Collections }[]): Row[] {
  const each = (of: (one: Collections) => number) =>
    found.map(({ name, collections }) => `${name}: ${of(collections).toFixed(1)} ms`).join(', ');
  const [least, most] = [found[0]!.collections, found.at(-1)!.collections];
  return [
    {
      figure: `collection for metrics, ${most.series} series`,
      measured: `p50 ${each(({ collectMs }) => collectMs)}`,
      yardstick: '-',
      ratio: `${(most.collectMs / least.collectMs).toFixed(1)}x`,
      target: '<= 50 ms',
    },
    {
      figure: 'writing its page',
      measured: `p50 ${each(({ pageMs }) => pageMs)}`,
      yardstick: `SDK: ${each(({ serializerMs }) => serializerMs)}`,
      ratio: `${(most.serializerMs / most.pageMs).toFixed(1)}x faster`,
      target: '-',
    },
  ];
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly made: T; readonly took: number }> {
  const started = performance.now();
  const made = await work();
  return { made, took: performance.now() - started };
}

/** As the SDK's exporter makes it, without units, which the format has not. */
async function serialized(families: readonly Family[]): Promise<string> {
  const producer = metricProducer({
    resource: resourceFromAttributes(RESOURCE),
    version: '0',
    read: async () => families,
    now: () => 0,
  });
  const { resource, scopeMetrics } = (await producer.collect()).resourceMetrics;
  return new PrometheusSerializer('', false, undefined, false, true).serialize({
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map((one) => ({ ...one, descriptor: { ...one.descriptor, unit: '' } })),
    })),
  });
}
