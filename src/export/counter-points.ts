import type { CounterDelta } from '../domain/ledger.ts';
import { type UsdPico, usdNumber } from '../domain/money.ts';
import type { ProductMetricName } from '../domain/product-metrics.ts';
import { keyText } from './bound.ts';
import { type Labels, labelsOf, labelValue, otherValues, type Points } from './families.ts';

/** Adds the counters' points to `points`; answers how many label sets were folded. */
export type AddCounters = (points: Points, totals: readonly CounterDelta[]) => number;

/**
 * Counters must not fall, so a label set that once has its name keeps it, and one that was once counted under
 * `__other__` stays there, until the process ends. Largest first gets a name. The closed labels (component,
 * token class, status) keep their values in `__other__` too.
 */
export function openCounters(groupNames: readonly string[], seriesMax: number): AddCounters {
  const named: Record<Subject, Set<string>> = { money: new Set(), tokens: new Set(), actions: new Set() };
  const columns = {
    money: [...groupNames, 'provider', 'model'],
    tokens: [...groupNames, 'provider', 'model'],
    actions: [...groupNames, 'tool'],
  };
  return (points, totals) => {
    const sets = labelSets(totals);
    let folded = 0;
    const series = new Map<string, Series>();
    for (const set of sets) {
      const names = named[set.subject];
      if (names.size < seriesMax) names.add(set.text);
      const keeps = names.has(set.text);
      if (!keeps) folded += 1;
      const open = labelsOf(columns[set.subject], keeps ? set.values : otherValues(set.values));
      for (const row of set.rows) addTo(series, metricOf(row), { ...open, ...closedLabels(row) }, row.by);
    }
    for (const { metric, labels, total } of series.values()) {
      points.add(metric, isMoney(metric) ? usdNumber(total as UsdPico) : Number(total), labels);
    }
    return folded;
  };
}

/** `cost` and `credited` share their sets, so that their difference is right for every one of them. */
type Subject = 'money' | 'tokens' | 'actions';

interface LabelSet {
  readonly subject: Subject;
  readonly values: readonly string[];
  readonly text: string;
  readonly rows: CounterDelta[];
  size: bigint;
}

interface Series {
  readonly metric: ProductMetricName;
  readonly labels: Labels;
  total: bigint;
}

function labelSets(totals: readonly CounterDelta[]): readonly LabelSet[] {
  const sets = new Map<string, LabelSet>();
  for (const row of totals) {
    const subject = subjectOf(row);
    const values = openValues(row).map(labelValue);
    const text = keyText(values);
    const at = subject + text;
    let set = sets.get(at);
    if (set === undefined) {
      set = { subject, values, text, rows: [], size: 0n };
      sets.set(at, set);
    }
    set.rows.push(row);
    set.size += row.by;
  }
  return [...sets.values()].sort((a, b) =>
    a.size === b.size ? (a.text < b.text ? -1 : 1) : a.size < b.size ? 1 : -1,
  );
}

function addTo(series: Map<string, Series>, metric: ProductMetricName, labels: Labels, by: bigint): void {
  const key = keyText([metric, ...Object.values(labels)]);
  const known = series.get(key);
  if (known === undefined) series.set(key, { metric, labels, total: by });
  else known.total += by;
}

function openValues(row: CounterDelta): readonly string[] {
  const group = [row.agentType, row.taskType, ...row.dimensions];
  return row.counter === 'actions' ? [...group, row.tool] : [...group, row.provider, row.model];
}

function closedLabels(row: CounterDelta): Labels {
  if (row.counter === 'actions') return { status: row.status };
  return row.counter === 'tokens' ? { token_class: row.tokenClass } : { component: row.component };
}

const subjectOf = (row: CounterDelta): Subject =>
  row.counter === 'tokens' || row.counter === 'actions' ? row.counter : 'money';

const METRICS = {
  cost: 'agent.cost.usd',
  credited: 'agent.cost.credited.usd',
  tokens: 'agent.tokens',
  actions: 'agent.actions',
} as const satisfies Record<CounterDelta['counter'], ProductMetricName>;

const metricOf = (row: CounterDelta): ProductMetricName => METRICS[row.counter];

const isMoney = (metric: ProductMetricName): boolean =>
  metric === 'agent.cost.usd' || metric === 'agent.cost.credited.usd';
