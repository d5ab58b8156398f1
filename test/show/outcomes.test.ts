import { describe, expect, test } from '@jest/globals';
import { parseUsd } from '../../src/domain/money.ts';
import type { OutcomeReport } from '../../src/domain/task.ts';
import { ERRORS_MAX, readReports } from '../../src/show/outcome-reports.ts';
import { handClock } from '../support/clock.ts';
import { table } from '../support/table.ts';
import { ledgerOf, NOON } from '../support/tasks.ts';
import { dig, withWeb } from '../support/web.ts';

const NOW = Number(NOON / 1_000_000n);

/** Serves with a sink that remembers, and posts each body in turn. */
async function posting(bodies: readonly unknown[], advanceMs = 0) {
  const kept: OutcomeReport[][] = [];
  const answers: { status: number; body: unknown }[] = [];
  const clock = handClock();
  const reportOutcomes = async (reports: readonly OutcomeReport[]) => {
    kept.push([...reports]);
  };
  await withWeb(await ledgerOf({}), { reportOutcomes, clock }, async ({ post }) => {
    for (const body of bodies) {
      answers.push(await post(body));
      clock.advance(advanceMs);
    }
  });
  return { kept, answers };
}

describe('POST /api/v1/outcomes', () => {
  test('one report, with all it can say', async () => {
    const { kept, answers } = await posting([
      {
        task_id: 'T/1 "x"',
        outcome: 'remediated',
        at: '2026-11-23T12:30:00.000000001+01:00',
        remediation: { cost_usd: '12.50', minutes: 7.5 },
        value_usd: 1e-7,
        source: 'zendesk',
        idempotency_key: 'ticket-7',
      },
    ]);
    expect(answers[0]).toMatchObject({ status: 200, body: { accepted: 1, repeated: 0 } });
    expect(kept).toEqual([
      [
        {
          taskId: 'T/1 "x"',
          outcome: 'remediated',
          at: 1_795_433_400_000_000_001n,
          remediation: { cost: parseUsd('12.5'), minutes: 7_500_000n },
          value: parseUsd('0.0000001'),
          source: 'zendesk',
          key: 'ticket-7',
        },
      ],
    ]);
  });

  test('the shortest report: now, from the API, known by what it says', async () => {
    const { kept } = await posting([{ task_id: 't', outcome: 'solved' }]);
    expect(kept[0]).toEqual([
      {
        taskId: 't',
        outcome: 'solved',
        at: NOON,
        remediation: undefined,
        value: undefined,
        source: 'api',
        key: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    ]);
  });

  test('an array is taken in one, its repeats are one, and an empty one is nothing', async () => {
    const a = { task_id: 'a', outcome: 'solved', at: '2026-11-23T11:00:00Z' };
    const { kept, answers } = await posting([[a, { ...a, task_id: 'b' }, a], []]);
    expect(answers.map(({ body }) => body)).toEqual([
      { accepted: 3, repeated: 1 },
      { accepted: 0, repeated: 0 },
    ]);
    expect(kept.map((reports) => reports.map(({ taskId }) => taskId))).toEqual([['a', 'b']]);
  });

  test('the same report has the same key another day, another report has not', async () => {
    const said = { task_id: 'a', outcome: 'solved', at: '2026-11-23T11:00:00Z' };
    const others = [
      { ...said, outcome: 'failed' },
      { ...said, at: '2026-11-23T11:00:01Z' },
      { ...said, value_usd: '1' },
      { ...said, remediation: { minutes: 1 } },
      { ...said, remediation: { cost_usd: 1 } },
      { ...said, source: 'x' },
    ];
    const { kept } = await posting([said, { ...said }, ...others], 60_000);
    const keys = kept.flat().map(({ key }) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(1 + others.length);
  });

  test('a task reopened and solved again without a time is heard', async () => {
    const { kept } = await posting(
      [
        { task_id: 'a', outcome: 'solved' },
        { task_id: 'a', outcome: 'failed' },
        { task_id: 'a', outcome: 'solved' },
      ],
      1000,
    );
    expect(new Set(kept.flat().map(({ key }) => key)).size).toBe(3);
  });

  test('one bad report refuses them all, and is named by its place', async () => {
    const good = { task_id: 'a', outcome: 'solved' };
    const { kept, answers } = await posting([[good, good, { ...good, outcome: 'done' }]]);
    expect(kept).toEqual([]);
    expect(answers[0]!.status).toBe(400);
    expect(answers[0]!.body).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail:
        '[2].outcome is "done", but should be one of solved, remediated, failed, abandoned; nothing was taken',
      parameter: 'outcome',
      errors: [
        {
          index: 2,
          field: 'outcome',
          detail: 'is "done", but should be one of solved, remediated, failed, abandoned',
        },
      ],
    });
  });

  test('where the reports cannot be kept the answer is 503 and says to send again', async () => {
    const reportOutcomes = async () => {
      throw new Error('disk full');
    };
    await withWeb(await ledgerOf({}), { reportOutcomes }, async ({ post }) => {
      const { status, headers, body } = await post({ task_id: 'a', outcome: 'solved' });
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toBe('1');
      expect(dig(body, 'detail')).toContain('send them again');
      expect(JSON.stringify(body)).not.toContain('disk full');
    });
  });
});

describe('what is no report', () => {
  const cases = table(`
    field                   with
    task_id                 {"task_id":""}
    task_id                 {"task_id":7}
    task_id                 {"task_id":null}
    outcome                 {"outcome":"Solved"}
    outcome                 {"outcome":null}
    outcome                 {"outcome":"toString"}
    at                      {"at":"yesterday"}
    at                      {"at":1795435200}
    at                      {"at":"1999-12-31T23:59:59Z"}
    at                      {"at":"2026-11-23T13:00:00.001Z"}
    value_usd               {"value_usd":"-1"}
    value_usd               {"value_usd":"1,50"}
    value_usd               {"value_usd":true}
    value_usd               {"value_usd":1e30}
    source                  {"source":7}
    idempotency_key         {"idempotency_key":""}
    remediation             {"remediation":"10"}
    remediation             {"remediation":{}}
    remediation             {"remediation":[1]}
    remediation.cost_usd    {"remediation":{"cost_usd":"NaN"}}
    remediation.cost_usd    {"remediation":{"cost_usd":-0.01}}
    remediation.minutes     {"remediation":{"minutes":"-5"}}
    remediation.minutes     {"remediation":{"minutes":1000001}}
    remediation.hours       {"remediation":{"hours":1,"minutes":1}}
    taskId                  {"taskId":"a"}
  `);
  test.each(cases)('$with: $field', ({ field, with: change }) => {
    const read = readReports({ task_id: 't', outcome: 'solved', ...JSON.parse(change!) }, NOW);
    expect(read).toMatchObject({ kind: 'refused', errors: [{ index: 0, field }] });
  });

  test.each([null, 7, 'x', [[]], [null]])('%j', (body) => {
    expect(readReports(body, NOW)).toMatchObject({ kind: 'refused', errors: [{ field: '' }] });
  });

  test('an id of 1024 bytes is taken, one byte more is not', () => {
    const read = (task_id: string) => readReports({ task_id, outcome: 'solved' }, NOW).kind;
    expect(read('x'.repeat(1024))).toBe('read');
    expect(read('x'.repeat(1025))).toBe('refused');
    expect(read('é'.repeat(513))).toBe('refused');
  });

  test('an hour from now is the last time that is believed', () => {
    const read = (at: string) => readReports({ task_id: 't', outcome: 'solved', at }, NOW).kind;
    expect(read('2026-11-23T13:00:00Z')).toBe('read');
    expect(read('2026-11-23T13:00:00.000000001Z')).toBe('refused');
  });

  test('every mistake of a report is told, of many reports the first', () => {
    const bad = { task_id: '', outcome: 'x', at: 'y', value_usd: 'z' };
    const one = readReports(bad, NOW);
    expect(one.kind === 'refused' && one.errors.map(({ field }) => field)).toEqual([
      'task_id',
      'outcome',
      'at',
      'value_usd',
    ]);
    const many = readReports(Array(1000).fill(bad), NOW);
    expect(many.kind === 'refused' && many.errors.length).toBe(ERRORS_MAX);
  });
});
