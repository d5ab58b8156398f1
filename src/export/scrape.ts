import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { CollectionResult, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { provide, type Source } from './provider.ts';

export interface MetricsPage {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Text format 0.0.4 whatever was asked for: every Prometheus reads it, and it goes by the content type. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface Scrape {
  page(): Promise<MetricsPage>;
  close(): Promise<void>;
}

/** The SDK's exporter without its server, whose answer to a failed collection would be 200. */
export function openScrape(source: Source): Scrape {
  const { reader, close } = provide(
    source,
    (producer) => new PrometheusExporter({ preventServerStart: true, metricProducers: [producer] }),
  );
  const serializer = new PrometheusSerializer('', false, undefined, false, true);
  return {
    close,
    async page() {
      const { resourceMetrics, errors } = await reader.collect().catch(failed);
      if (resourceMetrics === undefined || errors.length > 0) return refusal(errors[0]);
      const body = serializer.serialize(withoutUnits(resourceMetrics));
      return { status: 200, contentType: CONTENT_TYPE, body: body.endsWith('\n') ? body : `${body}\n` };
    },
  };
}

const failed = (error: unknown): { resourceMetrics: undefined; errors: CollectionResult['errors'] } => ({
  resourceMetrics: undefined,
  errors: [error],
});

const refusal = (reason: unknown): MetricsPage => ({
  status: 500,
  contentType: 'text/plain; charset=utf-8',
  body: `metrics could not be collected: ${reason instanceof Error ? reason.message : String(reason)}\n`,
});

/** `# UNIT` is no line of format 0.0.4; the serializer leaves it out where there is no unit. */
const withoutUnits = ({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics => ({
  resource,
  scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics.map((metric) => ({ ...metric, descriptor: { ...metric.descriptor, unit: '' } })),
  })),
});
