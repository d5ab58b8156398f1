import { describe, expect, test } from '@jest/globals';
import { house, timeOf } from '../support/house.ts';
import { sampleOf } from '../support/metrics.ts';
import { smallTask } from '../support/spans.ts';
import { column } from '../support/web.ts';
import { GIVEN, HOUR, historyOf, said, turns } from './turns.ts';

/**
 * Goal: how a task's life is revised, as a finance team would follow it: each turn restates the window of the first close
 * and the gauges, takes nothing back from a counter, and stands in the history with who made it. Method: real spans and
 * reports to one service whose time is turned by hand; every test has ids of its own.
 */

const at = house(GIVEN);
const nowPlus = (seconds: number) =>
  new Date(at().clock.now() + seconds * 1000).toISOString().replace(/\.?0+Z$/, 'Z');

/** What `/cpst` and the gauges say of an agent's closed tasks, by outcome; and both counters of a component. */
async function figures(agent: string, window: { readonly from: string; readonly to: string }) {
  const rows = await at().cpst(`?group_by=agent_type&from=${window.from}&to=${window.to}`);
  const row = rows.find((one) => one.agent_type === agent);
  const samples = await at().metrics();
  const gauge = (name: string, labels: Record<string, string> = {}) =>
    sampleOf(samples, name, { agent_type: agent, window: '7d', ...labels });
  const counter = (name: string) =>
    sampleOf(samples, name, { agent_type: agent, component: 'remediation' }) ?? 0;
  return {
    tasks: Object.entries(row?.tasks ?? {})
      .filter(([, count]) => count > 0)
      .flat(),
    total: row?.cost_usd.total,
    gauges: ['solved', 'remediated', 'failed'].map((outcome) => gauge('agent_tasks', { outcome }) ?? 0),
    resolved: gauge('agent_cpst_usd', { basis: 'resolved' }),
    autonomous: gauge('agent_cpst_usd', { basis: 'autonomous' }),
    cost: counter('agent_cost_usd_total'),
    credited: counter('agent_cost_credited_usd_total'),
  };
}

describe('a ticket that is solved, reopened, and solved again', () => {
  const window = { from: timeOf(0), to: timeOf(70) };
  const wanted = [
    {
      tasks: ['solved', 1],
      total: '0.002',
      gauges: [1, 0, 0],
      resolved: 0.002,
      autonomous: 0.002,
      cost: 0,
      credited: 0,
    },
    {
      tasks: ['remediated', 1],
      total: '10.002',
      gauges: [0, 1, 0],
      resolved: 10.002,
      autonomous: undefined,
      cost: 10,
      credited: 0,
    },
    {
      tasks: ['solved', 1],
      total: '0.002',
      gauges: [1, 0, 0],
      resolved: 0.002,
      autonomous: 0.002,
      cost: 10,
      credited: 10,
    },
    {
      tasks: ['solved', 1],
      total: '4.002',
      gauges: [1, 0, 0],
      resolved: 4.002,
      autonomous: 4.002,
      cost: 14,
      credited: 10,
    },
    {
      tasks: ['remediated', 1],
      total: '4.002',
      gauges: [0, 1, 0],
      resolved: 4.002,
      autonomous: undefined,
      cost: 14,
      credited: 10,
    },
  ];

  test('restates its first window each time; the gauges follow, no counter falls, and all of it is in the history', async () => {
    await at().tell(smallTask('9001', said('desk')));
    const closed = (await at().task('desk')).closed_at;
    expect(await figures('desk', window)).toEqual(wanted[0]);
    const reports = [
      { outcome: 'failed', source: 'crm', idempotency_key: 'reopened' },
      { outcome: 'solved', source: 'crm', idempotency_key: 'closed-2' },
      { outcome: 'solved', source: 'hr', idempotency_key: 'hours', remediation: { cost_usd: '4' } },
      { outcome: 'failed', source: 'crm', idempotency_key: 'reopened-2' },
    ];
    for (const [index, report] of reports.entries()) {
      await at().pass(24 * HOUR);
      await at().report({ task_id: 'desk', ...report });
      await at().pass();
      expect(await figures('desk', window)).toEqual(wanted[index + 1]);
      expect((await at().task('desk')).closed_at).toBe(closed);
    }
    const events = await historyOf(at(), 'desk');
    expect(turns(events)).toEqual([
      'spans+policy: - > solved, total 0.002',
      'crm/reopened: solved > remediated, total 10.002',
      'crm/closed-2: remediated > solved, total 0.002',
      'hr/hours: same, total 4.002',
      'crm/reopened-2: solved > remediated, total 4.002',
    ]);
    expect(events[0]).toMatchObject({
      before: null,
      after: { state: 'closed', outcome: 'solved', closed_by: 'inferred', closed_at: closed },
    });
    expect(events[1]).toMatchObject({ before: { closed_by: 'inferred' }, after: { closed_by: 'reported' } });
    expect(column(events, 'at')).toEqual([...column(events, 'at')].sort());
  });

  test('a report sent again, in the same and in other words, is no turn; nor is a restart', async () => {
    const before = await historyOf(at(), 'desk');
    for (const remediation of [{ cost_usd: '4' }, { cost_usd: '400' }]) {
      await at().report({
        task_id: 'desk',
        outcome: 'solved',
        source: 'hr',
        idempotency_key: 'hours',
        remediation,
      });
      await at().pass();
    }
    await at().restart();
    await at().pass();
    expect(await historyOf(at(), 'desk')).toEqual(before);
    expect((await at().task('desk')).cost_usd.total).toBe('4.002');
  });
});

describe('an outcome before its spans', () => {
  test('by hours: the task is there from then on, and has the cost of its spans when they come', async () => {
    const told = nowPlus(0);
    await at().report({ task_id: 'early', outcome: 'failed', source: 'crm', idempotency_key: 'k' });
    await at().pass();
    const imputed = { state: 'closed', closed_by: 'reported', closed_at: told };
    // No rule is about a task whose type nobody knows yet.
    expect(await at().task('early')).toMatchObject({
      ...imputed,
      outcome: 'failed',
      cost_usd: { total: '0' },
    });
    await at().pass(5 * HOUR);
    await at().tell(smallTask('9101', said('early')));
    const outcome = { outcome: 'remediated', cost_usd: { total: '10.002' } };
    expect(await at().task('early')).toMatchObject({
      ...outcome,
      closed_by: 'reported',
      agent_type: 'early',
    });
    expect(turns(await historyOf(at(), 'early'))).toEqual([
      'crm/k: - > failed, total 0',
      'spans: failed > remediated, total 10.002',
    ]);
    expect((await historyOf(at(), 'early'))[1]).toMatchObject({
      before: { agent_type: '', task_type: 'default' },
      after: { agent_type: 'early', task_type: 'ticket' },
    });
  });

  test('whose spans never come: it counts as it was told, with what a human cost', async () => {
    const remediation = { minutes: 5, cost_usd: '2' };
    await at().report({
      task_id: 'paper',
      outcome: 'failed',
      remediation,
      source: 'crm',
      idempotency_key: 'k',
    });
    await at().pass(48 * HOUR);
    expect(await at().task('paper')).toMatchObject({
      state: 'closed',
      outcome: 'remediated',
      cost_usd: { total: '2' },
    });
    expect(turns(await historyOf(at(), 'paper'))).toEqual(['crm/k: - > remediated, total 2']);
  });
});

describe('a task that nobody tells of in time', () => {
  test('expires, is told after all, and keeps the window in which it expired', async () => {
    await at().tell(smallTask('9201', said('ask-late')));
    await at().pass(25 * HOUR);
    const closed = (await at().task('ask-late')).closed_at;
    await at().report({ task_id: 'ask-late', outcome: 'failed', source: 'crm', idempotency_key: 'k' });
    await at().pass();
    expect(await at().task('ask-late')).toMatchObject({ outcome: 'remediated', closed_at: closed });
    expect(turns(await historyOf(at(), 'ask-late'))).toEqual([
      'policy: - > abandoned, total 0.002',
      'crm/k: abandoned > remediated, total 10.002',
    ]);
  });
});
