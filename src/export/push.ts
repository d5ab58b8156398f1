import { resourceFromAttributes } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Log } from '../lib/log.ts';
import { provide } from './provider.ts';
import type { PushProtocol, PushSettings } from './push-settings.ts';
import { resourceOf, type Source } from './source.ts';

/** Sends what `source` gives by OTLP, again and again. Only the exporter that is asked for is loaded. */
export async function openPush(
  settings: PushSettings & { kind: 'push' },
  source: Source & { readonly pushes: () => Promise<boolean> },
  log: Log,
): Promise<{ close(): Promise<void> }> {
  const { url, protocol, intervalMs, timeoutMs } = settings;
  const exporter = reported(await newExporter(protocol, url, timeoutMs), { url, log });
  // Where another replica pushes, this one has nothing to say.
  const resource = resourceFromAttributes(resourceOf(source));
  const nothing = () => ({ resourceMetrics: { resource, scopeMetrics: [] }, errors: [] });
  return provide(
    source,
    (producer) =>
      new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: intervalMs,
        exportTimeoutMillis: timeoutMs,
        metricProducers: [
          { collect: async () => ((await source.pushes()) ? producer.collect() : nothing()) },
        ],
      }),
  );
}

async function newExporter(
  protocol: PushProtocol,
  url: string,
  timeoutMillis: number,
): Promise<PushMetricExporter> {
  switch (protocol) {
    case 'grpc': {
      const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-grpc');
      return new OTLPMetricExporter({ url, timeoutMillis });
    }
    case 'http/json': {
      const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
      return new OTLPMetricExporter({ url, timeoutMillis });
    }
    case 'http/protobuf': {
      const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
      return new OTLPMetricExporter({ url, timeoutMillis });
    }
  }
}

/** Logs when pushes begin to fail and when they work again: the SDK would only tell its own silent logger. */
function reported(exporter: PushMetricExporter, { url, log }: { url: string; log: Log }): PushMetricExporter {
  let failing = false;
  return {
    export: (metrics, done) => {
      if (metrics.scopeMetrics.length === 0) return done({ code: 0 });
      exporter.export(metrics, (result) => {
        const fails = result.code !== 0;
        if (fails && !failing) log.warn({ url, reason: result.error?.message }, 'metrics cannot be pushed');
        if (!fails && failing) log.info({ url }, 'metrics are pushed again');
        failing = fails;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
