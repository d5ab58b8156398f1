import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { demoTraffic } from '../../src/demo/traffic.ts';
import { openHouse } from '../support/house.ts';
import { describePostgres } from '../support/postgres.ts';
import { get, withService } from '../support/service.ts';
import { agentSpan, chatSpan, smallTask, WALK_PRICES } from '../support/spans.ts';
import { until } from '../support/until.ts';

/** Goal: what the service promises over DuckDB it promises over PostgreSQL. Method: the walks that matter most, over one. */

interface Row {
  readonly agent_type: string;
  readonly tasks: Record<string, number>;
}

describePostgres('the whole service over PostgreSQL', (postgres) => {
  test.each(['disk', 'database'])(
    'the golden example, to the picodollar, with its journal on %s',
    async (journal) => {
      const { url } = await postgres.fresh();
      const settings = {
        SOLVENT_DATABASE_URL: url,
        SOLVENT_JOURNAL: journal,
        SOLVENT_PRICES: fileURLToPath(new URL('../../src/demo/prices.yaml', import.meta.url)),
        SOLVENT_REMEDIATION: '[{task_type: tier1-ticket, cost_usd: "10"}]',
      };
      await withService(settings, async (service) => {
        const exporter = new OTLPTraceExporter({ url: `${service.addresses.otlpHttp}/v1/traces` });
        expect((await demoTraffic({ exporter, tasks: 200, nowMs: Date.now() })).lost).toBe(0);
        const rows = await until('all tasks are closed', async () => {
          const { rows: found } = await get<{ rows: readonly Row[] }>(service, '/cpst?group_by=agent_type');
          const closed = found
            .flatMap((row) => Object.values(row.tasks))
            .reduce((sum, count) => sum + count, 0);
          return closed === 400 && new Map(found.map((row) => [row.agent_type, row]));
        });
        expect(rows.get('frugal-agent')).toMatchObject({
          tasks: { solved: 100, remediated: 100, failed: 0, abandoned: 0 },
          cost_usd: { total: '1100', remediation: '1000' },
          cpst_usd: { resolved: '5.5', autonomous: '11' },
          lower_bound: false,
        });
        expect(rows.get('thorough-agent')).toMatchObject({
          tasks: { solved: 190, remediated: 10, failed: 0, abandoned: 0 },
          cost_usd: { total: '500', remediation: '100' },
          cpst_usd: { resolved: '2.5', autonomous: '2.631578947368' },
          lower_bound: false,
        });
      });
    },
  );

  test('outcomes, another price, and a restart: each restates what was, and nothing is lost', async () => {
    const { url } = await postgres.fresh();
    const house = await openHouse({
      prices: 'version: 1\n',
      settings: { SOLVENT_DATABASE_URL: url, SOLVENT_JOURNAL: 'database', SOLVENT_REPLICA: 'house' },
    });
    try {
      await house.tell([
        agentSpan({ trace: 'a1', span: '1' }, { 'agent.session.id': 'ticket' }),
        chatSpan({ trace: 'a1', span: '2', parent: '1' }),
      ]);
      await house.pass(10_000);
      expect(await house.task('ticket')).toMatchObject({
        outcome: 'solved',
        closed_by: 'inferred',
        unpriced_calls: 1,
      });
      await house.report({ task_id: 'ticket', outcome: 'failed', remediation: { cost_usd: '3' } });
      await house.pass();
      const failed = await house.task('ticket');
      expect(failed).toMatchObject({ closed_by: 'reported', cost_usd: { remediation: '3' } });

      // What waited for a price is priced by itself, though whoever asks for it need not be who does it.
      expect(await house.reprice(WALK_PRICES)).toBe('taken');
      const priced = await until('nothing waits for a price', async () => {
        await house.pass(1000);
        const task = await house.task('ticket');
        return task.unpriced_calls === 0 && task;
      });
      expect(Number(priced.cost_usd.inference)).toBeGreaterThan(0);

      // Acked, and not settled: the journal has it.
      await house.send(smallTask('b2', { 'agent.session.id': 'before the end' }));
      await house.restart();
      await house.pass(10_000);
      expect(await house.task('before the end')).toMatchObject({ state: 'closed', unpriced_calls: 0 });
      expect(await house.task('ticket')).toEqual(priced);
      const { body } = await house.ask('/data-health');
      expect(body.fleet).toMatchObject({ price_tables_differ: false, spans_out_of_reach: 0 });
      expect(body.fleet.replicas).toMatchObject([{ name: 'house', lives: true, keeps_house: true }]);
    } finally {
      await house.close();
    }
  });
});
