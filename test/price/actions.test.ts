import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/domain/fact.ts';
import { units } from '../../src/domain/money.ts';
import { Sheet } from '../../src/price/sheet.ts';
import { openUnitPrices } from '../../src/price/unit-prices.ts';
import { readUserFile } from '../../src/price/user-file.ts';
import { table } from '../support/table.ts';
import { actionOf, bookOf, callOf, factOf, linesOf, nanos, priced } from './uses.ts';

const FILE = `
version: 1
units:
  page: {per: 1k, from_attr: crawl.pages, component: compute}
  row: {from_attr: [db.rows, db.row_count]}
  pinecone_write_unit: {component: compute}
prices:
  - {id: any-tool, kind: tool, match: {glob: "*"}, usd: {call: "0.5", row: "3"}}
  - {id: crawl-star, kind: tool, match: {prefix: crawl}, usd: {page: "2"}}
  - {id: crawl, kind: tool, match: {exact: [crawl, Crawl Web]}, usd: {call: "1"}}
  - {id: owned, kind: tool, provider: crawl, match: {prefix: crawl}, usd: {call: "9", page: "8"}}
  - id: changing
    kind: tool
    match: {exact: changing}
    rates:
      - {valid: {from: 2026-01-01, to: 2026-02-01}, usd: {call: "7"}}
  - {id: any-db, kind: vector, match: {glob: "*"}, usd: {row: {per: 1k, price: "1"}}}
  - {id: qdrant, kind: vector, provider: qdrant, match: {glob: "*"}, usd: {query: "0.25"}}
  - {id: model, match: {exact: crawl}, usd: {input: "1"}}
`;
const book = bookOf(FILE);

/** `class quantity amount priceId component`, one a line. */
const told = (charges: ReturnType<typeof priced>) =>
  linesOf(charges).map((line, index) => `${line} ${charges[index]!.priceId} ${charges[index]!.component}`);

describe('the most specific row that has a rate', () => {
  test.each<[string, Parameters<typeof actionOf>, readonly string[]]>([
    ['of a name', ['tool', 'crawl'], ['call 1 1 crawl tooling']],
    ['in any case', ['tool', ' CRAWL '], ['call 1 1 crawl tooling']],
    ['with a blank', ['tool', 'crawl web'], ['call 1 1 crawl tooling']],
    ['of all', ['tool', 'search'], ['call 1 0.5 any-tool tooling']],
    ['of no name', ['tool', ''], ['call 1 0.5 any-tool tooling']],
    [
      'each class from its own row',
      ['tool', 'crawler', { page: '500', row: '2' }],
      ['call 1 0.5 any-tool tooling', 'page 500 1 crawl-star compute', 'row 2 6 any-tool compute'],
    ],
    [
      'a row of that very tool before one of any',
      ['tool', 'crawl', { page: '1000' }],
      ['call 1 1 crawl tooling', 'page 1000 8 owned compute'],
    ],
    [
      'whose time has come',
      ['tool', 'changing', {}, { end: nanos('2026-01-31T23:59:59.999Z') }],
      ['call 1 7 changing tooling'],
    ],
    [
      'whose time is over',
      ['tool', 'changing', {}, { end: nanos('2026-02-01') }],
      ['call 1 0.5 any-tool tooling'],
    ],
    ['of a database', ['vector', 'milvus', { row: '1500' }], ['row 1500 1.5 any-db vector']],
    [
      'of a database of that name',
      ['vector', 'qdrant', { row: '1' }],
      ['query 1 0.25 qdrant vector', 'row 1 0.001 any-db vector'],
    ],
    ['never of another kind', ['vector', 'crawl', { row: '1' }], ['row 1 0.001 any-db vector']],
    ['of a fraction', ['vector', 'milvus', { row: '0.0015' }], ['row 0.0015 0.0000015 any-db vector']],
    [
      'under the component that its unit has',
      ['vector', 'milvus', { pinecone_write_unit: '1' }],
      ['pinecone_write_unit 1 unit_unknown null compute'],
    ],
  ])('%s', (_, action, lines) => {
    expect(told(priced(book, actionOf(...action)))).toEqual(lines);
  });

  test('units that Solvent counts itself are priced by the million', () => {
    const units = bookOf(
      'version: 1\nprices: [{kind: vector, match: {exact: pinecone}, usd: {pinecone_read_unit: "16", pinecone_write_unit: "4"}}]',
    );
    const query = actionOf('vector', 'pinecone', {
      pinecone_read_unit: '1000000',
      pinecone_write_unit: '500000',
    });
    expect(linesOf(priced(units, query))).toEqual([
      'pinecone_read_unit 1000000 16',
      'pinecone_write_unit 500000 2',
    ]);
  });

  test('outside of every row’s time a tool is one that nobody priced', () => {
    const past = bookOf(
      'version: 1\nprices: [{kind: tool, match: {exact: a}, rates: [{valid: {to: 2026-01-01}, usd: {page: "1"}}]}]\nunits: {page: {}}',
    );
    expect(linesOf(priced(past, actionOf('tool', 'a')))).toEqual(['call 1 no_rate']);
    const then = { end: nanos('2025-12-31') };
    expect(linesOf(priced(past, actionOf('tool', 'a', {}, then)))).toEqual(['call 1 usage_missing']);
    expect(linesOf(priced(past, actionOf('tool', 'a', { page: '2' }, then)))).toEqual(['page 2 2']);
  });

  test('a model call that tells units and no tokens is charged its units', () => {
    const call = {
      ...callOf('openai', 'gpt-4.1', undefined),
      units: [{ unit: 'web_search', quantity: '2' }],
    };
    expect(linesOf(priced(book, call))).toEqual(['web_search 2 0.02']);
  });

  test('a tool is charged as a tool, whatever model its span names', () => {
    const [charge] = priced(book, actionOf('tool', 'crawl', {}, { provider: 'openai', model: 'gpt-4o' }));
    expect(charge).toMatchObject({ provider: '', model: '', resource: 'crawl' });
  });

  test('a span without a name has an empty resource', () => {
    const { tool: _, ...fact } = factOf({ kind: 'tool' }) as Fact & { tool?: string };
    const use = { kind: 'tool', fact, taskId: 'task-1', units: [] } as const;
    expect(priced(book, use)[0]).toMatchObject({ resource: '', priceId: 'any-tool' });
  });
});

describe('quantities', () => {
  const cases = table(`
    quantity                 line
    1                        row·1·0.001
    0                        _
    0.0                      _
    -0                       _
    0.0000004                _
    0.0000005                _
    0.0000006                row·0.000001·0.000000001
    1e3                      row·1000·1
    ·7·                      row·7·0.007
    9223372036854.775807     row·9223372036854.775·usage_missing
    9223372036854.775808     row·0·usage_missing
    -1                       row·0·usage_missing
    1e999                    row·0·usage_missing
    Infinity                 row·0·usage_missing
    _                        row·0·usage_missing
    many                     row·0·usage_missing
  `);
  test.each(cases)('"$quantity"', ({ quantity, line }) => {
    const charges = priced(book, actionOf('vector', 'milvus', { row: quantity! }));
    expect(linesOf(charges).join(';')).toBe(line);
  });

  test('what is no amount is flagged so, what is too much is absurd', () => {
    const flagsOf = (row: string) => priced(book, actionOf('vector', 'milvus', { row }))[0]!.flags;
    expect(flagsOf('many')).toEqual(['bad_count']);
    expect(flagsOf('9223372036854.775807')).toEqual(['absurd_amount']);
    expect(flagsOf('1')).toEqual([]);
  });
});

describe('rows by name', () => {
  const file = readUserFile('prices.yaml', FILE.replace(/^\n/, ''), 'h');
  const user = file.kind === 'read' ? file.table : undefined;

  test('are found once, and past the limit forgotten all at once', () => {
    const prices = openUnitPrices(user, 2);
    const first = prices.rows('tool', 'crawl');
    expect(first.map(({ periods }) => periods[0]!.priceId)).toEqual([
      'crawl',
      'owned',
      'crawl-star',
      'any-tool',
    ]);
    expect(prices.rows('tool', 'crawl')).toBe(first);
    prices.rows('tool', 'b');
    expect(prices.rows('tool', 'crawl')).toBe(first);
    prices.rows('tool', 'c');
    expect(prices.rows('tool', 'crawl')).not.toBe(first);
    expect(prices.rows('tool', 'crawl')).toEqual(first);
  });

  test('are none without a file, and units have the components of the file', () => {
    const none = openUnitPrices(undefined, 2);
    expect([none.rows('tool', 'a'), none.rows('vector', 'a'), none.unit('page')]).toEqual([
      [],
      [],
      undefined,
    ]);
    const prices = openUnitPrices(user, 2);
    expect(
      ['page', 'row', 'pinecone_read_unit', 'unheard'].map((name) => prices.unit(name)?.component),
    ).toEqual(['compute', undefined, undefined, undefined]);
  });

  test('units tell the attributes that they are read from, in order', () => {
    const own = bookOf().unitAttributes;
    expect(book.unitAttributes.slice(own.length).map(({ unit, attributes }) => [unit, attributes])).toEqual([
      ['page', ['crawl.pages']],
      ['row', ['db.rows', 'db.row_count']],
    ]);
    expect(own.map(({ unit }) => unit)).toContain('web_search');
  });
});

test('a sheet that is open for nothing takes no line', () => {
  expect(() => new Sheet('h').unpriced('call', units(1), 'no_rate')).toThrow(
    'a sheet is opened for a use before a line is written',
  );
});

test('an embedding and a rerank are lines of inference, by name', () => {
  for (const kind of ['inference', 'embedding', 'rerank'] as const) {
    const [charge] = priced(book, callOf('openai', 'text-embedding-3-small', { input: 1e6 }, {}, kind));
    expect(charge).toMatchObject({
      component: 'inference',
      model: 'text-embedding-3-small',
      resource: '',
      class: 'input',
    });
  }
});
