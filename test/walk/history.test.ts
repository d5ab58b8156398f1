import { describe, expect, test } from '@jest/globals';
import { house, timeOf } from '../support/house.ts';
import { agentSpan, chatSpan, smallTask, WALK_PRICES } from '../support/spans.ts';
import { until } from '../support/until.ts';
import { GIVEN, HOUR, historyOf, said, turns } from './turns.ts';

/**
 * Goal: what else turns a task than a report, and what its history says of it: time, a session that goes on, a trace that
 * finds its session, late spans, evaluations, prices. Method: as in outcomes-revised.test.ts.
 */

const at = house(GIVEN);
const nowPlus = (seconds: number) =>
  new Date(at().clock.now() + seconds * 1000).toISOString().replace(/\.?0+Z$/, 'Z');

describe('tasks and sessions', () => {
  test('of several tasks in one session one is revised, and the others stay', async () => {
    await at().tell([
      agentSpan({ trace: '9301', span: 'a' }, said('many')),
      agentSpan({ trace: '9301', span: 'b', parent: 'a' }, { 'agent.task.id': 'many-1' }),
      chatSpan({ trace: '9301', span: 'c', parent: 'b' }),
      agentSpan({ trace: '9301', span: 'd', parent: 'a' }, { 'agent.task.id': 'many-2' }),
      chatSpan({ trace: '9301', span: 'e', parent: 'd' }),
    ]);
    await at().report({ task_id: 'many-2', outcome: 'failed', source: 'crm', idempotency_key: 'k' });
    await at().pass();
    expect(turns(await historyOf(at(), 'many-1'))).toEqual(['spans+policy: - > solved, total 0.002']);
    expect(turns(await historyOf(at(), 'many-2'))).toEqual([
      'spans+policy: - > solved, total 0.002',
      'crm/k: solved > remediated, total 10.002',
    ]);
  });

  test('a session that goes on closes later, and as its newest trace did', async () => {
    await at().tell(smallTask('9302', said('on')));
    await at().tell(smallTask('9303', said('on'), { start: 100, end: 160, error: true }));
    expect((await at().task('on')).closed_at).toBe(timeOf(160));
    expect(turns(await historyOf(at(), 'on'))).toEqual([
      'spans+policy: - > solved, total 0.002',
      'spans: solved > remediated, total 10.004',
    ]);
  });

  test('a trace that finds its session later: the one is gone and says where to, the other says where from', async () => {
    await at().tell([chatSpan({ trace: '9304', span: 'b', parent: 'a', end: 30 })]);
    await at().pass(120_000);
    const traceId = '9304'.padStart(32, '0');
    expect((await at().task(traceId)).state).toBe('closed');
    await at().tell([agentSpan({ trace: '9304', span: 'a' }, said('found'))]);
    expect((await at().ask(`/tasks/${traceId}`)).status).toBe(404);
    const gone = (await historyOf(at(), traceId)).at(-1)!;
    expect(gone).toMatchObject({
      by: [{ kind: 'spans', trace_ids: [traceId] }],
      before: { state: 'closed', cost_usd: { total: '0.002' } },
      after: null,
      moved_to: [{ trace_id: traceId, task_ids: ['found'] }],
    });
    expect(await historyOf(at(), 'found')).toMatchObject([
      {
        by: [{ kind: 'spans' }, { kind: 'policy' }],
        before: null,
        after: { outcome: 'solved', cost_usd: { total: '0.002' } },
        moved_from: [{ trace_id: traceId, task_ids: [traceId] }],
      },
    ]);
  });

  test('spans that come days late: the closed task costs more, and says by which trace', async () => {
    await at().tell(smallTask('9305', said('slow')));
    await at().pass(72 * HOUR);
    await at().tell([chatSpan({ trace: '9305', span: 'f', parent: 'a', start: 5 })]);
    const events = await historyOf(at(), 'slow');
    expect(turns(events)).toEqual(['spans+policy: - > solved, total 0.002', 'spans: same, total 0.004']);
    expect(events[1]!.by).toEqual([{ kind: 'spans', trace_ids: ['9305'.padStart(32, '0')] }]);
    expect((await at().task('slow')).flags).toContain('late');
  });
});

describe('an evaluation that a rule maps', () => {
  const judged = (seconds: number, more: Record<string, string | number>) => ({
    name: 'gen_ai.evaluation.result',
    at: seconds,
    attributes: { 'gen_ai.evaluation.name': 'judged', ...more },
  });
  const pass = { 'gen_ai.evaluation.score.label': 'pass' };
  const poor = { 'gen_ai.evaluation.score.value': 0.2 };

  test('a later one of another trace revises it, and of it and a report the later counts', async () => {
    await at().tell(smallTask('9401', said('rated'), { events: [judged(60, pass)] }));
    expect(await at().task('rated')).toMatchObject({
      outcome: 'solved',
      closed_by: 'reported',
      closed_at: timeOf(60),
    });
    await at().pass(2 * HOUR);
    const evaluator = {
      ...agentSpan({ trace: '9402', span: 'a', start: 200, end: 210 }, said('rated')),
      events: [judged(205, poor)],
    };
    await at().tell([evaluator]);
    expect(await at().task('rated')).toMatchObject({ outcome: 'remediated', closed_at: timeOf(60) });
    await at().report({
      task_id: 'rated',
      outcome: 'solved',
      at: timeOf(204),
      source: 'crm',
      idempotency_key: 'before',
    });
    await at().pass();
    expect((await at().task('rated')).outcome).toBe('remediated');
    await at().report({
      task_id: 'rated',
      outcome: 'solved',
      at: timeOf(206),
      source: 'crm',
      idempotency_key: 'after',
    });
    await at().pass();
    expect((await at().task('rated')).outcome).toBe('solved');
    expect(turns(await historyOf(at(), 'rated'))).toEqual([
      'spans: - > solved, total 0.002',
      'spans: solved > remediated, total 10.002',
      'crm/after: remediated > solved, total 0.002',
    ]);
  });
});

describe('the time of a report', () => {
  test('of two at one time the greater key counts, in whatever order they come', async () => {
    const report = { at: nowPlus(0), source: 'crm' };
    const [a, b] = [
      { ...report, outcome: 'failed', idempotency_key: 'a' },
      { ...report, outcome: 'solved', idempotency_key: 'b' },
    ];
    for (const [id, first, second] of [['tie-1', a, b] as const, ['tie-2', b, a] as const]) {
      for (const one of [first, second]) {
        await at().report({ task_id: id, ...one });
        await at().pass();
      }
      expect((await at().task(id)).outcome).toBe('solved');
    }
    expect(await historyOf(at(), 'tie-1')).toHaveLength(2);
    expect(await historyOf(at(), 'tie-2')).toHaveLength(1);
  });

  test('before the first span it is the close time; past an hour from now, or before 2000, it is refused', async () => {
    await at().tell(smallTask('9501', said('before')));
    await at().report({
      task_id: 'before',
      outcome: 'solved',
      at: timeOf(-500),
      source: 'crm',
      idempotency_key: 'k',
    });
    await at().pass();
    expect(await at().task('before')).toMatchObject({ closed_at: timeOf(-500), started_at: timeOf(0) });
    expect((await historyOf(at(), 'before')).at(-1)).toMatchObject({
      before: { closed_at: timeOf(60), closed_by: 'inferred' },
      after: { closed_at: timeOf(-500), closed_by: 'reported' },
    });
    for (const time of [nowPlus(3700), '2999-01-01T00:00:00Z', '1999-12-31T00:00:00Z'])
      expect(await at().report({ task_id: 'before', outcome: 'failed', at: time })).toMatchObject({
        status: 400,
      });
    expect((await at().report({ task_id: 'before', outcome: 'failed', at: nowPlus(3500) })).status).toBe(200);
  });
});

test('a restatement of prices is in the history with its number and who asked for it', async () => {
  await at().tell(smallTask('9601', said('priced')));
  await at().reprice(WALK_PRICES.replace('input: "1"', 'input: "2"'));
  // One at a time: the new price file has what waits for a price looked at first.
  const { id } = await until('the re-pricing is taken', async () => {
    await at().pass();
    const { status, body } = await at().post('/reprice', { dry_run: false, by: 'ana' });
    return status === 200 && body;
  });
  await until('the re-pricing is done', async () => {
    await at().pass();
    return (await at().ask(`/repricings/${id}`)).body.state === 'done';
  });
  const events = await historyOf(at(), 'priced');
  expect(events.at(-1)).toMatchObject({
    by: [{ kind: 'repricing', repricing: id, by: 'ana' }],
    before: { cost_usd: { total: '0.002' } },
    after: { cost_usd: { total: '0.003' } },
  });
});
