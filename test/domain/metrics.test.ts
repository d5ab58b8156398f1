import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  COMMON_LABELS,
  OTHER,
  PRODUCT_METRICS,
  type ProductMetric,
} from '../../src/domain/product-metrics.ts';
import { SELF_METRICS, type SelfMetric } from '../../src/domain/self-metrics.ts';
import { table } from '../support/table.ts';

const rowsOf = (metrics: Readonly<Record<string, ProductMetric | SelfMetric>>) =>
  Object.entries(metrics).map(([name, { kind, unit, labels }]) => ({
    name,
    kind,
    unit,
    labels: labels.join(','),
  }));

/** Dashboards and alerts name these: a name, kind or label that changes here breaks them. */
const PROMISED = table(`
  name                          kind     unit      labels
  agent.cpst.usd                gauge    {USD}     basis,window
  agent.task.cost.usd           gauge    {USD}     component,window
  agent.success.ratio           gauge    1         basis,window
  agent.tasks                   gauge    {task}    outcome,window
  agent.tasks.open              gauge    {task}    _
  agent.tasks.open.cost.usd     gauge    {USD}     _
  agent.reasoning.action.ratio  gauge    1         basis,window
  agent.outcome.inferred.ratio  gauge    1         window
  agent.cost.untagged.ratio     gauge    1         window
  agent.calls.unpriced.ratio    gauge    1         window
  agent.cost.usd                counter  {USD}     component,provider,model
  agent.cost.credited.usd       counter  {USD}     component,provider,model
  agent.tokens                  counter  {token}   provider,model,token_class
  agent.actions                 counter  {action}  tool,status
`);

const OWN = table(`
  name                     kind     unit       labels
  requests                 counter  {request}  transport,answer
  request_bytes            counter  By         transport
  bytes_in_flight          gauge    By         _
  spans_received           counter  {span}     _
  spans_refused            counter  {span}     _
  spans_replayed           counter  {span}     _
  spans_edges              counter  {span}     _
  spans_pending            gauge    {span}     _
  facts_new                counter  {span}     _
  facts_repeated           counter  {span}     _
  span_flags               counter  {span}     flag
  suppressed               counter  {span}     rule
  charges                  counter  {line}     component
  unpriced                 counter  {line}     reason
  outcomes_reported        counter  {report}   outcome
  journal_commits          counter  {commit}   _
  journal_bytes            counter  By         _
  journal_segments         gauge    {file}     _
  journal_torn             counter  {record}   _
  settle_runs              counter  {run}      result
  settle_traces            counter  {trace}    _
  settle_seconds           counter  s          _
  series_folded            gauge    {series}   _
  price_table_age_seconds  gauge    s          _
`);

test('the metrics of the product are those that were promised', () => {
  expect(rowsOf(PRODUCT_METRICS)).toEqual(PROMISED);
  expect(COMMON_LABELS).toEqual(['agent_type', 'task_type']);
  expect(OTHER).toBe('__other__');
});

test('Solvent’s own metrics, none lost', () => {
  expect(rowsOf(SELF_METRICS)).toEqual(expect.arrayContaining([...OWN]));
});

describe.each([
  ['product', PRODUCT_METRICS],
  ['own', SELF_METRICS],
] as const)('%s metrics', (_, metrics) => {
  const all = Object.entries<ProductMetric | SelfMetric>(metrics);

  test('have a sentence of help each, and no two the same', () => {
    for (const [, { help }] of all) expect(help).toMatch(/^[A-Z][^\n]*\w\.$/);
    expect(new Set(all.map(([, { help }]) => help)).size).toBe(all.length);
  });

  test('have labels that Prometheus takes, none twice, none that is added to all', () => {
    for (const [, { labels }] of all) {
      for (const label of labels) expect(label).toMatch(/^(?!__)[a-z_][a-z0-9_]*$/);
      expect(new Set(labels).size).toBe(labels.length);
      expect(labels.filter((label) => (COMMON_LABELS as readonly string[]).includes(label))).toEqual([]);
    }
  });

  test('have units of UCUM', () => {
    for (const [, { unit }] of all) expect(unit).toMatch(/^(1|s|By|\{[A-Za-z]+\})$/);
  });
});

test('what has no unit is a ratio by name: a Collector calls it one in Prometheus, whatever it is called here', () => {
  const all = Object.entries<ProductMetric | SelfMetric>({ ...PRODUCT_METRICS, ...SELF_METRICS });
  for (const [name, { kind, unit }] of all)
    expect(`${name} ${unit}`).not.toMatch(kind === 'gauge' ? /^(?!.*ratio 1$).* 1$/ : / 1$/);
});

test('names in Prometheus are one each, whatever its suffixes', () => {
  const own = Object.keys(SELF_METRICS).map((name) => `solvent_${name}`);
  const names = [...own, ...Object.keys(PRODUCT_METRICS)].map((name) => name.replaceAll('.', '_'));
  for (const name of names) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(name).not.toMatch(/_(total|sum|count|bucket)$/);
  }
  expect(new Set(names).size).toBe(names.length);
});

test('every metric of our own is counted or measured somewhere', () => {
  const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('self-metrics.ts'))
    .map((path) => readFileSync(join('src', path), 'utf8'))
    .join('\n');
  const counted = new Set([...source.matchAll(/\b(?:count|measure)\(\s*'(\w+)'/g)].map(([, name]) => name));
  expect(Object.keys(SELF_METRICS).filter((name) => !counted.has(name))).toEqual([]);
});
