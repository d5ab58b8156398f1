import { afterEach, describe, expect, test } from '@jest/globals';
import { type House, openHouse } from '../support/house.ts';
import { complaintsAbout, type OpenApi } from '../support/openapi.ts';
import { agentSpan, chatSpan, smallTask, WALK_PRICES } from '../support/spans.ts';
import { until } from '../support/until.ts';
import { checkedLines } from './lines.ts';

/**
 * Goal: a price that comes later, or changes, restates what was charged, and everything that is made of it follows.
 * Method: a whole service whose price file a test writes anew.
 */

const NO_PRICES = 'version: 1\ntable: {id: none}\n';
const DEARER = WALK_PRICES.replace('{input: "1",', '{input: "3",');

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});
async function opened(given: Parameters<typeof openHouse>[0]): Promise<House> {
  house = await openHouse(given);
  return house;
}

/** The last re-pricing, once it no longer runs. */
const settled = (at: House) =>
  until('the re-pricing is over', async () => {
    const { repricings } = (await at.ask('/repricings')).body;
    const last = repricings.at(-1);
    return last !== undefined && last.state !== 'running' && last;
  });

/** Puts other prices in force, and waits until what waited for a price was looked at. */
async function reload(at: House, prices: string) {
  const before = (await at.ask('/repricings')).body.repricings.length;
  expect(await at.reprice(prices)).toBe('taken');
  await until('a re-pricing began', async () => {
    const { repricings } = (await at.ask('/repricings')).body;
    return repricings.length > before;
  });
  return settled(at);
}

async function reprice(at: House, body: object) {
  const answer = await at.post('/reprice', body);
  expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
  return settled(at);
}

async function counters(at: House) {
  const samples = await at.metrics();
  const sum = (name: string) =>
    samples.filter((one) => one.name === name).reduce((total, { value }) => total + value, 0);
  return [sum('agent_cost_usd_total'), sum('agent_cost_credited_usd_total')].map((one) =>
    Number(one.toFixed(9)),
  );
}

describe('a price that comes later', () => {
  test('prices by itself what waited for it, and every total follows', async () => {
    const at = await opened({ prices: NO_PRICES });
    await at.tell(smallTask('a1', { 'agent.session.id': 'waits' }));
    expect(await at.task('waits')).toMatchObject({
      cost_usd: { total: '0' },
      unpriced_calls: 1,
      flags: ['lower_bound'],
    });
    expect(await reload(at, WALK_PRICES)).toMatchObject({
      by: 'solvent',
      state: 'done',
      scope: { only: 'waiting' },
      total: { spans: 1, changed: 1, before_usd: '0', after_usd: '0.002', difference_usd: '0.002' },
    });
    expect(await at.task('waits')).toMatchObject({
      cost_usd: { total: '0.002', inference: '0.002' },
      tokens: { input: 1000, output: 100 },
      unpriced_calls: 0,
      flags: [],
    });
    await checkedLines(at, 'waits');
    expect((await at.ask('/unpriced')).body.unpriced).toEqual([]);
    expect(await at.cpst()).toMatchObject([{ cost_usd: { total: '0.002' }, lower_bound: false }]);
    expect(await counters(at)).toEqual([0.002, 0]);
    const adjustments = await at.adjustments('waits');
    expect(adjustments.map((one) => [one.by, one.class, one.difference_usd])).toEqual([
      ['solvent', 'input', '0.001'],
      ['solvent', 'tokens', '0'],
      ['solvent', 'output', '0.001'],
    ]);
    expect(adjustments[1]!.before).toMatchObject({ reason: 'provider_unknown', amount_usd: null });
  });

  test('does so after a restart too, and long after spans may come late', async () => {
    const at = await opened({ prices: NO_PRICES, settings: { SOLVENT_LATE_WINDOW: '1h' } });
    await at.tell(smallTask('a2', { 'agent.session.id': 'waits-long' }));
    await at.tell(smallTask('a3', { 'agent.session.id': 'later' }));
    for (let times = 0; times < 3; times += 1) await at.pass(3_600_000);
    await at.restart({ prices: WALK_PRICES });
    await settled(at);
    expect((await at.task('waits-long')).cost_usd.total).toBe('0.002');
    expect((await at.task('later')).cost_usd.total).toBe('0.002');
  });

  test('leaves alone what has a price, and a tool that nobody asked a price for', async () => {
    const at = await opened({ prices: WALK_PRICES });
    await at.tell(smallTask('a4', { 'agent.session.id': 'priced' }));
    const before = await at.charges('priced');
    await reload(at, DEARER);
    expect(await at.charges('priced')).toEqual(before);
    await at.tell(smallTask('a5', { 'agent.session.id': 'dearer' }));
    expect((await at.task('dearer')).cost_usd.total).toBe('0.004');
  });

  test('is not taken from a file that is wrong', async () => {
    const at = await opened({ prices: NO_PRICES });
    await at.tell(smallTask('a6', { 'agent.session.id': 'waits' }));
    expect(await at.reprice(`${WALK_PRICES}nonsense: 7\n`)).toBe('refused');
    expect((await at.ask('/repricings')).body.repricings.map((run: { done: number }) => run.done)).toEqual(
      [],
    );
    expect((await at.task('waits')).unpriced_calls).toBe(1);
    const reloads = (await at.metrics()).filter(({ name }) => name === 'solvent_price_reloads_total');
    expect(reloads).toMatchObject([{ labels: { result: 'refused' }, value: 1 }]);
  });
});

describe('a re-pricing', () => {
  test('by another table restates down and up, shows who and which table, and twice is once', async () => {
    const at = await opened({ prices: WALK_PRICES });
    await at.tell(smallTask('b1', { 'agent.session.id': 'restated' }));
    const [first] = await at.charges('restated');
    await reload(at, DEARER);
    const before = await at.task('restated');
    const dry = await reprice(at, { dry_run: true });
    expect(dry).toMatchObject({
      dry_run: true,
      total: { before_usd: '0.002', after_usd: '0.004', difference_usd: '0.002', changed: 1 },
      rows: [{ component: 'inference', model: 'mini', month: expect.stringMatching(/^\d{4}-\d\d$/) }],
    });
    expect(await at.task('restated')).toEqual(before);
    expect(await at.adjustments('restated')).toEqual([]);

    const done = await reprice(at, { dry_run: false, by: 'finance' });
    expect((await at.task('restated')).cost_usd.total).toBe('0.004');
    await checkedLines(at, 'restated');
    expect(await at.adjustments('restated')).toMatchObject([
      {
        repricing: done.id,
        by: 'finance',
        class: 'input',
        difference_usd: '0.002',
        before: { amount_usd: '0.001', table_hash: first!.table_hash },
        after: { amount_usd: '0.003', table_hash: done.table_hash },
      },
    ]);
    const document = (await at.ask('/openapi.json')).body as OpenApi;
    const { status, body } = await at.ask('/tasks/restated/charges');
    expect(complaintsAbout(document, { path: '/api/v1/tasks/{id}/charges', status }, body)).toEqual([]);
    expect(await counters(at)).toEqual([0.004, 0]);
    expect((await reprice(at, { dry_run: false })).total).toMatchObject({ changed: 0, difference_usd: '0' });
    expect(await at.adjustments('restated')).toHaveLength(1);

    // Back by the hash of the table that it was first charged by.
    await reprice(at, { dry_run: false, table: first!.table_hash!.slice(0, 12) });
    expect((await at.charges('restated'))[0]).toEqual(first);
    expect((await at.task('restated')).cost_usd.total).toBe('0.002');
    expect(await counters(at)).toEqual([0.004, 0.002]);
    expect(await at.adjustments('restated')).toHaveLength(2);
  });

  test('as of a time is by the table in force then; today is by the rates of now, and restates nothing', async () => {
    const timed = `${WALK_PRICES}  - id: acme/timed
    provider: acme
    match: {exact: [timed]}
    rates:
      - {valid: {to: 2026-11-01T00:00:00Z}, usd: {input: "1", output: "1"}}
      - {valid: {from: 2026-11-01T00:00:00Z}, usd: {input: "5", output: "5"}}
`;
    const at = await opened({ prices: WALK_PRICES });
    const began = new Date(at.clock.now()).toISOString();
    await at.tell(smallTask('b2', { 'agent.session.id': 'asked' }));
    await reload(at, DEARER);
    expect((await reprice(at, { dry_run: true, as_of: began })).total.after_usd).toBe('0.002');
    expect((await reprice(at, { dry_run: true, today: true })).total.after_usd).toBe('0.004');
    await reload(at, timed);
    const refused: readonly (readonly [object, string])[] = [
      [{ dry_run: true, today: true, as_of: began }, 'today goes with neither as_of nor table'],
      [
        { dry_run: false, today: true },
        'today asks what it would cost now; that restates nothing: add dry_run',
      ],
      [
        { dry_run: true, as_of: '2020-01-01' },
        'as_of is before the first price table that was in force here',
      ],
      [{ dry_run: true, table: 'abcdef' }, 'table is the hash of no one table that was in force here'],
      [{}, 'dry_run is missing, but should be true or false'],
      [{ dry_run: true, to: 'soon' }, 'to is "soon", but should be a date such as 2026-11-01 or a time such'],
      [{ dry_run: true, form: '2026-11-01' }, 'form is unknown; wanted dry_run, from, to'],
    ];
    for (const [body, why] of refused) {
      const answer = await at.post('/reprice', body);
      expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(why)]);
    }
  });

  test('takes in a part: by time, by model, what has no price', async () => {
    const at = await opened({ prices: WALK_PRICES });
    await at.tell(smallTask('b3', { 'agent.session.id': 'early' }, { start: 0, end: 1 }));
    await at.tell(smallTask('b4', { 'agent.session.id': 'late' }, { start: 100, end: 101 }));
    await reload(at, DEARER);
    const from = (await at.charges('late'))[0]!.at;
    const spans = async (body: object) => (await reprice(at, { dry_run: true, ...body })).total.spans;
    expect(await spans({})).toBe(2);
    expect(await spans({ from })).toBe(1);
    expect(await spans({ to: from })).toBe(1);
    expect(await spans({ model: 'mini' })).toBe(2);
    expect(await spans({ model: 'maxi' })).toBe(0);
    expect(await spans({ only_unpriced: true })).toBe(0);
    await reprice(at, { dry_run: false, from });
    expect([(await at.task('early')).cost_usd.total, (await at.task('late')).cost_usd.total]).toEqual([
      '0.002',
      '0.004',
    ]);
  });
});

describe('a trace that gets more spans when other prices are in force', () => {
  const chat = (trace: string, span: string) => chatSpan({ trace, span, parent: '1', end: 1 });
  const costs = async (at: House, task: string) =>
    (await at.charges(task)).map((line) => [line.span_id.slice(-1), line.class, line.amount_usd]);
  const CHEAP = (span: string) => [
    [span, 'input', '0.001'],
    [span, 'output', '0.001'],
  ];
  const DEAR = (span: string) => [
    [span, 'input', '0.003'],
    [span, 'output', '0.001'],
  ];

  test('keeps what it was charged, and prices what is new by them', async () => {
    const at = await opened({ prices: WALK_PRICES });
    const root = agentSpan({ trace: 'c1', span: '1' }, { 'agent.session.id': 'grows' });
    await at.tell([root, chat('c1', '2')]);
    const before = await at.charges('grows');
    await reload(at, DEARER);
    await at.tell([chat('c1', '3')]);
    expect(await costs(at, 'grows')).toEqual([...CHEAP('2'), ...DEAR('3')]);
    expect((await at.charges('grows')).slice(0, 2)).toEqual(before);
    await checkedLines(at, 'grows');
    expect(await counters(at)).toEqual([0.006, 0]);
    await at.tell([root, chat('c1', '2'), chat('c1', '3')]);
    expect(await costs(at, 'grows')).toEqual([...CHEAP('2'), ...DEAR('3')]);
    expect(await at.adjustments('grows')).toEqual([]);
    expect(await counters(at)).toEqual([0.006, 0]);
  });

  test('stays as it was restated by an earlier table, also after a restart', async () => {
    const at = await opened({ prices: WALK_PRICES });
    const began = new Date(at.clock.now()).toISOString();
    await at.tell(smallTask('c0', { 'agent.session.id': 'before' }));
    await reload(at, DEARER);
    await at.tell([agentSpan({ trace: 'c2', span: '1' }, { 'agent.session.id': 'back' }), chat('c2', '2')]);
    expect(await costs(at, 'back')).toEqual(DEAR('2'));
    await reprice(at, { dry_run: false, as_of: began });
    expect(await costs(at, 'back')).toEqual(CHEAP('2'));
    await at.restart({ prices: DEARER });
    await at.tell([chat('c2', '3')]);
    expect(await costs(at, 'back')).toEqual([...CHEAP('2'), ...DEAR('3')]);
    await checkedLines(at, 'back');
  });
});
