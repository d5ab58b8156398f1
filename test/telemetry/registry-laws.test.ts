import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SELF_METRICS, type SelfMetric, type SelfMetricName } from '../../src/domain/self-metrics.ts';
import { LABEL_SETS_MAX, openSelfMetrics } from '../../src/telemetry/registry.ts';

type Labels = Readonly<Record<string, string>>;
/** Without the compiler's help, as a law over all metrics needs it. */
type AnyCount = (name: SelfMetricName, by: number, labels: Labels) => void;

const METRICS = Object.entries<SelfMetric>(SELF_METRICS) as [SelfMetricName, SelfMetric][];
const value = fc.constantFrom('', 'a', 'b', '\0', '__proto__', 'a,b', 'ü');
const sent = fc.constantFrom(...METRICS).chain(([name, { kind, labels }]) =>
  fc.record({
    name: fc.constant(name),
    kind: fc.constant(kind),
    by: fc.nat(100),
    labels: fc
      .tuple(...labels.map(() => value))
      .map((values) => Object.fromEntries(labels.map((label, index) => [label, values[index]!]))),
  }),
);
const keyOf = (name: string, labels: Labels): string => JSON.stringify([name, Object.entries(labels).sort()]);

describe('whatever is counted and measured', () => {
  test('counters are the sum of what they were told by label set, gauges the last, and nothing else is there', () => {
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 60 }), (all) => {
        const { count, measure, read } = openSelfMetrics();
        const expected = new Map<string, number>();
        for (const [name, { kind, labels }] of METRICS)
          if (kind === 'counter' && labels.length === 0) expected.set(keyOf(name, {}), 0);
        for (const { name, kind, by, labels } of all) {
          const key = keyOf(name, labels);
          if (kind === 'counter') {
            (count as AnyCount)(name, by, labels);
            expected.set(key, (expected.get(key) ?? 0) + by);
          } else {
            (measure as AnyCount)(name, by, labels);
            expected.set(key, by);
          }
        }
        const series = read().map((one) => [keyOf(one.name, one.labels), one.value] as const);
        expect(new Map(series)).toEqual(expected);
        expect(series).toHaveLength(expected.size);
      }),
    );
  });
});

describe('more label sets than there is room for', () => {
  test('of two labels: at most the limit and one, and the sum stays whole', () => {
    const { count, read } = openSelfMetrics();
    for (let index = 0; index < 3 * LABEL_SETS_MAX; index += 1)
      count('requests', 1, { transport: `t${index % 40}`, answer: `a${index}` });
    const series = read().filter(({ name }) => name === 'requests');
    expect(series).toHaveLength(LABEL_SETS_MAX + 1);
    expect(series.reduce((sum, one) => sum + one.value, 0)).toBe(3 * LABEL_SETS_MAX);
    expect(series.at(-1)).toEqual({
      name: 'requests',
      labels: { transport: '__other__', answer: '__other__' },
      value: 2 * LABEL_SETS_MAX,
    });
  });

  test('of one metric take no room from another', () => {
    const { count, read } = openSelfMetrics();
    for (let index = 0; index <= LABEL_SETS_MAX; index += 1) count('span_flags', 1, { flag: `f${index}` });
    count('suppressed', 1, { rule: 'r' });
    expect(read().find(({ name }) => name === 'suppressed')?.labels).toEqual({ rule: 'r' });
  });

  test('what was read stays as it was read', () => {
    const { count, read } = openSelfMetrics();
    count('suppressed', 1, { rule: 'r' });
    const before = read();
    count('suppressed', 1, { rule: 'r' });
    expect(before.find(({ name }) => name === 'suppressed')?.value).toBe(1);
  });
});
