import { ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Family } from './families.ts';

/**
 * The ledger as a source of metrics for the SDK's readers. Gauges and counters are observed at each collection
 * and nothing is remembered between two: the SDK's own observable instruments (2.12) go on reporting a series
 * that has ended, never forget a label set, and add a counter up from float differences.
 */
export function metricProducer(source: {
  readonly resource: Resource;
  readonly version: string;
  /** Rejects where the ledger cannot be read. */
  readonly read: () => Promise<readonly Family[]>;
  readonly now: () => number;
}): MetricProducer {
  const { resource, version, read, now } = source;
  const scope = { name: 'solvent', version };
  let firstMs: number | undefined;
  return {
    async collect() {
      const errors: unknown[] = [];
      const families = await read().catch((error: unknown) => {
        errors.push(error);
        return [];
      });
      const endMs = now();
      firstMs ??= endMs;
      const times = { start: hrTime(firstMs), end: hrTime(endMs) };
      const metrics = families
        .filter((family) => family.points.length > 0)
        .map((family) => metricData(family, times));
      return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] }, errors };
    },
  };
}

type HrTime = [number, number];

/**
 * Counters continue across restarts, so their start is not known: they start at the first collection with the
 * value they have, as the OTLP data model wants of a resumed stream, and no backend takes the past for an increase.
 */
function metricData(family: Family, times: { start: HrTime; end: HrTime }): MetricData {
  const { name, help, unit, kind, points } = family;
  const common = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: points.map(({ labels, value }) => ({
      startTime: times.start,
      endTime: times.end,
      attributes: labels,
      value,
    })),
  };
  return kind === 'gauge'
    ? { ...common, dataPointType: DataPointType.GAUGE }
    : { ...common, dataPointType: DataPointType.SUM, isMonotonic: true };
}

const hrTime = (ms: number): HrTime => [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
