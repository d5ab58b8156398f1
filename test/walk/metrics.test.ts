import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { type House, house, openHouse } from '../support/house.ts';
import { type Sample, sampleOf } from '../support/metrics.ts';
import { chatSpan, smallTask, toolSpan, WALK_PRICES } from '../support/spans.ts';
import { table } from '../support/table.ts';
import { until } from '../support/until.ts';

/**
 * Goal: the metrics of DESIGN.md section 7 by name, label and value, scraped and pushed. Method: four tasks whose
 * figures can be added up by hand, then `/metrics`, a restart, other times, and a receiver for the push.
 */

const GIVEN = {
  prices: WALK_PRICES,
  settings: {
    SOLVENT_DIMENSIONS: '[{name: team, from: [team]}]',
    SOLVENT_REMEDIATION: '[{task_type: tier1, cost_usd: "10"}]',
  },
};

const said = (id: string) => ({
  'agent.session.id': id,
  'agent.type': 'helper',
  'agent.task.type': 'tier1',
  team: 'core',
});

/** Two solved, one failed (so imputed), one abandoned without a price for its model, one open: all `helper`. */
async function fourTasks(here: House): Promise<void> {
  await here.send([
    ...smallTask('8001', said('one')),
    toolSpan({ trace: '8001', span: 'c', parent: 'a' }, 'search'),
    toolSpan({ trace: '8001', span: 'd', parent: 'a', error: true }, 'search'),
  ]);
  await here.send(smallTask('8002', { ...said('two'), 'agent.task.outcome': 'solved' }));
  await here.send(smallTask('8003', said('three'), { error: true }));
  await here.send([
    ...smallTask('8004', { ...said('four'), 'agent.task.outcome': 'abandoned' }),
    chatSpan(
      { trace: '8004', span: 'c', parent: 'a' },
      {},
      {
        'gen_ai.request.model': 'unheard-of',
        'gen_ai.usage.reasoning.output_tokens': 50,
      },
    ),
  ]);
  await here.send([chatSpan({ trace: '8005', span: 'b', parent: 'a' }, {}, said('open'))]);
  await here.send(smallTask('8006', { 'agent.type': 'stranger' }));
  await here.pass(15_000);
}

/** `name{label=value,...}` with its value, common labels left out. */
const shown = (samples: readonly Sample[], agent: string): Record<string, number> =>
  Object.fromEntries(
    samples
      .filter((one) => one.name.startsWith('agent_') && one.labels.agent_type === agent)
      .map(({ name, labels, value }) => {
        const { agent_type, task_type, team, otel_scope_name, otel_scope_version, ...more } = labels;
        return [
          `${name}{${Object.entries(more)
            .map((pair) => pair.join('='))
            .sort()
            .join(',')}}`,
          value,
        ];
      }),
  );

/** Four closed tasks: five calls of which four have a price ($0.002 each), two tool calls ($0.05, failed ones too), $10. */
const VALUES = table(`
  series                                                            value
  agent_cpst_usd{basis=resolved,window=W}                           3.369333333333
  agent_cpst_usd{basis=autonomous,window=W}                         5.054
  agent_task_cost_usd{component=inference,window=W}                 0.002
  agent_task_cost_usd{component=tooling,window=W}                   0.025
  agent_task_cost_usd{component=vector,window=W}                    0
  agent_task_cost_usd{component=compute,window=W}                   0
  agent_task_cost_usd{component=remediation,window=W}               2.5
  agent_success_ratio{basis=resolved,window=W}                      0.75
  agent_success_ratio{basis=autonomous,window=W}                    0.5
  agent_tasks{outcome=solved,window=W}                              2
  agent_tasks{outcome=remediated,window=W}                          1
  agent_tasks{outcome=failed,window=W}                              0
  agent_tasks{outcome=abandoned,window=W}                           1
  agent_reasoning_action_ratio{basis=reasoning,window=W}            16.666666666666668
  agent_reasoning_action_ratio{basis=output,window=W}               166.66666666666666
  agent_outcome_inferred_ratio{window=W}                            0.5
  agent_cost_untagged_ratio{window=W}                               0
  agent_calls_unpriced_ratio{window=W}                              0.2
`);
const COUNTERS = table(`
  series                                                                     value
  agent_tasks_open{}                                                         1
  agent_tasks_open_cost_usd{}                                                0.002
  agent_cost_usd_total{component=inference,model=mini,provider=acme}         0.01
  agent_cost_usd_total{component=tooling,model=,provider=}                   0.1
  agent_cost_usd_total{component=remediation,model=,provider=}               10
  agent_tokens_total{model=mini,provider=acme,token_class=input}             5000
  agent_tokens_total{model=mini,provider=acme,token_class=output}            500
  agent_tokens_total{model=unheard-of,provider=acme,token_class=input}       1000
  agent_tokens_total{model=unheard-of,provider=acme,token_class=output}      100
  agent_tokens_total{model=unheard-of,provider=acme,token_class=reasoning}   50
  agent_actions_total{status=ok,tool=search}                                 1
  agent_actions_total{status=error,tool=search}                              1
  agent_actions_total{status=ok,tool=final_answer}                           2
`);

const numbers = (rows: readonly Record<string, string>[], window: string): Record<string, number> =>
  Object.fromEntries(rows.map((row) => [row.series!.replace('=W', `=${window}`), Number(row.value)]));

const EXPECTED = {
  ...numbers(VALUES, '1h'),
  ...numbers(VALUES, '24h'),
  ...numbers(VALUES, '7d'),
  ...numbers(COUNTERS, ''),
};

describe('the page', () => {
  const at = house(GIVEN);

  test('has every series of these tasks with its value, and no other', async () => {
    await fourTasks(at());
    const samples = await at().metrics();
    expect(shown(samples, 'helper')).toEqual(EXPECTED);
    for (const { name, labels } of samples.filter((one) => one.name.startsWith('agent_')))
      expect([name, Object.keys(labels)]).toEqual([
        name,
        expect.arrayContaining(['agent_type', 'task_type', 'team']),
      ]);
    expect(sampleOf(samples, 'agent_cost_untagged_ratio', { agent_type: 'stranger', window: '24h' })).toBe(1);
    const { rows } = (await at().ask('/cpst?group_by=agent_type')).body;
    expect(rows[0].cpst_usd).toEqual({ resolved: '3.369333333333', autonomous: '5.054' });
  });

  test('a restart keeps all of them, and the counters go on', async () => {
    await at().restart();
    expect(shown(await at().metrics(), 'helper')).toEqual(EXPECTED);
    await at().tell(smallTask('8007', said('after')));
    const samples = await at().metrics();
    const cost = { agent_type: 'helper', component: 'inference', model: 'mini' };
    expect(sampleOf(samples, 'agent_cost_usd_total', cost)).toBe(0.012);
    expect(
      sampleOf(samples, 'agent_tokens_total', { agent_type: 'helper', model: 'mini', token_class: 'input' }),
    ).toBe(6000);
  });

  test('what is taken back is credited; the counter never falls', async () => {
    await at().report({ task_id: 'three', outcome: 'solved' });
    const samples = await at().metrics();
    const human = { agent_type: 'helper', component: 'remediation' };
    expect(sampleOf(samples, 'agent_cost_usd_total', human)).toBe(10);
    expect(sampleOf(samples, 'agent_cost_credited_usd_total', human)).toBe(10);
    expect(sampleOf(samples, 'agent_task_cost_usd', { ...human, window: '24h' })).toBe(0);
  });
});

test('windows: what closed two hours ago is in 24h and 7d, not in 1h; after eight days in none', async () => {
  const here = await openHouse(GIVEN);
  try {
    await here.tell(smallTask('8101', said('old'), { start: -7200, end: -7000 }));
    const solved = async () => {
      const samples = await here.metrics();
      return ['1h', '24h', '7d'].map((window) =>
        sampleOf(samples, 'agent_tasks', { window, outcome: 'solved' }),
      );
    };
    expect(await solved()).toEqual([undefined, 1, 1]);
    await here.pass(2 * 86_400_000);
    expect(await solved()).toEqual([undefined, undefined, 1]);
    await here.pass(6 * 86_400_000);
    expect(await solved()).toEqual([undefined, undefined, undefined]);
    expect(sampleOf(await here.metrics(), 'agent_cost_usd_total', { component: 'inference' })).toBe(0.002);
  } finally {
    await here.close();
  }
});

interface PushedPoint {
  readonly asDouble?: number;
  readonly asInt?: string | number;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
}
interface Pushed {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue: string } }[] };
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly unit: string;
        readonly gauge?: { readonly dataPoints: readonly PushedPoint[] };
        readonly sum?: { readonly dataPoints: readonly PushedPoint[]; readonly isMonotonic: boolean };
      }[];
    }[];
  }[];
}

test('with OTEL_EXPORTER_OTLP_ENDPOINT the same figures are pushed', async () => {
  const pushed: { path: string; body: Pushed }[] = [];
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    pushed.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  const { port } = receiver.address() as AddressInfo;
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRIC_EXPORT_INTERVAL: '100',
  };
  const here = await openHouse({ ...GIVEN, env });
  try {
    await fourTasks(here);
    // One may be under way that read some of its figures before the last task was settled; the next did not.
    const before = pushed.length;
    await until('the figures are pushed twice more', () => pushed.length >= before + 2);
    const metrics = pushed
      .at(-1)!
      .body.resourceMetrics.flatMap((one) => one.scopeMetrics.flatMap((scope) => scope.metrics));
    expect(pushed.at(-1)!.path).toBe('/v1/metrics');
    const valuesOf = (name: string, wanted: Record<string, string>) => {
      const metric = metrics.find((one) => one.name === name);
      return (metric?.gauge ?? metric?.sum)?.dataPoints
        .filter(({ attributes }) =>
          Object.entries(wanted).every(([key, value]) =>
            attributes.some((one) => one.key === key && one.value.stringValue === value),
          ),
        )
        .map((point) => Number(point.asDouble ?? point.asInt));
    };
    const helper = { agent_type: 'helper', team: 'core' };
    expect(valuesOf('agent.cpst.usd', { ...helper, basis: 'autonomous', window: '24h' })).toEqual([5.054]);
    expect(valuesOf('agent.tasks', { ...helper, outcome: 'solved', window: '1h' })).toEqual([2]);
    expect(valuesOf('agent.cost.usd', { ...helper, component: 'remediation' })).toEqual([10]);
    expect(metrics.find((one) => one.name === 'agent.cost.usd')!.sum!.isMonotonic).toBe(true);
    const { attributes } = pushed.at(-1)!.body.resourceMetrics[0]!.resource;
    expect(attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'solvent' } });
  } finally {
    await here.close();
    await new Promise((closed) => receiver.close(closed));
  }
});
