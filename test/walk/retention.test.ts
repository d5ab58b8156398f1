/**
 * **Goal**: charges that are too old go, and nothing that is answered from them does. **Method**: a whole service, whose
 * clock is turned by 500 days; what it said of a task before is what it says after, but for the lines.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type House, openHouse, START_MS, timeOf } from '../support/house.ts';
import { until } from '../support/until.ts';

const DAY_S = 86_400;
const YEARS_LATER_S = 500 * DAY_S;

const call = (span: string, seconds: number, input: number) => ({
  trace: 'a1',
  span,
  ...(span !== '1' && { parent: '1' }),
  start: seconds,
  end: seconds + 1,
  attributes: {
    'agent.session.id': 'old',
    'agent.type': 'support',
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': 'gpt-4o',
    'gen_ai.response.id': `r${span}`,
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': 100,
  },
});

let house: House;
beforeEach(async () => {
  house = await openHouse({ settings: { SOLVENT_SETTLE_INTERVAL: '1h', SOLVENT_LATE_WINDOW: '1d' } });
});
afterEach(() => house.close());

const asked = async (path: string) => (await house.ask(path)).body;
const everything = async () => ({
  task: await asked('/tasks/old'),
  all: await asked(`/cpst?from=${timeOf(-DAY_S)}&to=${timeOf(DAY_S)}`),
  byModel: await asked(`/cpst?group_by=model&from=${timeOf(-DAY_S)}&to=${timeOf(DAY_S)}`),
  list: await asked('/tasks?model=gpt-4o'),
  // But for how old the list of prices is.
  health: { ...(await asked('/data-health')), prices: undefined },
});
const rolledOff = async () =>
  (await house.metrics()).find(({ name }) => name === 'solvent_charges_rolled_off_total')?.value ?? 0;

/** Years go by, and the lines of before with them. */
async function yearsLater(): Promise<void> {
  house.clock.advance(YEARS_LATER_S * 1000);
  await house.pass();
  await until('lines rolled off', async () => {
    house.clock.advance(3_600_000);
    return (await rolledOff()) > 0;
  });
}

describe('charges that are older than they are to be kept', () => {
  test('go, and nothing else does; the task says so, and so does a restatement of prices', async () => {
    await house.tell([call('1', 0, 1000), call('2', 1, 500)]);
    await house.pass(10_000);
    const before = await everything();
    expect(before.task).toMatchObject({ charges_rolled_off: false, state: 'closed' });
    const lines = await asked('/tasks/old/charges');
    expect([lines.charges_rolled_off, lines.charges.length > 1]).toEqual([false, true]);
    await yearsLater();
    expect(await asked('/tasks/old/charges')).toMatchObject({ charges_rolled_off: true, charges: [] });
    const after = await everything();
    expect(after).toEqual({ ...before, task: { ...before.task, charges_rolled_off: true } });
    expect(await rolledOff()).toBe(lines.charges.length);
    const run = (await house.post('/reprice', { dry_run: true })).body;
    expect(run).toMatchObject({ traces_rolled_off: 1 });
    await house.restart();
    expect(await everything()).toEqual(after);
  });

  test('a span from before that comes again is not charged, and its task says so; a new one is', async () => {
    await house.tell([call('1', 0, 1000), call('2', 1, 500)]);
    await house.pass(10_000);
    const { task: before } = await everything();
    await yearsLater();
    await house.tell([call('1', 0, 1000), call('3', 2, 700)]);
    await house.pass(10_000);
    const again = await asked('/tasks/old');
    expect(again.cost_usd).toEqual(before.cost_usd);
    expect(again.tokens).toEqual(before.tokens);
    expect(again.flags).toContain('too_old_not_charged');
    const now = (house.clock.now() - START_MS) / 1000;
    await house.tell([call('4', now, 1000)]);
    await house.pass(10_000);
    const more = await asked('/tasks/old');
    expect(more.tokens.input).toBe(before.tokens.input + 1000);
    expect(Number(more.cost_usd.total)).toBeGreaterThan(Number(before.cost_usd.total));
    const lines = await asked('/tasks/old/charges');
    expect(lines.charges_rolled_off).toBe(true);
    expect([...new Set(lines.charges.map((one: { span_id: string }) => one.span_id.at(-1)))]).toEqual(['4']);
    // By model it is the whole cost, that of the lines that are gone included.
    const { rows } = await asked(
      `/cpst?group_by=model&from=${timeOf(-DAY_S)}&to=${timeOf(2 * YEARS_LATER_S)}`,
    );
    const [row] = rows.filter(({ model }: { model: string }) => model === 'gpt-4o');
    expect(row.cost_usd.total).toBe(more.cost_usd.total);
    const counted = (await house.metrics()).find(({ name }) => name === 'solvent_spans_too_old_total');
    expect(counted?.value).toBe(2);
  });
});
