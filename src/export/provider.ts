import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MetricProducer, type MetricReader } from '@opentelemetry/sdk-metrics';
import { metricProducer } from './producer.ts';
import { resourceOf, type Source } from './source.ts';

/** An SDK provider of its own for one reader. */
export function provide(
  source: Source,
  open: (producer: MetricProducer) => MetricReader,
): { close(): Promise<void> } {
  const resource = resourceFromAttributes(resourceOf(source));
  const provider = new MeterProvider({ resource, readers: [open(metricProducer({ ...source, resource }))] });
  return { close: () => provider.shutdown() };
}
