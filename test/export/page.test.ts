import { describe, expect, test } from '@jest/globals';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { PRODUCT_METRICS, type ProductMetric } from '../../src/domain/product-metrics.ts';
import { SELF_METRICS, type SelfMetric } from '../../src/domain/self-metrics.ts';
import type { Family, Labels } from '../../src/export/families.ts';
import { openPages, prometheusName } from '../../src/export/page.ts';
import { pageComplaints } from '../support/exposition.ts';

const RESOURCE = { 'service.name': 'solvent', 'service.instance.id': 'a"b\\c\nd' };

/** What the SDK makes of the same families: the judge. */
function serialized(families: readonly Family[]): string {
  const endTime: [number, number] = [1, 2];
  const metrics = families
    .filter(({ points }) => points.length > 0)
    .map(({ name, help, kind, points }): MetricData => {
      const descriptor = { name, description: help, unit: '', valueType: 1 };
      const dataPoints = points.map(({ labels, value }) => ({
        ...{ startTime: endTime, endTime, attributes: labels, value },
      }));
      const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE, dataPoints };
      return kind === 'gauge'
        ? { ...common, dataPointType: DataPointType.GAUGE }
        : { ...common, dataPointType: DataPointType.SUM, isMonotonic: true };
    });
  return new PrometheusSerializer('', false, undefined, false, true).serialize({
    resource: resourceFromAttributes(RESOURCE),
    scopeMetrics: [{ scope: { name: 'solvent', version: '0' }, metrics }],
  });
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\r', '{', '}', ',', '=', '#', 'n', '\ud800', '\udfff', '\0'),
  }),
  fc.constantFrom('', ' ', '\\n', '\\"', '"} 1\nx 1', '\u2028', 'é', '🎫'),
);
const labelName = fc.oneof(
  fc.constantFrom(
    'agent_type',
    'task.type',
    'my-dim',
    'a..b',
    'a__b',
    'Team',
    '9lives',
    '__x',
    'über',
    'a b',
  ),
  fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/),
);
const labels: fc.Arbitrary<Labels> = fc.dictionary(labelName, nasty, { maxKeys: 4, noNullPrototype: true });
const value = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e-12, 1e21, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.constantFrom(Number.MAX_VALUE, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER, 0.1 + 0.2, 123456789.12345679),
);
const family: fc.Arbitrary<Family> = fc.record({
  name: fc.oneof(
    fc.constantFrom(
      ...Object.keys(PRODUCT_METRICS),
      ...Object.keys(SELF_METRICS).map((one) => `solvent.${one}`),
    ),
    fc.constantFrom('a', 'a..b', 'a__b', 'a-b.total', 'x_total', 'Upper.Case'),
  ),
  kind: fc.constantFrom('counter', 'gauge'),
  unit: fc.constantFrom('1', '{USD}', ''),
  help: fc.oneof(
    fc.constantFrom('Help.', 'two\nlines', 'back\\slash', '"quoted"'),
    nasty.filter((text) => text !== ''),
  ),
  points: fc.array(fc.record({ labels, value }), { maxLength: 5 }),
});
const families = fc
  .array(family, { minLength: 1, maxLength: 6 })
  .filter((all) => all.some(({ points }) => points.length > 0));

describe('the page', () => {
  test("is the SDK serializer's, byte by byte, whatever the labels, values and help", () => {
    fc.assert(
      fc.property(families, (given) => {
        expect(openPages(RESOURCE)(given)).toBe(serialized(given));
      }),
      { numRuns: 500 },
    );
  });

  test('is so too where the pages before it had some of the labels, in the same places or in others', () => {
    const moved = fc.array(fc.tuple(fc.nat(9), value), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(labels, { minLength: 10, maxLength: 10 }),
        fc.array(moved, { maxLength: 5 }),
        (all, pages) => {
          const pageOf = openPages(RESOURCE);
          for (const places of pages) {
            const points = places.map(([place, one]) => ({ labels: all[place]!, value: one }));
            const given: Family[] = (['gauge', 'counter'] as const).map((kind) => ({
              ...{ name: 'a.b', kind, unit: '1', help: 'Help.', points },
            }));
            const turned = given.map((one) => ({ ...one, name: 'c', points: [...points].reverse() }));
            expect(pageOf([...given, ...turned])).toBe(
              points.length === 0 ? openPages(RESOURCE)([]) : serialized([...given, ...turned]),
            );
          }
        },
      ),
    );
  });

  test('keeps nothing of what an older page had in a place', () => {
    const pageOf = openPages({});
    const page = (labels: Labels, value: number) =>
      pageOf([{ name: 'a', kind: 'gauge', unit: '1', help: 'Help.', points: [{ labels, value }] }])
        .split('\n')
        .at(-2);
    const same = { x: '1' };
    expect([page(same, 1), page({ x: '2' }, 2), page(same, 3), page({}, 4)]).toEqual([
      'a{x="1"} 1',
      'a{x="2"} 2',
      'a{x="1"} 3',
      'a 4',
    ]);
  });

  test('is sound for a strict reader, of every metric of both tables', () => {
    const all: Family[] = [
      ...Object.entries<ProductMetric>(PRODUCT_METRICS),
      ...Object.entries<SelfMetric>(SELF_METRICS).map(([name, one]) => [`solvent.${name}`, one] as const),
    ].map(([name, { kind, unit, help }]) => ({
      name,
      kind,
      unit,
      help,
      points: [{ labels: { a: 'b' }, value: 1 }],
    }));
    const page = openPages(RESOURCE)(all);
    expect(pageComplaints(page)).toEqual([]);
    expect(page.split('\n').filter((line) => line.startsWith('# TYPE'))).toHaveLength(all.length + 1);
  });
});

test.each([
  ['agent.cpst.usd', 'gauge', 'agent_cpst_usd'],
  ['agent.cost.usd', 'counter', 'agent_cost_usd_total'],
  ['x_total', 'counter', 'x_total'],
  ['x_total', 'gauge', 'x_total'],
  ['a..b-c', 'gauge', 'a_b_c'],
] as const)('%s, a %s, is called %s', (name, kind, called) => {
  expect(prometheusName(name, kind)).toBe(called);
});
