import { describe, expect, test } from '@jest/globals';
import { SPAN_END, SPAN_START } from '../support/span-view.ts';
import { table } from '../support/table.ts';
import { openReader } from './reading.ts';

const read = openReader();
const outcome = (word: string) => ({ 'agent.task.outcome': word });

describe('outcomes', () => {
  const cases = table(`
    word          outcome     flag
    solved        solved      _
    failed        failed      _
    abandoned     abandoned   _
    remediated    remediated  _
    ·Solved·      solved      _
    FAILED        failed      _
    success       _           bad_outcome
    true          _           bad_outcome
    constructor   _           bad_outcome
  `);
  test.each(cases)('"$word"', ({ word, outcome: expected, flag }) => {
    const meaning = read({ attributes: outcome(word!) });
    expect(meaning.outcome?.outcome ?? '').toBe(expected);
    expect(meaning.flags?.join() ?? '').toBe(flag);
    if (expected !== '') expect(meaning.outcome?.at).toBe(SPAN_END);
  });

  test('on an event it has the time of the event, and the latest wins', () => {
    const events = [
      { time: SPAN_START + 9n, attributes: outcome('failed') },
      { time: SPAN_START + 5n, attributes: outcome('abandoned') },
    ];
    expect(read({ events }).outcome).toEqual({ outcome: 'failed', at: SPAN_START + 9n });
    const late = { time: SPAN_END + 1n, attributes: outcome('remediated') };
    expect(read({ attributes: outcome('solved'), events }).outcome?.outcome).toBe('solved');
    expect(read({ attributes: outcome('solved'), events: [late, ...events] }).outcome).toEqual({
      outcome: 'remediated',
      at: SPAN_END + 1n,
    });
  });

  test('a word that is none does not hide one that is', () => {
    const events = [{ time: SPAN_START, attributes: outcome('solved') }];
    const meaning = read({ attributes: outcome('yes'), events });
    expect(meaning.outcome?.outcome).toBe('solved');
    expect(meaning.flags).toEqual(['bad_outcome']);
  });

  test('a span that ends before it starts says it at its start', () => {
    const meaning = read({ start: SPAN_START, end: SPAN_START - 5n, attributes: outcome('solved') });
    expect(meaning.outcome?.at).toBe(SPAN_START);
  });

  test('the resource says no outcome: it would be that of every task', () => {
    expect(read({ resource: outcome('solved') }).outcome).toBeUndefined();
  });
});

describe('amounts of money', () => {
  test.each([
    ['text', '0.25', '0.25'],
    ['a double is its shortest decimal', 0.1, '0.1'],
    ['a small double', 1e-7, '0.0000001'],
    ['an int', 3n, '3'],
    ['zero', 0, '0'],
    ['more than twelve decimals, half to even', '0.0000000000015', '0.000000000002'],
    ['negative', -0.5, undefined],
    ['NaN', Number.NaN, undefined],
    ['infinite', Number.POSITIVE_INFINITY, undefined],
    ['absurd', '1e30', undefined],
    ['a comma', '1,5', undefined],
    ['a currency', '$5', undefined],
    ['a list', ['1'], undefined],
  ])('%s', (_why, value, expected) => {
    const meaning = read({
      attributes: {
        'agent.cost.usd': value,
        'agent.task.value_usd': value,
        'agent.remediation.cost_usd': value,
        'gen_ai.usage.cost': value,
      },
    });
    expect(meaning.stated?.usd).toBe(expected);
    expect(meaning.valueUsd).toBe(expected);
    expect(meaning.remediation?.costUsd).toBe(expected);
    expect(meaning.reportedUsd).toBe(expected);
    expect(meaning.flags).toEqual(expected === undefined ? ['bad_amount'] : undefined);
  });

  test('minutes of a human', () => {
    const minutes = (value: string | number) => read({ attributes: { 'agent.remediation.minutes': value } });
    expect(minutes(12.5).remediation).toEqual({ minutes: '12.5' });
    expect(minutes('30').remediation).toEqual({ minutes: '30' });
    expect(minutes(-1).remediation).toBeUndefined();
    expect(minutes(-1).flags).toEqual(['bad_amount']);
  });

  test.each([
    [undefined, 'tooling', undefined],
    ['compute', 'compute', undefined],
    ['Vector', 'vector', undefined],
    ['coffee', 'tooling', ['bad_component']],
  ])('a stated cost of component %s', (component, expected, flags) => {
    const attributes = {
      'agent.cost.usd': '1',
      ...(component !== undefined && { 'agent.cost.component': component }),
    };
    expect(read({ attributes })).toMatchObject({ kind: 'edge', stated: { usd: '1', component: expected } });
    expect(read({ attributes }).flags).toEqual(flags);
  });

  test('a component without a cost states nothing', () => {
    expect(read({ attributes: { 'agent.cost.component': 'compute' } }).stated).toBeUndefined();
  });

  test.each(['gen_ai.usage.cost', 'operation.cost', 'llm.cost.total', 'gen_ai.cost.total_cost'])(
    '%s is what the emitter reckons',
    (name) => {
      expect(read({ attributes: { [name]: 0.002 } }).reportedUsd).toBe('0.002');
    },
  );

  test.each([
    [undefined, '0.002', undefined],
    ['usd', '0.002', undefined],
    ['EUR', undefined, ['foreign_currency']],
  ])('an amount in %s', (currency, usd, flags) => {
    const said = read({
      attributes: {
        'gen_ai.usage.cost.amount': 0.002,
        ...(currency !== undefined && { 'gen_ai.usage.cost.currency': currency }),
      },
    });
    expect([said.reportedUsd, said.flags]).toEqual([usd, flags]);
  });
});

describe('units', () => {
  const units = (attributes: Record<string, string | number>) => read({ attributes }).units;

  test('Pinecone in its three spellings', () => {
    const pinecone = { 'db.system': 'Pinecone' };
    expect(units({ ...pinecone, 'pinecone.usage.read_units': 5 })).toEqual([
      { unit: 'pinecone_read_unit', quantity: '5' },
    ]);
    expect(units({ ...pinecone, 'db.pinecone.usage.read_units': '0.5' })).toEqual([
      { unit: 'pinecone_read_unit', quantity: '0.5' },
    ]);
    const events = [{ name: 'x' }, { attributes: { 'db.vector.query.result.read_units': 7 } }];
    expect(read({ attributes: pinecone, events }).units).toEqual([
      { unit: 'pinecone_read_unit', quantity: '7' },
    ]);
    expect(
      units({ ...pinecone, 'pinecone.usage.write_units': 2, 'pinecone.usage.read_units': 1 }),
    ).toHaveLength(2);
    expect(units(pinecone)).toBeUndefined();
  });

  test('Cosmos DB in its two spellings, where it searched vectors', () => {
    const search = { 'db.system.name': 'azure.cosmosdb', 'db.query.text': 'SELECT VectorDistance(c.v, @e)' };
    const charge = { 'azure.cosmosdb.operation.request_charge': 2.83 };
    expect(units({ ...search, ...charge })).toEqual([{ unit: 'cosmosdb_request_unit', quantity: '2.83' }]);
    expect(units({ ...search, 'db.cosmosdb.request_charge': '3' })).toHaveLength(1);
    expect(units({ 'db.system.name': 'azure.cosmosdb', ...charge })).toBeUndefined();
  });

  test('a quantity that is none is left out and flagged', () => {
    const meaning = read({ attributes: { 'db.system': 'pinecone', 'pinecone.usage.read_units': -1 } });
    expect(meaning.units).toBeUndefined();
    expect(meaning.flags).toEqual(['bad_count']);
  });

  describe("of the user's price file", () => {
    const own = openReader({
      unitAttributes: [
        { unit: 'page', attributes: ['crawler.pages', 'pages'] },
        { unit: 'pinecone_read_unit', attributes: ['my.read_units'] },
      ],
    });

    test('make a tool of a plain edge', () => {
      const meaning = own({ name: 'crawl', attributes: { pages: 3 } });
      expect(meaning).toMatchObject({
        kind: 'tool',
        tool: 'crawl',
        units: [{ unit: 'page', quantity: '3' }],
      });
    });

    test('are added to whatever the span is', () => {
      const meaning = own({ attributes: { 'gen_ai.operation.name': 'chat', 'crawler.pages': 3, pages: 4 } });
      expect(meaning).toMatchObject({ kind: 'inference', units: [{ unit: 'page', quantity: '3' }] });
    });

    test('do not count a unit twice that the dialect has read', () => {
      const attributes = {
        'db.system': 'pinecone',
        'pinecone.usage.read_units': 1,
        'my.read_units': 9,
        pages: 2,
      };
      expect(own({ attributes }).units).toEqual([
        { unit: 'pinecone_read_unit', quantity: '1' },
        { unit: 'page', quantity: '2' },
      ]);
    });
  });
});
