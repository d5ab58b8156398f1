import type { CounterLabels, CounterTotal } from '../domain/ledger.ts';
import { type UsdPico, usdNumber } from '../domain/money.ts';
import type { ProductMetricName } from '../domain/product-metrics.ts';
import { keyText } from './bound.ts';
import { type Labels, labelsOf, labelValue, otherValues, type Points } from './families.ts';

/** Adds the counters' points to `points`; answers how many label sets were folded. */
export type AddCounters = (points: Points, totals: readonly CounterTotal[]) => number;

/**
 * Counters must not fall, so a label set that once has its name keeps it, and one that was once counted under
 * `__other__` stays there, until the process ends. Largest first gets a name. The closed labels (component,
 * token class, status) keep their values in `__other__` too.
 *
 * What a counter's labels lead to is found once: ten thousand of them come with every scrape, each time the same objects.
 */
export function openCounters(groupNames: readonly string[], seriesMax: number): AddCounters {
  const naming = new Naming(groupNames, seriesMax);
  const leaves = new WeakMap<CounterLabels, Leaf>();
  const leafOf = (labels: CounterLabels): Leaf => {
    let leaf = leaves.get(labels);
    if (leaf === undefined) {
      leaf = { labels, set: naming.setOf(labels), series: undefined };
      leaves.set(labels, leaf);
    }
    return leaf;
  };
  let found: readonly Leaf[] = [];
  let round = 0;
  return (points, totals) => {
    round += 1;
    // Mostly they come in the order of the time before.
    const before = found;
    found = totals.map(({ labels }, at) => (before[at]?.labels === labels ? before[at] : leafOf(labels)));
    naming.nameNew(found, totals);
    const live: Series[] = [];
    for (let at = 0; at < found.length; at += 1) {
      const leaf = found[at]!;
      leaf.series ??= naming.seriesOf(leaf.set, leaf.labels);
      const { series } = leaf;
      if (series.round === round) series.total += totals[at]!.total;
      else {
        series.round = round;
        series.total = totals[at]!.total;
        live.push(series);
      }
    }
    for (const { metric, labels, total } of live)
      points.add(metric, isMoney(metric) ? usdNumber(total as UsdPico) : Number(total), labels);
    return naming.folded;
  };
}

/** `cost` and `credited` share their sets, so that their difference is right for every one of them. */
type Subject = 'money' | 'tokens' | 'actions';

interface LabelSet {
  readonly subject: Subject;
  readonly values: readonly string[];
  readonly text: string;
  /** Undefined until the end of the first collection that shows it. */
  keepsName: boolean | undefined;
}

interface Series {
  readonly metric: ProductMetricName;
  readonly labels: Labels;
  /** The collection that `total` is of. */
  round: number;
  total: bigint;
}

/** What the labels of a counter lead to. */
interface Leaf {
  readonly labels: CounterLabels;
  readonly set: LabelSet;
  series: Series | undefined;
}

/** Which label sets have a name, and the series that each is part of. */
class Naming {
  readonly #sets = new Map<string, LabelSet>();
  readonly #series = new Map<string, Series>();
  readonly #named: Record<Subject, number> = { money: 0, tokens: 0, actions: 0 };
  readonly #columns: Record<Subject, readonly string[]>;
  readonly #max: number;
  folded = 0;

  constructor(groupNames: readonly string[], seriesMax: number) {
    const ofModels = [...groupNames, 'provider', 'model'];
    this.#columns = { money: ofModels, tokens: ofModels, actions: [...groupNames, 'tool'] };
    this.#max = seriesMax;
  }

  setOf(row: CounterLabels): LabelSet {
    const subject = subjectOf(row);
    const values = openValues(row).map(labelValue);
    const text = keyText(values);
    const known = this.#sets.get(subject + text);
    if (known !== undefined) return known;
    const set: LabelSet = { subject, values, text, keepsName: undefined };
    this.#sets.set(subject + text, set);
    return set;
  }

  nameNew(found: readonly Leaf[], totals: readonly CounterTotal[]): void {
    const sizes = new Map<LabelSet, bigint>();
    for (let at = 0; at < found.length; at += 1) {
      const { set } = found[at]!;
      if (set.keepsName === undefined) sizes.set(set, (sizes.get(set) ?? 0n) + totals[at]!.total);
    }
    const largestFirst = [...sizes].sort(([left, leftSize], [right, rightSize]) =>
      leftSize === rightSize ? (left.text < right.text ? -1 : 1) : leftSize < rightSize ? 1 : -1,
    );
    for (const [set] of largestFirst) {
      set.keepsName = this.#named[set.subject] < this.#max;
      if (set.keepsName) this.#named[set.subject] += 1;
      else this.folded += 1;
    }
  }

  /** A set that is really called `__other__` shares the series of those that lost their name. */
  seriesOf({ subject, values, keepsName }: LabelSet, row: CounterLabels): Series {
    const metric = METRICS[row.counter];
    const open = labelsOf(this.#columns[subject], keepsName === true ? values : otherValues(values));
    const labels = { ...open, [CLOSED[subject]]: closedValue(row) };
    const key = keyText([metric, ...Object.values(labels)]);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const series: Series = { metric, labels, round: 0, total: 0n };
    this.#series.set(key, series);
    return series;
  }
}

function openValues(row: CounterLabels): readonly string[] {
  const group = [row.agentType, row.taskType, ...row.dimensions];
  return row.counter === 'actions' ? [...group, row.tool] : [...group, row.provider, row.model];
}

const CLOSED = { money: 'component', tokens: 'token_class', actions: 'status' } as const;

function closedValue(row: CounterLabels): string {
  if (row.counter === 'actions') return row.status;
  return row.counter === 'tokens' ? row.tokenClass : row.component;
}

const subjectOf = (row: CounterLabels): Subject =>
  row.counter === 'tokens' || row.counter === 'actions' ? row.counter : 'money';

const METRICS = {
  cost: 'agent.cost.usd',
  credited: 'agent.cost.credited.usd',
  tokens: 'agent.tokens',
  actions: 'agent.actions',
} as const satisfies Record<CounterLabels['counter'], ProductMetricName>;

const isMoney = (metric: ProductMetricName): boolean =>
  metric === 'agent.cost.usd' || metric === 'agent.cost.credited.usd';
