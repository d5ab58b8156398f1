import type { LedgerReads } from '../domain/ledger-reads.ts';
import { PRODUCT_METRICS, type ProductMetric, type ProductMetricName } from '../domain/product-metrics.ts';
import type { Window } from '../domain/window.ts';
import { nanosOfMs } from '../lib/rfc3339.ts';
import { bound, keyText } from './bound.ts';
import { openCounters } from './counter-points.ts';
import { addEconomics, economicsSums, type WindowLabels, windowLabels } from './economics-points.ts';
import { type Family, groupLabelNames, type Labels, labelsOf, Points } from './families.ts';
import { addOpen, openSums } from './open-points.ts';
import { Remembered } from './remembered.ts';

export interface Snapshot {
  readonly families: readonly Family[];
  /** Label sets that were summed into `__other__`. */
  readonly folded: number;
}

export interface SnapshotSource {
  readonly reads: Pick<LedgerReads, 'collect'>;
  readonly windows: readonly Window[];
  /** Names of the configured dimensions; each is a label. */
  readonly dimensions: readonly string[];
  /** Groups (agent type, task type, dimensions) per window, and label sets per counter, that keep their names. */
  readonly seriesMax: number;
}

/**
 * Reads the ledger once for all metrics of PRODUCT_METRICS; `now` in ms. Rejects where the ledger does. What belongs to a series
 * is made once and is the same object from one collection to the next: thousands of them come with every scrape.
 */
export function openSnapshots(source: SnapshotSource): (now: number) => Promise<Snapshot> {
  const { reads, windows, dimensions, seriesMax } = source;
  const names = groupLabelNames(dimensions);
  const groupBy = ['agent_type', 'task_type', ...dimensions.map((_, index) => `dimension:${index}`)];
  const addCounters = openCounters(names, seriesMax);
  const openLabels = new Remembered<Labels>();
  const closedLabels = windows.map(() => new Remembered<WindowLabels>());

  return async (now) => {
    const { closed, open, counters } = await reads.collect({
      windows: windows.map(({ ms }) => ({ from: nanosOfMs(now - ms), to: nanosOfMs(now + 1) })),
      groupBy,
    });
    const points = new Points();
    let folded = addCounters(points, counters);
    const openBound = bound(open, seriesMax, openSums);
    for (const row of openBound.rows) {
      const key = openSums.key(row);
      addOpen(
        points,
        row,
        openLabels.of(keyText(key), () => labelsOf(names, key)),
      );
    }
    openLabels.endRound();
    folded += openBound.folded;
    for (const [place, { name }] of windows.entries()) {
      const labels = closedLabels[place]!;
      const inWindow = bound(closed[place]!, seriesMax, economicsSums);
      for (const row of inWindow.rows)
        addEconomics(
          points,
          row,
          labels.of(keyText(row.group), () => windowLabels(names, row.group, name)),
        );
      labels.endRound();
      folded += inWindow.folded;
    }
    return { families: familiesOf(points), folded };
  };
}

const METRICS = Object.entries<ProductMetric>(PRODUCT_METRICS) as [ProductMetricName, ProductMetric][];

const familiesOf = (points: Points): readonly Family[] =>
  METRICS.map(([name, { kind, unit, help }]) => ({ name, kind, unit, help, points: points.of(name) }));
