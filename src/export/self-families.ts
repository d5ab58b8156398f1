import { SELF_METRICS, type SelfMetric, type SelfSeries } from '../domain/self-metrics.ts';
import type { Family } from './families.ts';

/** What Solvent says about itself, under `solvent.`; in Prometheus `solvent_`. */
export function selfFamilies(series: readonly SelfSeries[]): readonly Family[] {
  return Object.entries<SelfMetric>(SELF_METRICS).map(([name, { kind, unit, help }]) => ({
    name: `solvent.${name}`,
    kind,
    unit,
    help,
    points: series.filter((one) => one.name === name).map(({ labels, value }) => ({ labels, value })),
  }));
}
