import { describe, expect, test } from '@jest/globals';
import { PRODUCT_METRICS, type ProductMetric } from '../../src/domain/product-metrics.ts';
import { SELF_METRICS, type SelfMetric } from '../../src/domain/self-metrics.ts';
import { prometheusName } from '../../src/export/page.ts';
import { dataPanels, labelValues, metricsOf, type Panel, readDashboard, substitute } from './dashboard.ts';

/**
 * Goal: Grafana reads the dashboard as it was meant. Method: what Grafana does not complain of but shows wrongly is
 * looked for in the file. That every query finds data is for dashboard.prometheus.test.ts.
 */

const dashboard = readDashboard('agent-unit-economics');
const panels = dataPanels(dashboard);
const byTitle = panels.map((panel) => [panel.title, panel] as const);
const METRICS = new Set([
  ...Object.entries<ProductMetric>(PRODUCT_METRICS).map(([name, { kind }]) => prometheusName(name, kind)),
  ...Object.entries<SelfMetric>(SELF_METRICS).map(([name, { kind }]) =>
    prometheusName(`solvent.${name}`, kind),
  ),
]);

test('it has the name that people look for', () => {
  expect(dashboard.title).toBe('Agent unit economics');
  expect(dashboard.templating.list.map(({ name }) => name)).toEqual([
    'datasource',
    'window',
    'agent_type',
    'task_type',
  ]);
});

test('panel ids and titles are unique', () => {
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const titles = dashboard.panels.map(({ title, type }) => `${type} ${title}`);
  expect(new Set(titles).size).toBe(titles.length);
});

test('no panel lies on another, or beside the grid of 24 columns', () => {
  const taken = new Map<string, string>();
  const complaints = dashboard.panels.flatMap(({ title, gridPos: { x, y, w, h } }) =>
    cells(x, y, w, h).flatMap((cell) => {
      const other = taken.get(cell);
      taken.set(cell, title);
      return other === undefined ? [] : [`${title} lies on ${other}`];
    }),
  );
  expect([...new Set(complaints)]).toEqual([]);
  expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x < 0 || x + w > 24)).toEqual([]);
});

const cells = (x: number, y: number, w: number, h: number): string[] =>
  Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`);

describe.each(byTitle)('%s', (_, panel: Panel) => {
  const targets = panel.targets ?? [];

  test('asks the data source that was chosen', () => {
    const asked = [panel.datasource, ...targets.map(({ datasource }) => datasource)];
    for (const one of asked) expect(one).toEqual({ type: 'prometheus', uid: '${' + 'datasource}' });
  });

  test('says what it shows, in which unit, with a legend', () => {
    expect(panel.description).toMatch(/\.$/);
    expect(panel.fieldConfig?.defaults.unit).toMatch(/^(currencyUSD|percentunit|short)$/);
    for (const { legendFormat } of targets) expect(legendFormat).not.toBe('');
  });

  test('asks in one way, under a letter of its own, for metrics that exist', () => {
    expect(targets.length).toBeGreaterThan(0);
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    for (const { expr, instant, range } of targets) {
      expect(instant).toBe(!range);
      const names = metricsOf(expr);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !METRICS.has(name))).toEqual([]);
    }
  });

  test('a gauge over a window is asked for one window only', () => {
    for (const { expr } of targets) {
      for (const [selector, name] of expr.matchAll(/\b(agent_[a-z_]+)\{[^}]*\}/g)) {
        const metric = Object.entries<ProductMetric>(PRODUCT_METRICS).find(
          ([otel, { kind }]) => prometheusName(otel, kind) === name,
        );
        expect([selector, selector.includes('window="$window"')]).toEqual([
          selector,
          metric?.[1].labels.includes('window') ?? false,
        ]);
      }
    }
  });
});

describe('transformations name the columns that there are', () => {
  test.each(panels.filter(({ transformations }) => transformations !== undefined))(
    '$title',
    ({ targets = [], transformations = [] }) => {
      for (const { format, instant } of targets)
        expect({ format, instant }).toEqual({ format: 'table', instant: true });
      const letters = targets.map(({ refId }) => `Value #${refId}`);
      for (const { id, options } of transformations) {
        if (id === 'organize') {
          expect(Object.keys(options.renameByName as object)).toEqual(['agent_type', ...letters]);
          expect(Object.keys(options.indexByName as object)).toEqual(['agent_type', ...letters]);
        }
        if (id === 'groupingToMatrix') {
          expect(targets).toHaveLength(1);
          expect(options.valueField).toBe('Value');
          expect(targets[0]?.expr).toContain(`sum by (${options.rowField}, ${options.columnField})`);
        }
      }
    },
  );
});

describe('variables', () => {
  test.each(dashboard.templating.list.filter(({ type }) => type === 'query'))(
    '$name is read from a metric',
    ({ name, definition = '', datasource, includeAll, allValue }) => {
      const { selector, label } = labelValues(definition);
      expect(label).toBe(name);
      expect(metricsOf(selector).every((metric) => METRICS.has(metric))).toBe(true);
      expect(datasource?.uid).toBe('${' + 'datasource}');
      if (includeAll) expect(allValue).toBe('.*');
    },
  );

  test('the window is one of the default ones until another is chosen', () => {
    expect(dashboard.templating.list.find(({ name }) => name === 'window')?.current.value).toBe('24h');
  });
});

describe('substitute', () => {
  test.each([
    ['a{window="$window"}', 'a{window="24h"}'],
    ['a{window="${' + 'window}"}', 'a{window="24h"}'],
    ['rate(a[$__rate_interval])', 'rate(a[4s])'],
  ])('%s', (text, wanted) => {
    expect(substitute(text, { window: '24h', __rate_interval: '4s' })).toBe(wanted);
  });

  test('what nothing gives a value is a mistake', () => {
    expect(() => substitute('$windw', { window: '24h' })).toThrow('no variable gives $windw a value');
  });
});
