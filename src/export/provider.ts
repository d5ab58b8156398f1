import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MetricProducer, type MetricReader } from '@opentelemetry/sdk-metrics';
import type { Family } from './families.ts';
import { metricProducer } from './producer.ts';

/** What both ways out read; see export.ts. */
export interface Source {
  readonly version: string;
  readonly instanceId: string;
  readonly now: () => number;
  readonly read: () => Promise<readonly Family[]>;
}

/** An SDK provider of its own for one reader, so that a reader which nobody asks holds nothing back for another. */
export function provide<R extends MetricReader>(
  source: Source,
  open: (producer: MetricProducer) => R,
): { readonly reader: R; close(): Promise<void> } {
  const resource = resourceOf(source);
  const reader = open(metricProducer({ ...source, resource }));
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { reader, close: () => provider.shutdown() };
}

/** Who measures. */
export const resourceOf = ({ version, instanceId }: Source): Resource =>
  resourceFromAttributes({
    'service.name': 'solvent',
    'service.version': version,
    'service.instance.id': instanceId,
  });
