import type { LedgerReads } from '../domain/ledger-reads.ts';
import { PRODUCT_METRICS, type ProductMetric, type ProductMetricName } from '../domain/product-metrics.ts';
import type { Window } from '../domain/window.ts';
import { nanosOfMs } from '../lib/rfc3339.ts';
import { bound } from './bound.ts';
import { openCounters } from './counter-points.ts';
import { addEconomics, economicsSums } from './economics-points.ts';
import { type Family, groupLabelNames, Points } from './families.ts';
import { addOpen, openSums } from './open-points.ts';

export interface Snapshot {
  readonly families: readonly Family[];
  /** Label sets that were summed into `__other__`. */
  readonly folded: number;
}

export interface SnapshotSource {
  readonly reads: Pick<LedgerReads, 'unitEconomics' | 'openTasks' | 'counters'>;
  readonly windows: readonly Window[];
  /** Names of the configured dimensions; each is a label. */
  readonly dimensions: readonly string[];
  /** Groups (agent type, task type, dimensions) per window, and label sets per counter, that keep their names. */
  readonly seriesMax: number;
}

/** Reads the ledger once for all metrics of PRODUCT_METRICS; `now` in ms. Rejects where the ledger does. */
export function openSnapshots(source: SnapshotSource): (now: number) => Promise<Snapshot> {
  const { reads, windows, dimensions, seriesMax } = source;
  const names = groupLabelNames(dimensions);
  const groupBy = ['agent_type', 'task_type', ...dimensions.map((_, index) => `dimension:${index}`)];
  const addCounters = openCounters(names, seriesMax);

  return async (now) => {
    const [open, totals, ...economics] = await Promise.all([
      reads.openTasks(),
      reads.counters(),
      ...windows.map(({ ms }) =>
        reads.unitEconomics({ from: nanosOfMs(now - ms), to: nanosOfMs(now + 1), groupBy }),
      ),
    ]);
    const points = new Points();
    let folded = addCounters(points, totals);
    const openBound = bound(open, seriesMax, openSums);
    for (const row of openBound.rows) addOpen(points, row, names);
    folded += openBound.folded;
    windows.forEach((window, index) => {
      const closed = bound(economics[index]!, seriesMax, economicsSums);
      for (const row of closed.rows) addEconomics(points, row, names, window.name);
      folded += closed.folded;
    });
    return { families: familiesOf(points), folded };
  };
}

const METRICS = Object.entries<ProductMetric>(PRODUCT_METRICS) as [ProductMetricName, ProductMetric][];

const familiesOf = (points: Points): readonly Family[] =>
  METRICS.map(([name, { kind, unit, help }]) => ({ name, kind, unit, help, points: points.of(name) }));
