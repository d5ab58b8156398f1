import { describe, expect, test } from '@jest/globals';
import { house, timeOf } from '../support/house.ts';
import { sampleOf } from '../support/metrics.ts';
import { agentSpan, chatSpan, smallTask, WALK_PRICES } from '../support/spans.ts';
import { table } from '../support/table.ts';

/**
 * Goal: how tasks end, as DESIGN.md section 4 says: by attribute, by report, by the root, or not at all. Method: real
 * spans and reports to one service whose time is turned by hand; every test has ids of its own.
 */

const HOUR = 3_600_000;
const at = house({
  prices: WALK_PRICES,
  settings: { SOLVENT_OUTCOMES: '{default: root, agent_types: {support: explicit, "ask-*": explicit}}' },
});

/** The time on the house's clock, as the API writes it, some seconds from then. */
const nowPlus = (seconds: number) =>
  new Date(at().clock.now() + seconds * 1000).toISOString().replace(/\.?0+Z$/, 'Z');
const session = (id: string, more: Record<string, string | number> = {}) => ({
  'agent.session.id': id,
  ...more,
});

describe('by attribute', () => {
  const said = { 'agent.task.outcome': 'abandoned' };
  test('on the root, on a leaf, on an event: it counts, at its time', async () => {
    await at().tell(smallTask('3001', session('by-root', said)));
    expect(await at().task('by-root')).toMatchObject({
      outcome: 'abandoned',
      closed_by: 'reported',
      closed_at: timeOf(60),
    });

    const leaf = chatSpan({ trace: '3002', span: 'b', parent: 'a', end: 30 }, {}, said);
    await at().tell([agentSpan({ trace: '3002', span: 'a' }, session('by-leaf')), leaf]);
    expect(await at().task('by-leaf')).toMatchObject({ outcome: 'abandoned', closed_at: timeOf(30) });

    const events = [
      { name: 'verdict', at: 20, attributes: { 'agent.task.outcome': 'failed' } },
      { name: 'verdict', at: 40, attributes: { 'agent.task.outcome': 'Solved' } },
      { name: 'other', at: 50, attributes: {} },
    ];
    await at().tell(smallTask('3003', session('by-event'), { events, error: true }));
    expect(await at().task('by-event')).toMatchObject({ outcome: 'solved', closed_at: timeOf(40) });
  });

  test('a word that is no outcome is flagged, and the root decides', async () => {
    await at().tell(smallTask('3004', session('no-word', { 'agent.task.outcome': 'great' })));
    expect(await at().task('no-word')).toMatchObject({
      outcome: 'solved',
      closed_by: 'inferred',
      flags: ['bad_outcome'],
    });
  });
});

describe('by policy', () => {
  test('root: status ERROR is failed, else solved; inferred, and exported as such', async () => {
    await at().tell(smallTask('3101', session('went-well', { 'agent.type': 'policy' })));
    await at().tell(smallTask('3102', session('went-wrong', { 'agent.type': 'policy' }), { error: true }));
    const inferred = { state: 'closed', closed_by: 'inferred', closed_at: timeOf(60) };
    expect(await at().task('went-well')).toMatchObject({ outcome: 'solved', ...inferred });
    expect(await at().task('went-wrong')).toMatchObject({ outcome: 'failed', ...inferred });
    const ratio = () =>
      at()
        .metrics()
        .then((samples) =>
          sampleOf(samples, 'agent_outcome_inferred_ratio', { agent_type: 'policy', window: '1h' }),
        );
    expect(await ratio()).toBe(1);
    await at().report({ task_id: 'went-wrong', outcome: 'failed' });
    expect(await ratio()).toBe(0.5);
  });

  test.each(['support', 'ask-me'])(
    'explicit (%s): open until told, whatever the root says',
    async (agent) => {
      const id = `explicit-${agent}`;
      await at().tell(smallTask(agent === 'support' ? '3103' : '3104', session(id, { 'agent.type': agent })));
      await at().pass(HOUR);
      expect(await at().task(id)).toMatchObject({
        state: 'open',
        outcome: null,
        closed_by: null,
        closed_at: null,
      });
      expect((await at().ask(`/tasks?outcome=open&agent_type=${agent}`)).body.tasks).toHaveLength(1);
      const open = await at().metrics();
      expect(sampleOf(open, 'agent_tasks_open', { agent_type: agent })).toBe(1);
      expect(sampleOf(open, 'agent_tasks_open_cost_usd', { agent_type: agent })).toBe(0.002);
      expect(await at().cpst(`?group_by=agent_type&from=${timeOf(0)}`)).not.toContainEqual(
        expect.objectContaining({ agent_type: agent }),
      );

      const told = nowPlus(0);
      expect(await at().report({ task_id: id, outcome: 'solved', at: told })).toMatchObject({ status: 200 });
      expect(await at().task(id)).toMatchObject({
        outcome: 'solved',
        closed_by: 'reported',
        closed_at: told,
      });
      expect(sampleOf(await at().metrics(), 'agent_tasks_open', { agent_type: agent })).toBeUndefined();
    },
  );

  test('an open task is abandoned openTaskMax after its last news, and can still be told', async () => {
    const before = at().clock.now();
    await at().tell(smallTask('3105', session('expires', { 'agent.type': 'support' })));
    await at().pass(24 * HOUR - 3000);
    expect((await at().task('expires')).state).toBe('open');
    await at().pass(4000);
    const expired = new Date(before + 24 * HOUR).toISOString().replace(/\.?0+Z$/, 'Z');
    expect(await at().task('expires')).toMatchObject({
      outcome: 'abandoned',
      closed_by: 'expired',
      closed_at: expired,
    });
    await at().report({ task_id: 'expires', outcome: 'solved' });
    expect(await at().task('expires')).toMatchObject({
      outcome: 'solved',
      closed_by: 'reported',
      closed_at: expired,
    });
  });

  test('a root that never comes is stood in for by the top-most span', async () => {
    await at().tell([
      chatSpan({ trace: '3106', span: 'b', parent: 'a', error: true }, {}, session('orphan')),
    ]);
    await at().pass(10_000);
    expect((await at().task('orphan')).state).toBe('open');
    await at().pass(60_000);
    expect(await at().task('orphan')).toMatchObject({ outcome: 'failed', closed_by: 'inferred' });
  });
});

describe('by report', () => {
  test('before the spans: kept, and joined when they come', async () => {
    const told = nowPlus(-60);
    await at().report({ task_id: 'early', outcome: 'failed', at: told, value_usd: '7.5' });
    expect(await at().task('early')).toMatchObject({ state: 'closed', outcome: 'failed', agent_type: '' });
    await at().restart();
    await at().tell(smallTask('3201', session('early', { 'agent.type': 'joined' })));
    expect(await at().task('early')).toMatchObject({
      agent_type: 'joined',
      outcome: 'failed',
      closed_by: 'reported',
      value_usd: '7.5',
      cost_usd: { total: '0.002' },
    });
  });

  test('repeats are one, with a key and without', async () => {
    const report = { task_id: 'repeated', outcome: 'remediated', remediation: { cost_usd: '4' } };
    for (const body of [
      { ...report, idempotency_key: 'k' },
      { ...report, idempotency_key: 'k' },
      { ...report, idempotency_key: 'k', remediation: { cost_usd: '400' } },
    ])
      expect((await at().report(body)).status).toBe(200);
    expect((await at().task('repeated')).cost_usd.total).toBe('4');

    const plain = { ...report, task_id: 'repeated-plain', at: nowPlus(0) };
    for (const body of [plain, plain, [plain, plain]]) await at().report(body);
    expect((await at().task('repeated-plain')).cost_usd.total).toBe('4');
    expect(await at().charges('repeated-plain')).toHaveLength(1);

    const untimed = { ...report, task_id: 'repeated-untimed' };
    for (const body of [untimed, untimed]) {
      await at().report(body);
      await at().pass(5000);
    }
    expect((await at().task('repeated-untimed')).cost_usd.total).toBe('4');
  });

  const orders = table(`
    id       first          second         third          outcome   closed
    later-1  solved@-30     failed@-20     _              failed    -30
    later-2  failed@-20     solved@-30     _              failed    -30
    later-3  solved@-30     failed@-20     solved@-10     solved    -30
    later-4  solved@-10     solved@-30     failed@-20     solved    -30
    later-5  abandoned@-10  solved@-10.5   failed@-11     abandoned -11
  `);
  test.each(orders)(
    '$first, $second, $third is $outcome',
    async ({ id, first, second, third, outcome, closed }) => {
      const nowMs = at().clock.now();
      const told = (seconds: string) => new Date(nowMs + Number(seconds) * 1000).toISOString();
      for (const word of [first, second, third].filter((one) => one !== '')) {
        const [said, seconds = ''] = word!.split('@');
        await at().report({ task_id: id, outcome: said, at: told(seconds) });
      }
      const task = await at().task(id!);
      expect(task).toMatchObject({ outcome, closed_by: 'reported' });
      expect(Date.parse(task.closed_at!)).toBe(nowMs + Number(closed) * 1000);
    },
  );

  test('a report beats what the root told; the window that it closed in stays, revised back and forth', async () => {
    await at().tell(smallTask('3202', session('reopened', { 'agent.type': 'tickets' })));
    const closed = (await at().task('reopened')).closed_at;
    for (const outcome of ['failed', 'solved', 'abandoned', 'solved']) {
      await at().pass(24 * HOUR);
      await at().report({ task_id: 'reopened', outcome });
      expect(await at().task('reopened')).toMatchObject({
        outcome,
        closed_by: 'reported',
        closed_at: closed,
      });
    }
    const [row] = await at()
      .cpst(`?group_by=agent_type&from=${timeOf(0)}&to=${timeOf(70)}`)
      .then((rows) => rows.filter((one) => one.agent_type === 'tickets'));
    expect(row!.tasks).toEqual({ solved: 1, remediated: 0, failed: 0, abandoned: 0 });
  });

  test('an attribute and a report: the later of the two', async () => {
    await at().tell(smallTask('3203', session('both', { 'agent.task.outcome': 'failed' })));
    await at().report({ task_id: 'both', outcome: 'solved', at: timeOf(59) });
    expect((await at().task('both')).outcome).toBe('failed');
    await at().report({ task_id: 'both', outcome: 'solved', at: timeOf(61) });
    expect(await at().task('both')).toMatchObject({ outcome: 'solved', closed_at: timeOf(59) });
  });

  test('of an array with one bad element none is taken, and the answer names it', async () => {
    const good = (id: string) => ({ task_id: id, outcome: 'solved' });
    const answer = await at().report([
      good('array-0'),
      { task_id: 'array-1', outcome: 'fine' },
      good('array-2'),
    ]);
    expect(answer).toMatchObject({ status: 400, type: expect.stringContaining('application/problem+json') });
    expect(answer.body.errors).toEqual([
      { index: 1, field: 'outcome', detail: expect.stringContaining('fine') },
    ]);
    for (const id of ['array-0', 'array-1', 'array-2'])
      expect((await at().ask(`/tasks/${id}`)).status).toBe(404);
    expect(await at().report([good('array-0'), good('array-2')])).toMatchObject({
      status: 200,
      body: { accepted: 2 },
    });
    expect((await at().task('array-2')).outcome).toBe('solved');
  });

  test('value: from the resource, the span over it, and the latest report over both', async () => {
    const worth = { 'agent.task.value_usd': '3' };
    await at().tell(smallTask('3205', session('worth-all')), worth);
    expect((await at().task('worth-all')).value_usd).toBe('3');
    await at().tell(smallTask('3206', session('worth-more', { 'agent.task.value_usd': 4 })), worth);
    expect((await at().task('worth-more')).value_usd).toBe('4');

    await at().tell(smallTask('3204', session('worth', { 'agent.task.value_usd': 12.5 })));
    expect((await at().task('worth')).value_usd).toBe('12.5');
    await at().report({ task_id: 'worth', outcome: 'solved', value_usd: '30.000000000001' });
    expect((await at().task('worth')).value_usd).toBe('30.000000000001');
  });
});
