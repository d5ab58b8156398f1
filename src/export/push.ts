import { PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Log } from '../lib/log.ts';
import { provide, type Source } from './provider.ts';
import type { PushProtocol, PushSettings } from './push-settings.ts';

/** Sends what `source` gives by OTLP, again and again. Only the exporter that is asked for is loaded. */
export async function openPush(
  settings: PushSettings & { kind: 'push' },
  source: Source,
  log: Log,
): Promise<{ close(): Promise<void> }> {
  const { url, protocol, intervalMs, timeoutMs } = settings;
  const exporter = reported(await newExporter(protocol, url, timeoutMs), { url, log });
  return provide(
    source,
    (producer) =>
      new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: intervalMs,
        exportTimeoutMillis: timeoutMs,
        metricProducers: [producer],
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
    export: (metrics, done) =>
      exporter.export(metrics, (result) => {
        const fails = result.code !== 0;
        if (fails && !failing) log.warn({ url, reason: result.error?.message }, 'metrics cannot be pushed');
        if (!fails && failing) log.info({ url }, 'metrics are pushed again');
        failing = fails;
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
