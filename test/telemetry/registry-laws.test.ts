import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SELF_METRICS, type SelfMetric, type SelfMetricName } from '../../src/domain/self-metrics.ts';
import { LABEL_SETS_MAX, openSelfMetrics, type SelfMetrics } from '../../src/telemetry/registry.ts';

/**
 * **Goal**: whatever is counted in whatever order is read as it was counted. **Method**: random counts and measures, and a
 * map by name and labels that adds them up slowly.
 */

interface Said {
  readonly name: SelfMetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const ALL = Object.entries<SelfMetric>(SELF_METRICS) as [SelfMetricName, SelfMetric][];

/** Label values that would collide if they were put together to one key. */
const word = fc.constantFrom('a', 'b', 'a,b', '', 'a=b', '__proto__', 'constructor', '__other__');

const said: fc.Arbitrary<Said> = fc.constantFrom(...ALL).chain(([name, { labels }]) =>
  fc.record({
    name: fc.constant(name),
    labels: fc.tuple(...labels.map(() => word)).map((values) =>
      // In either order: a label is known by its name.
      Object.fromEntries(labels.map((label, index) => [label, values[index]!] as const).reverse()),
    ),
    value: fc.nat({ max: 1000 }),
  }),
);

const keyOf = ({ name, labels }: Pick<Said, 'name' | 'labels'>): string =>
  JSON.stringify([name, SELF_METRICS[name].labels.map((label) => labels[label])]);

function tell(metrics: SelfMetrics, { name, labels, value }: Said): void {
  const how = SELF_METRICS[name].kind === 'counter' ? metrics.count : metrics.measure;
  (how as (name: SelfMetricName, value: number, labels: Said['labels']) => void)(name, value, labels);
}

test('every series has what was said of it, and no series is made up', () => {
  fc.assert(
    fc.property(fc.array(said, { maxLength: 60 }), (all) => {
      const metrics = openSelfMetrics();
      const wanted = new Map<string, number>(
        ALL.filter(([, { kind, labels }]) => kind === 'counter' && labels.length === 0).map(([name]) => [
          keyOf({ name, labels: {} }),
          0,
        ]),
      );
      for (const one of all) {
        tell(metrics, one);
        const before = SELF_METRICS[one.name].kind === 'counter' ? (wanted.get(keyOf(one)) ?? 0) : 0;
        wanted.set(keyOf(one), before + one.value);
      }
      const read = metrics.read();
      expect(new Map(read.map((series) => [keyOf(series), series.value]))).toEqual(wanted);
      expect(read).toHaveLength(wanted.size);
      for (const { name, labels } of read)
        expect(Object.keys(labels).sort()).toEqual([...SELF_METRICS[name].labels].sort());
    }),
  );
});

describe('past the limit', () => {
  test('a set that was there keeps its own series, others share one, with two labels as well', () => {
    const metrics = openSelfMetrics();
    for (let index = 0; index < LABEL_SETS_MAX + 50; index += 1)
      metrics.count('requests', 1, { transport: index % 2 === 0 ? 'grpc' : 'http', answer: `a${index}` });
    metrics.count('requests', 10, { transport: 'grpc', answer: 'a0' });
    metrics.count('requests', 100, { transport: 'grpc', answer: 'a1' });
    const series = metrics.read().filter(({ name }) => name === 'requests');
    expect(series).toHaveLength(LABEL_SETS_MAX + 1);
    expect(series[0]).toMatchObject({ labels: { transport: 'grpc', answer: 'a0' }, value: 11 });
    expect(series.at(-1)).toEqual({
      name: 'requests',
      labels: { transport: '__other__', answer: '__other__' },
      value: 150,
    });
  });

  test('is 256 sets, for each metric by itself', () => {
    expect(LABEL_SETS_MAX).toBe(256);
    const metrics = openSelfMetrics();
    for (let index = 0; index <= LABEL_SETS_MAX; index += 1)
      metrics.count('unpriced', 1, { reason: `${index}` });
    metrics.count('charges', 1, { component: 'vector' });
    expect(metrics.read().filter(({ name }) => name === 'charges')).toEqual([
      { name: 'charges', labels: { component: 'vector' }, value: 1 },
    ]);
  });
});

test('two registries know nothing of each other', () => {
  const [one, other] = [openSelfMetrics(), openSelfMetrics()];
  one.count('spans_received', 5, {});
  const received = (metrics: SelfMetrics) =>
    metrics.read().find(({ name }) => name === 'spans_received')?.value;
  expect([received(one), received(other)]).toEqual([5, 0]);
});

test('what was read does not change with what is counted later', () => {
  const metrics = openSelfMetrics();
  metrics.count('charges', 1, { component: 'vector' });
  const before = metrics.read();
  metrics.count('charges', 1, { component: 'vector' });
  expect(before.find(({ name }) => name === 'charges')?.value).toBe(1);
});
