import { describe, expect, test } from '@jest/globals';
import { house, openHouse } from '../support/house.ts';
import { sampleOf } from '../support/metrics.ts';
import { smallTask, WALK_PRICES } from '../support/spans.ts';

/**
 * Goal: what humans cost, as DESIGN.md section 3 says: reported, imputed, replaced, taken back; and what that makes
 * of CPST. Method: real spans and reports; every test has its own agent type, so that its row of `/cpst` is its own.
 */

const at = house({
  prices: WALK_PRICES,
  settings: {
    SOLVENT_REMEDIATION:
      '[{task_type: tier1, cost_usd: "10"}, {agent_type: "coder-*", minutes: 30, hourly_usd: "90"}, {task_type: tier1, cost_usd: "99"}]',
    SOLVENT_REMEDIATION_HOURLY_USD: '60',
  },
});

let traces = 0x4000;
/** A task that costs $0.002 of its own, failed unless told; the id is the agent type too. */
async function ends(
  id: string,
  more: Record<string, string | number> = {},
  root: { error?: boolean } = { error: true },
) {
  traces += 1;
  await at().tell(
    smallTask(
      traces.toString(16),
      { 'agent.session.id': id, 'agent.type': id, 'agent.task.type': 'tier1', ...more },
      root,
    ),
  );
}

const rowOf = async (agent: string) =>
  (await at().cpst('?group_by=agent_type')).find((row) => row.agent_type === agent)!;

const IMPUTED = {
  outcome: 'remediated',
  cost_usd: { total: '10.002', remediation: '10' },
  flags: ['imputed_remediation'],
};

describe('imputed', () => {
  test('a failed task of a matching type is remediated at the first rule, and flagged', async () => {
    await ends('imputed');
    expect(await at().task('imputed')).toMatchObject(IMPUTED);
    const [charge] = (await at().charges('imputed')).filter((one) => one.component === 'remediation');
    expect(charge).toMatchObject({
      trace_id: '',
      span_id: '',
      resource: 'human',
      class: 'intervention',
      quantity: 1,
      rate_usd: '10',
      amount_usd: '10',
      flags: ['imputed'],
      reason: null,
    });
    const row = await rowOf('imputed');
    expect(row.tasks).toEqual({ solved: 0, remediated: 1, failed: 0, abandoned: 0 });
    expect(row.cpst_usd).toEqual({ resolved: '10.002', autonomous: null });
    expect(row.success_ratio).toEqual({ resolved: 1, autonomous: 0 });
  });

  test('by agent type in minutes; where no rule matches the task stays failed', async () => {
    await ends('coder-7', { 'agent.task.type': 'patch' });
    expect((await at().task('coder-7')).cost_usd.remediation).toBe('45');
    await ends('no-rule', { 'agent.task.type': 'patch' });
    expect(await at().task('no-rule')).toMatchObject({
      outcome: 'failed',
      cost_usd: { total: '0.002' },
      flags: [],
    });
    expect((await rowOf('no-rule')).cpst_usd).toEqual({ resolved: null, autonomous: null });
  });

  test('not for abandoned tasks, whoever says so; not for solved ones', async () => {
    await ends('left', { 'agent.task.outcome': 'abandoned' });
    await ends('told-left');
    await at().report({ task_id: 'told-left', outcome: 'abandoned' });
    await ends('fine', {}, {});
    for (const id of ['left', 'told-left', 'fine'])
      expect((await at().task(id)).cost_usd).toMatchObject({ total: '0.002', remediation: '0' });
  });

  test('for a task that only a report calls failed', async () => {
    await ends('told-failed', {}, {});
    await at().report({ task_id: 'told-failed', outcome: 'failed' });
    expect(await at().task('told-failed')).toMatchObject(IMPUTED);
  });

  test('goes when the task turns out solved, and comes back when it does not', async () => {
    await ends('turns');
    await at().report({ task_id: 'turns', outcome: 'solved' });
    expect(await at().task('turns')).toMatchObject({
      outcome: 'solved',
      cost_usd: { total: '0.002' },
      flags: [],
    });
    expect(await at().charges('turns')).toHaveLength(2);
    await at().pass(60_000);
    await at().report({ task_id: 'turns', outcome: 'failed' });
    expect(await at().task('turns')).toMatchObject(IMPUTED);
    const samples = await at().metrics();
    const of = (name: string) => sampleOf(samples, name, { agent_type: 'turns', component: 'remediation' });
    expect(of('agent_cost_usd_total')).toBe(20);
    expect(of('agent_cost_credited_usd_total')).toBe(10);
  });
});

describe('reported', () => {
  test.each([
    ['an amount', { remediation: { cost_usd: '3.25' } }, '3.25'],
    ['minutes at the hourly rate', { remediation: { minutes: 20 } }, '20'],
    ['fractions of minutes', { remediation: { minutes: '7.5' } }, '7.5'],
    ['amount and minutes: the amount', { remediation: { cost_usd: 2, minutes: 600 } }, '2'],
    ['nothing spent', { remediation: { cost_usd: '0' } }, '0'],
  ])('%s in a report takes the place of the imputed', async (name, remediation, amount) => {
    const id = `real ${name}`;
    await ends(id);
    await at().report({ task_id: id, outcome: 'failed', ...remediation });
    expect(await at().task(id)).toMatchObject({
      outcome: amount === '0' ? 'failed' : 'remediated',
      cost_usd: { remediation: amount },
      flags: [],
    });
  });

  test('minutes at the rate of the rule that matches', async () => {
    await ends('coder-8', { 'agent.task.type': 'patch' });
    await at().report({ task_id: 'coder-8', outcome: 'remediated', remediation: { minutes: 10 } });
    expect((await at().task('coder-8')).cost_usd.remediation).toBe('15');
  });

  test('on a span: at once, and late over an imputed one', async () => {
    await ends('on-span', { 'agent.remediation.cost_usd': '4.5' });
    expect(await at().task('on-span')).toMatchObject({
      outcome: 'remediated',
      cost_usd: { remediation: '4.5' },
      flags: ['reported'],
    });
    await ends('on-span-minutes', { 'agent.remediation.minutes': 15 });
    expect((await at().task('on-span-minutes')).cost_usd.remediation).toBe('15');

    await ends('on-late-span');
    expect(await at().task('on-late-span')).toMatchObject(IMPUTED);
    await ends('on-late-span', { 'agent.remediation.cost_usd': 6 });
    expect(await at().task('on-late-span')).toMatchObject({
      outcome: 'remediated',
      cost_usd: { remediation: '6' },
      flags: ['reported'],
    });
  });

  test('a report takes the place of what spans said, with a credit line, so that lines add up', async () => {
    await ends('replaced', { 'agent.remediation.cost_usd': '4.5' });
    await at().report({ task_id: 'replaced', outcome: 'remediated', remediation: { cost_usd: '1' } });
    expect(await at().task('replaced')).toMatchObject({
      outcome: 'remediated',
      cost_usd: { remediation: '1' },
      flags: ['replaced_by_report', 'reported'],
    });
    const lines = (await at().charges('replaced')).filter((one) => one.component === 'remediation');
    expect(lines.map((one) => one.amount_usd).sort()).toEqual(['-4.5', '1', '4.5']);
  });

  test('of several reports the latest that names an amount stands; they never add', async () => {
    await ends('several');
    await at().report({ task_id: 'several', outcome: 'remediated', remediation: { cost_usd: '5' } });
    await at().pass();
    await at().report({ task_id: 'several', outcome: 'remediated', remediation: { cost_usd: '8' } });
    await at().pass();
    await at().report({ task_id: 'several', outcome: 'remediated' });
    expect((await at().task('several')).cost_usd.remediation).toBe('8');
  });

  test('money that was spent stays, whatever the outcome becomes', async () => {
    for (const [id, outcome] of [
      ['stays-solved', 'solved'],
      ['stays-left', 'abandoned'],
    ] as const) {
      await ends(id);
      await at().report({ task_id: id, outcome: 'failed', remediation: { cost_usd: '5' } });
      await at().pass();
      await at().report({ task_id: id, outcome });
      expect(await at().task(id)).toMatchObject({ outcome, cost_usd: { remediation: '5' } });
    }
  });

  test('minutes without any rate are unpriced, and the task a lower bound', async () => {
    const here = await openHouse({ prices: WALK_PRICES });
    try {
      await here.tell(smallTask('4f00', { 'agent.session.id': 'no-rate', 'agent.remediation.minutes': 15 }));
      await here.report({ task_id: 'no-rate-api', outcome: 'failed', remediation: { minutes: 15 } });
      for (const id of ['no-rate', 'no-rate-api'])
        expect(await here.task(id)).toMatchObject({
          unpriced_calls: 1,
          cost_usd: { remediation: '0' },
          flags: expect.arrayContaining(['lower_bound']),
        });
      expect((await here.ask('/unpriced')).body.unpriced).toContainEqual(
        expect.objectContaining({
          component: 'remediation',
          unit: 'minute',
          reason: 'rate_missing',
          calls: 2,
          quantity: 30,
        }),
      );
    } finally {
      await here.close();
    }
  });
});

describe('CPST', () => {
  test('failed and abandoned tasks stay above the line, on both bases', async () => {
    const agent = { 'agent.type': 'mixed', 'agent.task.type': 'other' };
    await ends('m1', agent, {});
    await ends('m2', agent, {});
    await ends('m3', agent);
    await ends('m4', { ...agent, 'agent.task.outcome': 'abandoned' });
    await ends('m5', { ...agent, 'agent.remediation.cost_usd': '1' });
    const row = await rowOf('mixed');
    expect(row).toMatchObject({
      tasks: { solved: 2, remediated: 1, failed: 1, abandoned: 1 },
      cost_usd: { total: '1.01', inference: '0.01', remediation: '1' },
      cpst_usd: { resolved: '0.336666666667', autonomous: '0.505' },
      success_ratio: { resolved: 0.6, autonomous: 0.4 },
    });
  });

  test('with nobody solved there is no value and no series', async () => {
    const agent = { 'agent.type': 'hopeless', 'agent.task.type': 'other' };
    await ends('h1', agent);
    const row = await rowOf('hopeless');
    expect(row.cpst_usd).toEqual({ resolved: null, autonomous: null });
    expect(row.success_ratio).toEqual({ resolved: 0, autonomous: 0 });
    const samples = await at().metrics();
    const series = (name: string) =>
      samples.filter((one) => one.name === name && one.labels.agent_type === 'hopeless');
    expect(series('agent_cpst_usd')).toEqual([]);
    expect(series('agent_success_ratio').map((one) => one.value)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
