import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { demoTraffic } from '../../src/demo/traffic.ts';
import type { Service } from '../../src/service.ts';
import { sampleOf, scrape } from '../support/metrics.ts';
import { get, withService } from '../support/service.ts';
import { until } from '../support/until.ts';

/**
 * Goal: the golden example of DESIGN.md section 3 holds to the picodollar through the whole house. Method: 1,000
 * tasks of each agent by each of the three real exporters, then the API, the gauges and the page are asked.
 */

const DEMO = {
  SOLVENT_PRICES: fileURLToPath(new URL('../../src/demo/prices.yaml', import.meta.url)),
  SOLVENT_REMEDIATION: '[{task_type: tier1-ticket, cost_usd: "10"}]',
};
const TASKS = 1000;

const EXPORTERS: Record<string, (service: Service) => SpanExporter> = {
  'OTLP/gRPC': ({ addresses }) => new GrpcExporter({ url: `http://${addresses.otlpGrpc}` }),
  'OTLP/HTTP protobuf': ({ addresses }) => new ProtoExporter({ url: `${addresses.otlpHttp}/v1/traces` }),
  'OTLP/HTTP JSON': ({ addresses }) => new JsonExporter({ url: `${addresses.otlpHttp}/v1/traces` }),
};

interface Row {
  readonly agent_type: string;
  readonly tasks: Record<string, number>;
  readonly cost_usd: Record<string, string>;
  readonly cpst_usd: Record<string, string | null>;
  readonly success_ratio: Record<string, number | null>;
  readonly lower_bound: boolean;
}

async function closedRows(service: Service): Promise<Map<string, Row>> {
  return until('all tasks are closed', async () => {
    const { rows } = await get<{ rows: readonly Row[] }>(service, '/cpst?group_by=agent_type');
    const closed = rows.flatMap((row) => Object.values(row.tasks)).reduce((sum, count) => sum + count, 0);
    return closed === TASKS * 2 && new Map(rows.map((row) => [row.agent_type, row]));
  });
}

describe.each(Object.keys(EXPORTERS))('the golden example by %s', (transport) => {
  test('1,000 tasks of each agent cost what the design says', async () => {
    await withService(DEMO, async (service) => {
      const sent = await demoTraffic({
        exporter: EXPORTERS[transport]!(service),
        tasks: TASKS,
        nowMs: Date.now(),
      });
      expect(sent.lost).toBe(0);
      const rows = await closedRows(service);

      expect(rows.get('frugal-agent')).toMatchObject({
        tasks: { solved: 500, remediated: 500, failed: 0, abandoned: 0 },
        cost_usd: { total: '5500', remediation: '5000' },
        cpst_usd: { resolved: '5.5', autonomous: '11' },
        success_ratio: { resolved: 1, autonomous: 0.5 },
        lower_bound: false,
      });
      expect(rows.get('thorough-agent')).toMatchObject({
        tasks: { solved: 950, remediated: 50, failed: 0, abandoned: 0 },
        cost_usd: { total: '2500', remediation: '500' },
        cpst_usd: { resolved: '2.5', autonomous: '2.631578947368' },
        success_ratio: { resolved: 1, autonomous: 0.95 },
        lower_bound: false,
      });

      const samples = await until('the gauges follow', async () => {
        const page = await scrape(service);
        return (
          sampleOf(page, 'agent_tasks', {
            agent_type: 'thorough-agent',
            outcome: 'solved',
            window: '24h',
          }) === 950 && page
        );
      });
      const gauge = (agent: string, basis: string) =>
        sampleOf(samples, 'agent_cpst_usd', { agent_type: agent, basis, window: '24h' });
      expect(gauge('frugal-agent', 'resolved')).toBe(5.5);
      expect(gauge('frugal-agent', 'autonomous')).toBe(11);
      expect(gauge('thorough-agent', 'resolved')).toBe(2.5);
      expect(gauge('thorough-agent', 'autonomous')).toBe(2.631578947368);

      const spent = samples
        .filter(({ name }) => name === 'agent_cost_usd_total')
        .reduce((sum, { value }) => sum + value, 0);
      expect(spent).toBeCloseTo(8000, 6);
      const page = await (await fetch(`${service.addresses.web}/`)).text();
      expect(page).toContain('frugal-agent');
      expect(page).toContain('5.50');
    });
  }, 90_000);
});

test('the books balance: what was received is refused, an edge, new or repeated', async () => {
  await withService(DEMO, async (service) => {
    for (const _ of ['first', 'again']) {
      await demoTraffic({
        exporter: EXPORTERS['OTLP/HTTP protobuf']!(service),
        tasks: 20,
        nowMs: Date.UTC(2026, 0, 1),
      });
    }
    const samples = await until('nothing is pending', async () => {
      const page = await scrape(service);
      return (
        sampleOf(page, 'solvent_spans_pending') === 0 &&
        (sampleOf(page, 'solvent_spans_received_total') ?? 0) > 0 &&
        page
      );
    });
    const of = (name: string) => sampleOf(samples, `solvent_${name}_total`) ?? 0;
    expect(of('spans_received')).toBeGreaterThan(0);
    expect(of('spans_received') + of('spans_replayed')).toBe(
      of('spans_refused') + of('spans_edges') + of('facts_new') + of('facts_repeated'),
    );
  });
});
