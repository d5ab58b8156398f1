import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CounterDelta } from '../../src/domain/ledger.ts';
import type { OpenRow } from '../../src/domain/ledger-reads.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import { OTHER } from '../../src/domain/product-metrics.ts';
import { bound, keyText, mergeByKey } from '../../src/export/bound.ts';
import { openCounters } from '../../src/export/counter-points.ts';
import { labelsOf, labelValue, Points } from '../../src/export/families.ts';
import { openSums } from '../../src/export/open-points.ts';
import { readPushSettings } from '../../src/export/push-settings.ts';
import { pageComplaints } from '../support/exposition.ts';
import { table } from '../support/table.ts';
import { charge, ledgerOf, openTask, task, totalsOf } from '../support/tasks.ts';
import { parsePage, withExport } from './opened.ts';

const names = fc.constantFrom('a', 'b', 'c', '', OTHER, '\ud800', '\ufffd', '"', '","');
/** Some of them equal, so that there are ties to be broken. */
const anyCost = fc.oneof(fc.constantFrom(0n, 1n), fc.bigInt(0n, 10n ** 13n));
const anyOpen = fc
  .record({
    agentType: names,
    taskType: names,
    team: names,
    tasks: fc.nat(9),
    pico: anyCost,
  })
  .map(({ team, pico, ...rest }): OpenRow => ({ ...rest, dimensions: [team], cost: pico as UsdPico }));

describe('open tasks past the limit', () => {
  const rows = fc.array(anyOpen, { maxLength: 20 });
  const max = fc.integer({ min: 1, max: 8 });
  const sums = (all: readonly OpenRow[]) => [
    all.reduce((sum, { cost }) => sum + cost, 0n),
    all.reduce((sum, { tasks }) => sum + tasks, 0),
  ];
  const isOther = ({ agentType, taskType, dimensions }: OpenRow) =>
    [agentType, taskType, ...dimensions].every((name) => name === OTHER);

  test('sum in is sum out, at most the limit and one, no key twice', () => {
    fc.assert(
      fc.property(rows, max, (given, most) => {
        const { rows: out, folded } = bound(given, most, openSums);
        expect(sums(out)).toEqual(sums(given));
        expect(out.length).toBeLessThanOrEqual(most + 1);
        const keys = out.map((row) => keyText(openSums.key(row)));
        expect(new Set(keys).size).toBe(keys.length);
        expect(folded).toBe(Math.max(0, mergeByKey(given, openSums).size - most));
      }),
    );
  });

  test('who keeps a name costs at least as much as who lost it', () => {
    fc.assert(
      fc.property(rows, max, (given, most) => {
        const kept = bound(given, most, openSums).rows.filter((row) => !isOther(row));
        const keptKeys = new Set(kept.map((row) => keyText(openSums.key(row))));
        const lost = [...mergeByKey(given, openSums)].filter(
          ([key, row]) => !keptKeys.has(key) && !isOther(row),
        );
        for (const [, row] of lost) for (const one of kept) expect(one.cost >= row.cost).toBe(true);
      }),
    );
  });

  test('the order in which the ledger gives them changes nothing', () => {
    const turned = rows.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    const told = (all: readonly OpenRow[], most: number) =>
      bound(all, most, openSums)
        .rows.map((row) => `${keyText(openSums.key(row))} ${row.tasks} ${row.cost}`)
        .sort();
    fc.assert(
      fc.property(turned, max, ([given, other], most) => {
        expect(told(other, most)).toEqual(told(given, most));
      }),
    );
  });

  test('bounding twice is bounding once', () => {
    fc.assert(
      fc.property(rows, max, (given, most) => {
        const once = bound(given, most + 1, openSums).rows;
        expect(bound(once, most + 2, openSums)).toEqual({ rows: once, folded: 0 });
      }),
    );
  });
});

describe('counters of any kind', () => {
  const anyDelta = fc
    .record({
      counter: fc.constantFrom('cost', 'credited', 'tokens', 'actions'),
      agentType: names,
      model: names,
      tool: names,
      component: fc.constantFrom('inference', 'tooling'),
      tokenClass: fc.constantFrom('input', 'output'),
      status: fc.constantFrom('ok', 'error'),
      by: fc.bigInt(1n, 10n ** 9n),
    })
    .map((given) => ({ ...given, taskType: 'x', dimensions: [], provider: 'p' }) as unknown as CounterDelta);
  const NAMES = ['agent.cost.usd', 'agent.cost.credited.usd', 'agent.tokens', 'agent.actions'] as const;
  const COUNTERS = ['cost', 'credited', 'tokens', 'actions'] as const;

  /** The one closed label of a counter's row, or of its series. */
  const closedOf = (one: object): unknown => {
    const { counter, component, tokenClass, token_class, status } = one as Record<string, unknown>;
    if (counter === 'actions') return status;
    return counter === 'tokens' ? tokenClass : (component ?? token_class ?? status);
  };

  test('keep whole sums by closed label, whatever is folded, and no series comes twice', () => {
    fc.assert(
      fc.property(fc.array(anyDelta, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), (totals, max) => {
        const points = new Points();
        const folded = openCounters(['agent_type', 'task_type'], max)(points, totalsOf(totals));
        NAMES.forEach((name, index) => {
          const all = points.of(name);
          const keys = all.map(({ labels }) => JSON.stringify(Object.entries(labels).sort()));
          expect(new Set(keys).size).toBe(keys.length);
          const given = totals.filter(({ counter }) => counter === COUNTERS[index]);
          for (const closed of ['inference', 'tooling', 'input', 'output', 'ok', 'error']) {
            const shown = all
              .filter(({ labels }) => closedOf(labels) === closed)
              .reduce((sum, { value }) => sum + value, 0);
            const wanted = given
              .filter((one) => closedOf(one) === closed)
              .reduce((sum, { by }) => sum + by, 0n);
            expect(shown).toBeCloseTo(index < 2 ? Number(wanted) / 1e12 : Number(wanted), 9);
          }
          // The open labels: at most the limit of them, and the fold.
          const open = new Set(
            all.map(({ labels: { component, token_class, status, ...rest } }) => JSON.stringify(rest)),
          );
          expect(open.size).toBeLessThanOrEqual(max + 1);
        });
        if (totals.length <= max) expect(folded).toBe(0);
      }),
    );
  });

  test('cost and credits of one set are named or folded together', () => {
    fc.assert(
      fc.property(fc.array(anyDelta, { maxLength: 20 }), fc.integer({ min: 1, max: 3 }), (totals, max) => {
        const points = new Points();
        openCounters(['agent_type', 'task_type'], max)(points, totalsOf(totals));
        const sets = [NAMES[0], NAMES[1]].flatMap((name) =>
          points.of(name).map(({ labels: { component, ...rest } }) => JSON.stringify(rest)),
        );
        expect(new Set(sets).size).toBeLessThanOrEqual(max + 1);
      }),
    );
  });
});

describe('points', () => {
  test('what has no value, or none that a gauge can show, gives no series', () => {
    const points = new Points();
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      points.add('agent.tasks', value, {});
    expect(points.of('agent.tasks')).toEqual([]);
    points.add('agent.tasks', 0, { a: 'b' });
    points.add('agent.tasks', -0.5, {});
    expect(points.of('agent.tasks')).toEqual([
      { labels: { a: 'b' }, value: 0 },
      { labels: {}, value: -0.5 },
    ]);
    expect(points.of('agent.tokens')).toEqual([]);
  });

  test('label values are what their bytes are, and well-formed ones stay as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '🎫', '\ud800', '\udfff', '\0') }), (text) => {
        expect(labelValue(text)).toBe(Buffer.from(text).toString());
      }),
    );
  });

  test('a value that is not there is an empty label', () => {
    expect(labelsOf(['a', 'b'], ['x'])).toEqual({ a: 'x', b: '' });
  });
});

describe('the page', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', '{', '}', ',', '=', '#', ' ', 'n', '\ud800') }),
  );

  test('holds for a strict reader, whatever the names, and says each back', async () => {
    const anyTask = fc.record({
      agentType: nasty,
      taskType: nasty,
      team: nasty,
      model: nasty,
      closed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyTask, { maxLength: 4 }), async (given) => {
        const reads = await ledgerOf({
          tasks: given.map(({ closed, team, model, ...rest }, index) =>
            (closed ? task : openTask)({ taskId: `t${index}`, dimensions: [team], ...rest }),
          ),
          charges: given.map(({ model }, index) => charge({ taskId: `t${index}`, model })),
          counters: given.map(({ agentType, taskType, team, model }) => ({
            ...({ counter: 'tokens', tokenClass: 'input', provider: model, by: 1n } as const),
            ...{ agentType, taskType, dimensions: [team], model },
          })),
        });
        await withExport(reads, { dimensions: ['team'], seriesMax: 3 }, async ({ metricsPage }) => {
          const { body } = await metricsPage();
          expect(pageComplaints(body)).toEqual([]);
          const tokens = parsePage(body).filter(({ name }) => name === 'agent_tokens_total');
          expect(tokens.reduce((sum, { value }) => sum + value, 0)).toBe(given.length);
          const wanted = new Set([...given.map(({ model }) => Buffer.from(model).toString()), OTHER]);
          for (const { labels } of tokens) expect([...wanted]).toContain(labels.model);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('after the export was closed is a refusal, not a fault', async () => {
    let page: () => Promise<{ status: number; body: string }> = async () => ({ status: 0, body: '' });
    await withExport(await ledgerOf({}), {}, async ({ metricsPage }) => {
      page = metricsPage;
      expect((await page()).status).toBe(200);
    });
    const { status, body } = await page();
    expect([status, body]).toEqual([500, expect.stringMatching(/^metrics could not be collected: .+\n$/)]);
  });
});

describe('the OTEL variables of the push', () => {
  const cases = table(`
    interval       timeout    as
    _              _          60000/30000
    1              _          1/1
    1000           500        1000/500
    1000           2000       1000/1000
    2147483647     1          2147483647/1
    ·5000·         _          5000/5000
    2147483648     _          OTEL_METRIC_EXPORT_INTERVAL
    0              _          OTEL_METRIC_EXPORT_INTERVAL
    1.5            _          OTEL_METRIC_EXPORT_INTERVAL
    1e3            _          OTEL_METRIC_EXPORT_INTERVAL
    _              0          OTEL_METRIC_EXPORT_TIMEOUT
    _              99999999999  OTEL_METRIC_EXPORT_TIMEOUT
  `);
  test.each(cases)('interval "$interval" and timeout "$timeout": $as', ({ interval, timeout, as }) => {
    const read = readPushSettings({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c',
      OTEL_METRIC_EXPORT_INTERVAL: interval,
      OTEL_METRIC_EXPORT_TIMEOUT: timeout,
    });
    if (read.kind === 'push') expect(`${read.intervalMs}/${read.timeoutMs}`).toBe(as);
    else expect(read).toEqual({ kind: 'refused', complaints: [expect.stringMatching(`^${as} is `)] });
  });

  test('any texts are off, a push that can be built, or a line for each that is wrong', () => {
    const any = fc.option(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.constantFrom('grpc', 'http/json', 'c:4317', '60000', 'file:///x', ' '),
      ),
      { nil: undefined },
    );
    const env = fc.record({
      OTEL_EXPORTER_OTLP_ENDPOINT: any,
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: any,
      OTEL_EXPORTER_OTLP_PROTOCOL: any,
      OTEL_METRIC_EXPORT_INTERVAL: any,
    });
    fc.assert(
      fc.property(env, (given) => {
        const read = readPushSettings(given);
        if (read.kind === 'refused')
          for (const line of read.complaints)
            expect(line).toMatch(/^OTEL_\w+ is ".*", but should be [^\n]+$/);
        if (read.kind !== 'push') return;
        expect(read.timeoutMs).toBeLessThanOrEqual(read.intervalMs);
        if (read.protocol !== 'grpc') expect(new URL(read.url).protocol).toMatch(/^https?:$/);
      }),
    );
  });
});
