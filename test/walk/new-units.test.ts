import { afterEach, describe, expect, test } from '@jest/globals';
import { type House, openHouse } from '../support/house.ts';
import { agentSpan, toolSpan, WALK_PRICES } from '../support/spans.ts';

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

describe('a price file that counts what no one counted before', () => {
  const UNITS = WALK_PRICES.replace(
    'units:\n',
    'units:\n  row_read: {per: 1, from_attr: [lake.rows, old.rows], component: tooling}\n',
  ).replace('prices:\n', 'prices:\n  - {kind: tool, match: {exact: [lake]}, usd: {row_read: "0.5"}}\n');
  const query = (trace: string) => [
    agentSpan({ trace, span: 'a' }, { 'agent.session.id': trace }),
    toolSpan({ trace, span: 'b', parent: 'a' }, 'lake', { 'lake.rows': 3 }),
  ];
  const lines = async (at: House, task: string) =>
    (await at.charges(task)).map((line) => [line.class, line.quantity, line.amount_usd, line.reason]);

  test('takes effect with the next request, and no longer once it is gone, without a restart', async () => {
    house = await openHouse({ prices: WALK_PRICES });
    const at = house;
    await at.tell(query('d1'));
    expect(await lines(at, 'd1')).toEqual([['call', 1, null, 'no_rate']]);
    expect(await at.reprice(UNITS)).toBe('taken');
    await at.tell(query('d2'));
    expect(await lines(at, 'd2')).toEqual([['row_read', 3, '1.5', null]]);
    expect((await at.task('d2')).cost_usd).toMatchObject({ total: '1.5', tooling: '1.5' });
    // What was not read of a span cannot be read later: it stays as it was told.
    expect(await lines(at, 'd1')).toEqual([['call', 1, null, 'no_rate']]);
    expect(await at.reprice(WALK_PRICES)).toBe('taken');
    await at.tell(query('d3'));
    expect(await lines(at, 'd3')).toEqual([['call', 1, null, 'no_rate']]);
    expect(await lines(at, 'd2')).toEqual([['row_read', 3, '1.5', null]]);
  });
});
