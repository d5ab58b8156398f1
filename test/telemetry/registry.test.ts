import { describe, expect, test } from '@jest/globals';
import { SELF_METRICS, type SelfMetric } from '../../src/domain/self-metrics.ts';
import { LABEL_SETS_MAX, openSelfMetrics } from '../../src/telemetry/registry.ts';

const read = (metrics: ReturnType<typeof openSelfMetrics>, wanted: string) =>
  metrics
    .read()
    .filter(({ name }) => name === wanted)
    .map(({ labels, value }) => ({ labels, value }));

describe('the registry', () => {
  test('counters without labels begin at 0; a gauge that nobody measured has no value', () => {
    const names = openSelfMetrics()
      .read()
      .map(({ name }) => name);
    const bare = Object.entries<SelfMetric>(SELF_METRICS)
      .filter(([, { kind, labels }]) => kind === 'counter' && labels.length === 0)
      .map(([name]) => name);
    expect(names.sort()).toEqual(bare.sort());
  });

  test('counts add up by label set, a gauge keeps the last value', () => {
    const metrics = openSelfMetrics();
    metrics.count('requests', 1, { transport: 'grpc', answer: 'accepted' });
    metrics.count('requests', 2, { answer: 'accepted', transport: 'grpc' });
    metrics.count('requests', 4, { transport: 'grpc', answer: 'malformed' });
    metrics.count('requests', 8, { transport: 'http', answer: 'accepted' });
    metrics.count('span_flags', 1, { flag: 'clamped' });
    metrics.measure('spans_pending', 5, {});
    metrics.measure('spans_pending', 0, {});
    expect(read(metrics, 'requests')).toEqual([
      { labels: { transport: 'grpc', answer: 'accepted' }, value: 3 },
      { labels: { transport: 'grpc', answer: 'malformed' }, value: 4 },
      { labels: { transport: 'http', answer: 'accepted' }, value: 8 },
    ]);
    expect(read(metrics, 'span_flags')).toEqual([{ labels: { flag: 'clamped' }, value: 1 }]);
    expect(read(metrics, 'spans_pending')).toEqual([{ labels: {}, value: 0 }]);
  });

  test('at the limit every label set has its own series; past it the rest share one, and nothing is lost', () => {
    const metrics = openSelfMetrics();
    for (let index = 0; index < LABEL_SETS_MAX; index += 1)
      metrics.count('suppressed', 1, { rule: `rule-${index}` });
    expect(read(metrics, 'suppressed')).toHaveLength(LABEL_SETS_MAX);
    metrics.count('suppressed', 1, { rule: 'one more' });
    metrics.count('suppressed', 1, { rule: 'and another' });
    metrics.count('suppressed', 1, { rule: 'rule-0' });
    const series = read(metrics, 'suppressed');
    expect(series).toHaveLength(LABEL_SETS_MAX + 1);
    expect(series.at(-1)).toEqual({ labels: { rule: '__other__' }, value: 2 });
    expect(series.reduce((sum, { value }) => sum + value, 0)).toBe(LABEL_SETS_MAX + 3);
  });

  test('the labels that a caller passes are not kept by reference', () => {
    const metrics = openSelfMetrics();
    const labels = { rule: 'before' };
    metrics.count('suppressed', 1, labels);
    labels.rule = 'after';
    expect(read(metrics, 'suppressed')[0]!.labels).toEqual({ rule: 'before' });
  });
});
