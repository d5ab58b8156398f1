import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CounterDelta } from '../../src/domain/ledger.ts';
import type { LedgerReads } from '../../src/domain/ledger-reads.ts';
import { OTHER, PRODUCT_METRICS } from '../../src/domain/product-metrics.ts';
import { SELF_METRICS } from '../../src/domain/self-metrics.ts';
import { prometheusName } from '../../src/export/page.ts';
import { openSelfMetrics } from '../../src/telemetry/registry.ts';
import { handClock } from '../support/clock.ts';
import { everyMetric, ledgerOf, openTask, task, usd } from '../support/tasks.ts';
import { parsePage, withExport } from './opened.ts';

describe('the page for Prometheus', () => {
  test('its content type names the format, every metric of the table is on it under its name', async () => {
    await withExport(await everyMetric(), {}, async ({ metricsPage }) => {
      const { status, contentType, body } = await metricsPage();
      expect(status).toBe(200);
      expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
      const names = new Set(parsePage(body).map(({ name }) => name));
      for (const [name, { kind }] of Object.entries(PRODUCT_METRICS))
        expect(names).toContain(prometheusName(name, kind));
    });
  });

  test('labels are those of the table, and no scope is among them', async () => {
    await withExport(await everyMetric(), {}, async ({ metricsPage }) => {
      const samples = parsePage((await metricsPage()).body);
      for (const [name, { kind, labels }] of Object.entries(PRODUCT_METRICS)) {
        const sample = samples.find((one) => one.name === prometheusName(name, kind))!;
        expect(Object.keys(sample.labels).sort()).toEqual(['agent_type', 'task_type', ...labels].sort());
      }
      expect(samples.find(({ name }) => name === 'target_info')?.labels).toEqual({
        service_name: 'solvent',
        service_version: '0.0.0-test',
        service_instance_id: 'test-instance',
      });
    });
  });

  test("Solvent's own metrics are there, counters from 0", async () => {
    const selfMetrics = openSelfMetrics();
    selfMetrics.count('spans_received', 17, {});
    selfMetrics.count('requests', 2, { transport: 'grpc', answer: 'accepted' });
    selfMetrics.measure('spans_pending', 3, {});
    await withExport(await ledgerOf({}), { selfMetrics }, async ({ metricsPage }) => {
      const samples = parsePage((await metricsPage()).body);
      const value = (name: string) => samples.find((one) => one.name === name);
      expect(value('solvent_spans_received_total')?.value).toBe(17);
      expect(value('solvent_spans_refused_total')?.value).toBe(0);
      expect(value('solvent_spans_pending')?.value).toBe(3);
      expect(value('solvent_series_folded')?.value).toBe(0);
      expect(value('solvent_requests_total')).toMatchObject({
        labels: { transport: 'grpc', answer: 'accepted' },
        value: 2,
      });
      expect(value('solvent_price_table_age_seconds')).toBeUndefined();
      expect(Object.keys(SELF_METRICS).length).toBeGreaterThan(20);
    });
  });

  test('a series that ends is gone at the next scrape', async () => {
    const clock = handClock();
    const reads = await ledgerOf({ tasks: [task({ taskId: 'a', cost: everyDollar })] });
    await withExport(reads, { clock }, async ({ metricsPage }) => {
      const cpst = async () =>
        parsePage((await metricsPage()).body).filter(({ name }) => name === 'agent_cpst_usd').length;
      expect(await cpst()).toBe(2);
      clock.advance(3_600_000);
      expect(await cpst()).toBe(0);
    });
  });

  test('a ledger that cannot be read is answered 500 with the reason, and the next scrape works', async () => {
    let broken = true;
    const sound = await everyMetric();
    const reads: LedgerReads = {
      ...sound,
      collect: async (query) => {
        if (broken) throw new Error('the disk is gone');
        return sound.collect(query);
      },
    };
    await withExport(reads, {}, async ({ metricsPage }) => {
      expect(await metricsPage()).toEqual({
        status: 500,
        contentType: 'text/plain; charset=utf-8',
        body: 'metrics could not be collected: the disk is gone\n',
      });
      broken = false;
      expect((await metricsPage()).status).toBe(200);
    });
  });

  test('scrapes at once read the ledger once', async () => {
    let reading = 0;
    const sound = await everyMetric();
    const reads: LedgerReads = {
      ...sound,
      collect: async (query) => {
        reading += 1;
        return sound.collect(query);
      },
    };
    await withExport(reads, {}, async ({ metricsPage }) => {
      await metricsPage();
      await Promise.all([metricsPage(), metricsPage(), metricsPage()]);
      expect(reading).toBe(2);
    });
  });

  test('more than 2000 series of one metric keep their labels; past seriesMax they fold and are counted', async () => {
    const tasks = Array.from({ length: 2100 }, (_, index) =>
      openTask({ taskId: `t${index}`, agentType: `agent-${index}` }),
    );
    const reads = await ledgerOf({ tasks });
    await withExport(reads, { seriesMax: 5000 }, async ({ metricsPage }) => {
      const { body } = await metricsPage();
      expect(parsePage(body).filter(({ name }) => name === 'agent_tasks_open')).toHaveLength(2100);
      expect(body).not.toContain('overflow');
    });
    await withExport(reads, { seriesMax: 100 }, async ({ metricsPage }) => {
      const samples = parsePage((await metricsPage()).body);
      const open = samples.filter(({ name }) => name === 'agent_tasks_open');
      expect(open).toHaveLength(101);
      expect(open.find(({ labels }) => labels.agent_type === OTHER)?.value).toBe(2000);
      expect(samples.find(({ name }) => name === 'solvent_series_folded')?.value).toBe(2000);
    });
  });
});

const everyDollar = {
  inference: usd('1'),
  vector: usd('1'),
  tooling: usd('1'),
  compute: usd('1'),
  remediation: usd('1'),
};

describe('any text as a label value', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({
      maxLength: 12,
      unit: fc.constantFrom('"', '\\', '\n', '\r', '{', '}', ',', '#', ' ', '\u2028', '\0'),
    }),
    fc.constantFrom('"} 1\n# TYPE x counter\nx 1', '\\"', '\\', '\ud800', '\n# UNIT a b\n', '__other__', 'é'),
  );

  test('comes back from the page as it was sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nasty, { minLength: 1, maxLength: 4 }), nasty, async (agents, model) => {
        const counter: CounterDelta = {
          counter: 'cost',
          agentType: agents[0]!,
          taskType: 'x',
          dimensions: [],
          component: 'inference',
          provider: 'p',
          model,
          by: 1n,
        };
        const tasks = agents.map((agentType, index) => openTask({ taskId: `t${index}`, agentType }));
        const reads = await ledgerOf({ tasks, counters: [counter] });
        await withExport(reads, {}, async ({ metricsPage }) => {
          const samples = parsePage(Buffer.from((await metricsPage()).body).toString());
          const open = samples.filter(({ name }) => name === 'agent_tasks_open');
          const asUtf8 = (text: string) => Buffer.from(text).toString();
          expect(new Set(open.map(({ labels }) => labels.agent_type))).toEqual(new Set(agents.map(asUtf8)));
          expect(open.reduce((sum, { value }) => sum + value, 0)).toBe(agents.length);
          expect(samples.find(({ name }) => name === 'agent_cost_usd_total')?.labels.model).toBe(
            asUtf8(model),
          );
        });
      }),
      { numRuns: 60 },
    );
  });
});
