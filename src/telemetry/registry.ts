import {
  type Count,
  type Measure,
  SELF_METRICS,
  type SelfMetric,
  type SelfMetricName,
  type SelfSeries,
} from '../domain/self-metrics.ts';

export interface SelfMetrics {
  readonly count: Count;
  readonly measure: Measure;
  /** Every series as it stands. A counter without labels is there from the start, at 0. */
  read(): readonly SelfSeries[];
}

/** Label sets of one metric; past it they are counted together, so that a surprise in a label cannot grow without end. */
export const LABEL_SETS_MAX = 256;

/** Where the sets past LABEL_SETS_MAX are counted. */
const OVERFLOW = '__other__';

/** Numbers about Solvent itself, in memory; they begin at 0 with the process. */
export function openSelfMetrics(): SelfMetrics {
  const cells = new Map<SelfMetricName, Cells>();
  for (const [name, metric] of Object.entries<SelfMetric>(SELF_METRICS)) {
    cells.set(name as SelfMetricName, new Cells(metric));
  }
  return {
    count: (name, by, labels) => {
      cells.get(name)!.at(labels).value += by;
    },
    measure: (name, value, labels) => {
      cells.get(name)!.at(labels).value = value;
    },
    read: () => [...cells].flatMap(([name, metric]) => metric.series(name)),
  };
}

interface Cell {
  readonly labels: Readonly<Record<string, string>>;
  /** NaN until it is first set: a gauge that nobody measured has no value. */
  value: number;
}

/** The series of one metric, found by walking its label values: no key is built per call. */
class Cells {
  readonly #metric: SelfMetric;
  readonly #single: Cell | undefined;
  readonly #all: Cell[] = [];
  readonly #byValue = new Map<string, Cell | Map<string, Cell>>();
  #overflow: Cell | undefined;

  constructor(metric: SelfMetric) {
    this.#metric = metric;
    if (metric.labels.length === 0) this.#single = this.#add({});
  }

  at(labels: Readonly<Record<string, string>>): Cell {
    if (this.#single !== undefined) return this.#single;
    const [first, second] = this.#metric.labels as [string, string?];
    const found = this.#byValue.get(labels[first]!);
    if (second === undefined) return (found as Cell | undefined) ?? this.#grow(labels);
    return (found as Map<string, Cell> | undefined)?.get(labels[second]!) ?? this.#grow(labels);
  }

  series(name: SelfMetricName): readonly SelfSeries[] {
    return this.#all
      .filter((cell) => !Number.isNaN(cell.value))
      .map((cell) => ({ name, labels: cell.labels, value: cell.value }));
  }

  #grow(labels: Readonly<Record<string, string>>): Cell {
    const names = this.#metric.labels;
    if (this.#all.length >= LABEL_SETS_MAX) {
      this.#overflow ??= this.#add(Object.fromEntries(names.map((label) => [label, OVERFLOW])));
      return this.#overflow;
    }
    const cell = this.#add({ ...labels });
    const [first, second] = names as [string, string?];
    if (second === undefined) this.#byValue.set(labels[first]!, cell);
    else {
      const inner = (this.#byValue.get(labels[first]!) as Map<string, Cell> | undefined) ?? new Map();
      this.#byValue.set(labels[first]!, inner.set(labels[second]!, cell));
    }
    return cell;
  }

  #add(labels: Readonly<Record<string, string>>): Cell {
    const cell = { labels, value: this.#metric.kind === 'counter' ? 0 : Number.NaN };
    this.#all.push(cell);
    return cell;
  }
}
