import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { demoTraffic } from '../../src/demo/traffic.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openService, type Service } from '../../src/service.ts';
import { temporaryFolder, testSettings } from '../support/service.ts';
import { until } from '../support/until.ts';
import { dataPanels, labelValues, readDashboard, substitute } from './dashboard.ts';
import { isInstalled, type Prometheus, startPrometheus } from './prometheus.ts';

/**
 * Goal: every panel of the dashboard shows something, and the golden example shows as the design says. Method: a real
 * Prometheus scrapes Solvent before and after the demo's traffic, and is asked what Grafana would ask.
 */

const TASKS = 20;
const dashboard = readDashboard('agent-unit-economics');
const VALUES = { window: '24h', agent_type: '.*', task_type: '.*', __rate_interval: '4s' };

const queries = dataPanels(dashboard).flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, legendFormat, expr, instant }) => ({
    name: `${title}: ${legendFormat} (${refId})`,
    expr: substitute(expr, VALUES),
    instant,
  })),
);
/** What a healthy Solvent that was never sent anything twice has none of. */
const MAY_BE_ZERO = /repeated|refused|pending/;

if (isInstalled('prometheus')) suite();
else test.skip('the dashboard: prometheus is not installed, so no query was tried', () => {});

function suite(): void {
  const folder = temporaryFolder();
  let service: Service;
  let prometheus: Prometheus;

  beforeAll(async () => {
    const settings = testSettings({
      SOLVENT_DATA_DIR: folder.path,
      SOLVENT_PRICES: fileURLToPath(new URL('../../src/demo/prices.yaml', import.meta.url)),
      SOLVENT_REMEDIATION: '[{task_type: tier1-ticket, cost_usd: "10"}]',
      SOLVENT_OUTCOMES: '{agent_types: {patient-agent: explicit}}',
    });
    service = await openService(settings, { log: silentLog, env: {} });
    prometheus = await startPrometheus({ folder: folder.path, target: service.addresses.web.slice(7) });
    // Two rounds, for a counter's first sample is no increase.
    for (const run of [1, 2]) {
      await demoTraffic({
        exporter: new OTLPTraceExporter({ url: `http://${service.addresses.otlpGrpc}` }),
        tasks: TASKS,
        nowMs: Date.now(),
        runId: `run-${run}`,
      });
      await sendStragglers(service, run);
      await until(`round ${run} was scraped`, async () => {
        const [closed] = await prometheus.query(
          'sum (agent_tasks{window="24h",agent_type=~"frugal-agent|thorough-agent"})',
        );
        const [open] = await prometheus.query('sum (agent_tasks_open)');
        return closed?.values[0] === 2 * TASKS * run && open?.values[0] === run;
      });
    }
  }, 60_000);

  afterAll(async () => {
    await prometheus?.stop();
    await service?.close();
    folder.remove();
  });

  describe('a query of the dashboard finds data', () => {
    test.each(queries)('$name', async ({ expr, instant, name }) => {
      const found = instant ? await prometheus.query(expr) : await prometheus.queryRange(expr, 60);
      const values = found.flatMap((series) => series.values);
      expect(values.length).toBeGreaterThan(0);
      expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
      if (!MAY_BE_ZERO.test(name)) expect(Math.max(...values)).toBeGreaterThan(0);
    });
  });

  describe('a variable of the dashboard has values', () => {
    test.each([
      ['window', ['1h', '24h', '7d']],
      ['agent_type', ['frugal-agent', 'lost-agent', 'patient-agent', 'thorough-agent']],
      ['task_type', ['default', 'tier1-ticket']],
    ])('%s', async (name, wanted) => {
      const variable = dashboard.templating.list.find((one) => one.name === name);
      const { selector, label } = labelValues(substitute(variable?.definition ?? '', VALUES));
      expect(await prometheus.labelValues(label, selector)).toEqual(wanted);
    });
  });

  test.each([
    ['Agents side by side: CPST resolved', { 'frugal-agent': 5.5, 'thorough-agent': 2.5 }],
    ['Agents side by side: CPST autonomous', { 'frugal-agent': 11, 'thorough-agent': 50 / 19 }],
    ['CPST, resolved', { 'frugal-agent': 5.5, 'thorough-agent': 2.5 }],
    ['CPST, autonomous', { 'frugal-agent': 11, 'thorough-agent': 50 / 19 }],
    ['Agents side by side: Cost of a run', { 'frugal-agent': 0.5, 'thorough-agent': 2 }],
    ['Agents side by side: Remediation a task', { 'frugal-agent': 5, 'thorough-agent': 0.5 }],
    ['Agents side by side: Solved alone', { 'frugal-agent': 0.5, 'thorough-agent': 0.95 }],
    ['Agents side by side: Closed tasks', { 'frugal-agent': 2 * TASKS, 'thorough-agent': 2 * TASKS }],
  ])('the golden example: %s', async (title, wanted) => {
    const { expr = '' } = queries.find(({ name }) => name.startsWith(title)) ?? {};
    const found = new Map(
      (await prometheus.query(expr)).map(({ metric, values }) => [metric.agent_type, values[0]]),
    );
    for (const [agent, value] of Object.entries(wanted)) expect(found.get(agent)).toBeCloseTo(value, 9);
  });

  test('no rule of docker/prometheus has a mistake, and none fires', async () => {
    const response = await fetch(`${prometheus.url}/api/v1/rules`);
    const { data } = (await response.json()) as { data: { groups: { rules: Rule[] }[] } };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(5);
    const bad = rules.filter(({ health, state }) => health === 'err' || state === 'firing');
    expect(bad).toEqual([]);
  });
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly state: string;
}

/** What the demo has none of: a task that stays open, and a call without price, session and reported outcome. */
async function sendStragglers(service: Service, run: number): Promise<void> {
  const nano = (agoMs: number) => String(BigInt(Date.now() - agoMs) * 1_000_000n);
  const chat = (trace: string, model: string, attributes: Record<string, string>) => ({
    traceId: trace.repeat(16) + String(run).padStart(16, '0'),
    spanId: trace.repeat(8) + String(run).padStart(8, '0'),
    name: `chat ${model}`,
    startTimeUnixNano: nano(2000),
    endTimeUnixNano: nano(1000),
    attributes: [
      ...Object.entries({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'demo',
        'gen_ai.request.model': model,
        ...attributes,
      }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '100000' } },
      { key: 'gen_ai.usage.output_tokens', value: { intValue: '1000' } },
    ],
  });
  const spans = [
    chat('a', 'frugal-1', { 'agent.type': 'patient-agent', 'agent.session.id': `patient-${run}` }),
    chat('b', 'frugal-1', { 'agent.type': 'lost-agent' }),
    chat('c', 'model-that-nobody-knows', { 'agent.type': 'lost-agent' }),
  ];
  const response = await fetch(`${service.addresses.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  expect(response.status).toBe(200);
}
