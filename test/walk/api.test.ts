import { describe, expect, test } from '@jest/globals';
import { type ChargeJson, type CpstRow, type TaskJson, timeOf } from '../support/house.ts';
import { table } from '../support/table.ts';
import { askedHouse } from './asked.ts';

/**
 * Goal: the API of DESIGN.md section 7 as a stranger meets it: fields, filters, sorts, pages, periods, groups,
 * formats. Method: a handful of tasks by real OTLP, then questions.
 */

const at = askedHouse();

const MONEY = /^-?(0|[1-9]\d*)(\.\d{0,11}[1-9])?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const ids = async (query: string): Promise<string[]> =>
  ((await at().ask(`/tasks?${query}`)).body.tasks as TaskJson[]).map((task) => task.task_id);

describe('fields and formats', () => {
  const TASK = (
    'task_id agent_type task_type dimensions state outcome closed_by started_at closed_at value_usd cost_usd tokens ' +
    'calls actions unpriced_calls flags'
  ).split(' ');
  const COST = ['total', 'inference', 'vector', 'tooling', 'compute', 'remediation'];
  const TOKENS = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'];

  test('a task', async () => {
    const task = await at().task('t-5');
    for (const name of [...TASK, 'trace_ids', 'suppressed']) expect(Object.keys(task)).toContain(name);
    expect(Object.keys(task.cost_usd)).toEqual(COST);
    expect(Object.keys(task.tokens)).toEqual(TOKENS);
    expect(Object.keys(task.calls)).toEqual(['inference', 'embedding', 'rerank', 'vector', 'tool']);
    expect(Object.values(task.cost_usd).filter((text) => !MONEY.test(text))).toEqual([]);
    expect(task).toMatchObject({
      dimensions: { team: '', region: '' },
      started_at: timeOf(50),
      closed_at: timeOf(60),
      cost_usd: { total: '0.0065' },
      value_usd: null,
      actions: 1,
    });
    expect([task.started_at, task.closed_at!].filter((text) => !TIME.test(text))).toEqual([]);
  });

  test('a listed task is one without trace_ids and suppressed', async () => {
    const { trace_ids, suppressed, charges_rolled_off, ...listed } = await at().task('t-1');
    const { body } = await at().ask('/tasks?agent_type=red&to=' + timeOf(11));
    expect(body).toEqual({ tasks: [listed], next_cursor: null });
  });

  test('an open task has nulls where a closed one has words', async () => {
    expect(await at().task('t-open')).toMatchObject({
      state: 'open',
      outcome: null,
      closed_by: null,
      closed_at: null,
    });
  });

  test('a charge', async () => {
    const { task_id, charges } = (await at().ask('/tasks/t-5/charges')).body as {
      task_id: string;
      charges: ChargeJson[];
    };
    expect(task_id).toBe('t-5');
    expect(Object.keys(charges[0]!)).toEqual(
      (
        'trace_id span_id line at component provider model resource class quantity rate_usd amount_usd price_id ' +
        'table_hash flags reason served reported_usd computed_usd'
      ).split(' '),
    );
    expect(charges.map((line) => [line.model, line.quantity, line.rate_usd, line.amount_usd])).toEqual([
      ['mini', 400, '0.00001', '0.004'],
      ['gpt-4o', 1000, '0.0000025', '0.0025'],
    ]);
    expect(charges[0]).toMatchObject({
      trace_id: '705'.padStart(32, '0'),
      line: 0,
      at: timeOf(51),
      component: 'inference',
    });
  });

  test('a row of /cpst', async () => {
    const { body } = await at().ask('/cpst?group_by=agent_type,task_type');
    expect(Object.keys(body)).toEqual(['from', 'to', 'group_by', 'rows']);
    expect(body.group_by).toEqual(['agent_type', 'task_type']);
    const [row] = body.rows as CpstRow[];
    for (const name of [
      'agent_type',
      'task_type',
      'tasks',
      'cost_usd',
      'cpst_usd',
      'success_ratio',
      'lower_bound',
    ])
      expect(Object.keys(row!)).toContain(name);
    expect(Object.keys(row!.tasks)).toEqual(['solved', 'remediated', 'failed', 'abandoned']);
    expect(Object.keys(row!.cost_usd)).toEqual(COST);
    expect(Object.keys(row!.reasoning_action_ratio)).toEqual(['reasoning', 'output']);
    expect([body.from, body.to].filter((text: string) => !TIME.test(text))).toEqual([]);
  });
});

describe('/tasks', () => {
  const filters = table(`
    query                                      found
    agent_type=red&sort=started_at             t-open,t-2,t-3,t-1
    task_type=slow                             t-5,t-4,t-3
    outcome=failed                             t-3
    outcome=open                               t-open
    outcome=solved&agent_type=blue             t-5,t-4
    model=gpt-4o                               t-5
    model=nobody                               _
    min_cost_usd=0.004                         t-5,t-4
    min_cost_usd=0.0065                        t-5,t-4
    min_cost_usd=0.006500000001                t-4
    from=@30&to=@50                            t-3,t-2
    from=@60                                   t-5,t-open
    sort=cost                                  t-4,t-5,t-2,t-3,t-open,t-1
    sort=closed_at&limit=2                     t-5,t-4
    sort=started_at                            t-open,t-5,t-2,t-3,t-4,t-1
  `);
  test.each(filters)('$query', async ({ query, found }) => {
    const asked = query!.replaceAll(/@(\d+)/g, (_, seconds: string) => timeOf(Number(seconds)));
    expect((await ids(asked)).join(',')).toBe(found);
  });

  test.each(['cost', 'closed_at', 'started_at'])('pages by %s hold every task once', async (sort) => {
    const whole = await ids(`sort=${sort}`);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await at().ask(`/tasks?sort=${sort}&limit=2${page}`);
      seen.push(...body.tasks.map((task: TaskJson) => task.task_id));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(whole);
  });
});

describe('/cpst', () => {
  const rows = async (query: string, name: string) =>
    Object.fromEntries((await at().cpst(query)).map((row) => [row[name], row.cost_usd.total]));

  test('groups: agent, model, dimension, several, none', async () => {
    expect(await rows('?group_by=agent_type', 'agent_type')).toEqual({ red: '0.006', blue: '0.0135' });
    expect(await rows('?group_by=model', 'model')).toEqual({ mini: '0.017', 'gpt-4o': '0.0025' });
    expect(await rows('?group_by=team', 'team')).toEqual({ core: '0.004', edge: '0.009', '': '0.0065' });
    expect(await at().cpst('?group_by=team,agent_type')).toHaveLength(4);
    const [all, ...others] = await at().cpst();
    expect(others).toEqual([]);
    expect(all).toMatchObject({
      tasks: { solved: 4, remediated: 0, failed: 1, abandoned: 0 },
      cpst_usd: { resolved: '0.004875', autonomous: '0.004875' },
      success_ratio: { resolved: 0.8, autonomous: 0.8 },
    });
  });

  test('by model each task counts under every model that it used', async () => {
    const [mini, gpt] = ['mini', 'gpt-4o'].map((model) =>
      at()
        .cpst('?group_by=model')
        .then((found) => found.find((row) => row.model === model)!),
    );
    expect((await mini!).tasks).toMatchObject({ solved: 4, failed: 1 });
    expect((await gpt!).tasks).toMatchObject({ solved: 1, failed: 0 });
  });

  test('periods: from is in, to is not; windows look back from now; an empty one has no rows', async () => {
    const closed = async (query: string) => (await at().cpst(query))[0]?.tasks.solved ?? 0;
    expect(await closed(`?from=${timeOf(30)}&to=${timeOf(60)}`)).toBe(2);
    expect(await closed(`?from=${timeOf(60)}`)).toBe(1);
    expect(await closed('?window=1h')).toBe(4);
    expect(await closed('?window=1m')).toBe(0);
    expect(await at().cpst(`?from=${timeOf(61)}`)).toEqual([]);
  });
});
