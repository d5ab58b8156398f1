import { COMMON_LABELS, PRODUCT_METRICS, type ProductMetric } from '../domain/product-metrics.ts';
import { SELF_METRICS, type SelfMetric } from '../domain/self-metrics.ts';
import { prometheusName } from './page.ts';

/** `docs/metrics.md`, printed from the tables that the export reads. */
export function metricsDoc(): string {
  return [
    '# Metrics',
    '',
    'Printed from `src/domain/product-metrics.ts` and `src/domain/self-metrics.ts`; a test compares. Prometheus',
    'scrapes `/metrics` on the reading port; the same metrics are pushed by OTLP, under their OTel names, where',
    '`OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` or `OTEL_EXPORTER_OTLP_ENDPOINT` is set.',
    '',
    '## What agents cost',
    '',
    `Every metric also has the labels ${COMMON_LABELS.map(code).join(', ')} and those of the configured dimensions.`,
    'Gauges with `window` look at the tasks closed in that window up to now. A figure without a value, such as the',
    'cost per solved task where none was solved, has no series. Past `seriesMax` groups the smallest are summed',
    'under the label value `__other__`.',
    '',
    ...tableOf(Object.entries<ProductMetric>(PRODUCT_METRICS)),
    '',
    'Counters come from the ledger and continue across restarts. They do not fall: what a later fact takes back',
    'is counted by `agent.cost.credited.usd`. A label set keeps its name, or its place in `__other__`, until the',
    'process ends.',
    '',
    '## What Solvent says about itself',
    '',
    'They begin at 0 with the process. When nothing is pending, the books balance:',
    '`spans_received + spans_replayed = spans_refused + spans_edges + facts_new + facts_repeated + spans_pending`.',
    '',
    ...tableOf(
      Object.entries<SelfMetric>(SELF_METRICS).map(([name, metric]) => [`solvent.${name}`, metric] as const),
    ),
    '',
  ].join('\n');
}

function tableOf(metrics: readonly (readonly [string, ProductMetric | SelfMetric])[]): readonly string[] {
  return [
    '| OTel | Prometheus | kind | unit | more labels | what it says |',
    '|---|---|---|---|---|---|',
    ...metrics.map(([name, { kind, unit, labels, help }]) =>
      row([
        code(name),
        code(prometheusName(name, kind)),
        kind,
        code(unit),
        labels.map(code).join(', '),
        help,
      ]),
    ),
  ];
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const code = (text: string): string => `\`${text}\``;
