import { describe, expect, test } from '@jest/globals';
import { TOKENS_MAX } from '../../src/domain/usage.ts';
import { table } from '../support/table.ts';
import { actionOf, bookOf, callOf, linesOf, priced, totalOf, UNITS } from './uses.ts';

const MODELS = `
version: 1
prices:
  - {provider: acme, match: {exact: [plain]}, usd: {input: "1", output: "4"}}
  - {provider: acme, match: {exact: [short]}, usd: {input: "1", output: "4", cache_read: "0.1", cache_write_5m: "1.25"}}
  - {provider: acme, match: {exact: [thinker]}, usd: {input: "1", output: "4", reasoning: "2", request: "0.01"}}
  - {provider: acme, match: {exact: [by-request]}, usd: {request: "0.02"}}
  - {provider: acme, match: {exact: [free]}, usd: {input: "0", output: "0"}}
  - {provider: acme, match: {exact: [embedder]}, usd: {input: "0.1"}}
  - provider: acme
    match: {exact: [later]}
    rates: [{valid: {from: 2027-01-01}, usd: {input: "1"}}]
  - provider: acme
    match: {exact: [over]}
    rates: [{valid: {to: 2026-01-01}, usd: {input: "1"}}]
  - provider: openai
    match: {exact: [gpt-4o]}
    rates: [{valid: {from: 2027-01-01}, usd: {input: "1"}}]
`;

describe('lines of a model call', () => {
  const book = bookOf(MODELS);
  const cases = table(`
    model       input  read  w5m  w1h  output  reasoning  lines                                                              flags
    plain       1000   0     0    0    100     40         input·1000·0.001;output·100·0.0004                                 _
    plain       0      0     0    0    0       0          _                                                                  _
    plain       1000   1000  0    0    0       0          cache_read·1000·0.001                                              cache_price_missing
    plain       1000   0     400  600  0       0          cache_write_5m·400·0.0004;cache_write_1h·600·0.0006                cache_price_missing
    short       1000   500   100  200  0       0          input·200·0.0002;cache_read·500·0.00005;cache_write_5m·100·0.000125;cache_write_1h·200·0.00025  cache_1h_price_missing
    thinker     0      0     0    0    100     40         output·60·0.00024;reasoning·40·0.00008;request·1·0.01              _
    by-request  1000   0     0    0    0       0          input·1000·rate_missing;request·1·0.02                             _
    free        1000   100   0    0    100     0          input·900·0;cache_read·100·0;output·100·0                          cache_price_missing
    embedder    1000   0     0    0    0       0          input·1000·0.0001                                                  _
    embedder    1000   0     0    0    7       0          input·1000·0.0001;output·7·rate_missing                            _
    later       1000   0     0    0    7       0          tokens·1007·price_not_yet_effective                                _
    over        1000   0     0    0    7       0          tokens·1007·rate_missing                                           _
    none        1000   0     0    0    7       0          tokens·1007·model_unknown                                          _
  `);
  test.each(cases)('$model $input/$read/$w5m/$w1h/$output', (row) => {
    const usage = {
      input: Number(row.input),
      cacheRead: Number(row.read),
      cacheWrite5m: Number(row.w5m),
      cacheWrite1h: Number(row.w1h),
      output: Number(row.output),
      reasoning: Number(row.reasoning),
    };
    const charges = priced(book, callOf('acme', row.model!, usage));
    expect(linesOf(charges).join(';')).toBe(row.lines);
    expect([...new Set(charges.flatMap(({ flags }) => flags))].join(',')).toBe(row.flags);
  });

  test('without usage a call is unpriced, unless its row asks by the request alone', () => {
    expect(linesOf(priced(book, callOf('acme', 'plain', undefined)))).toEqual(['tokens 0 usage_missing']);
    expect(linesOf(priced(book, callOf('acme', 'thinker', undefined)))).toEqual(['tokens 0 usage_missing']);
    expect(linesOf(priced(book, callOf('acme', 'by-request', undefined)))).toEqual(['request 1 0.02']);
    expect(linesOf(priced(book, callOf('acme', 'none', undefined)))).toEqual(['tokens 0 model_unknown']);
  });

  test('a user’s row that does not hold yet leaves the price to the snapshot', () => {
    const [charge] = priced(book, callOf('openai', 'gpt-4o', { input: 1_000_000 }));
    expect(charge).toMatchObject({ priceId: 'genai-prices/openai/gpt-4o', amount: 2_500_000_000_000n });
  });

  test('a line says what it is of', () => {
    const call = callOf('acme', 'plain', { input: 1000 }, { flags: ['assumed_inclusive'] }, 'embedding');
    expect(priced(book, call)).toEqual([
      {
        traceId: call.fact.traceId,
        spanId: call.fact.spanId,
        line: 0,
        taskId: 'task-1',
        at: call.fact.end,
        component: 'inference',
        provider: 'acme',
        model: 'plain',
        resource: '',
        class: 'input',
        quantity: 1_000_000_000n,
        rate: 1_000_000_000n,
        amount: 1_000_000_000n,
        priceId: 'acme/plain',
        tableHash: book.tableHash,
        flags: ['assumed_inclusive'],
        reason: null,
      },
    ]);
  });

  test('a line above what a column can hold is no amount', () => {
    const charges = priced(book, callOf('acme', 'plain', { input: TOKENS_MAX, output: TOKENS_MAX }));
    expect(linesOf(charges)).toEqual(['input 1000000000000 1000000', 'output 1000000000000 4000000']);
    const dear = bookOf('version: 1\nprices: [{provider: a, match: {exact: [b]}, usd: {input: "10"}}]');
    const [over] = priced(dear, callOf('a', 'b', { input: TOKENS_MAX }));
    expect(over).toMatchObject({ amount: null, reason: 'usage_missing', flags: ['absurd_amount'] });
  });

  test('a unit that a model call reports is priced by its row, or unknown', () => {
    const call = {
      ...callOf('openai', 'gpt-4.1', { input: 1000 }),
      units: [{ unit: 'web_search', quantity: '3' }],
    };
    expect(linesOf(priced(book, call))).toEqual(['input 1000 0.002', 'web_search 3 0.03']);
    const other = { ...call, units: [{ unit: 'moon_phase', quantity: '3' }] };
    expect(linesOf(priced(book, other))).toEqual(['input 1000 0.002', 'moon_phase 3 unit_unknown']);
  });
});

describe('lines of tools and databases', () => {
  const book = bookOf(UNITS);
  const cases = table(`
    kind    name        units                         lines                                                           component
    tool    web_search  _                             call·1·0.01                                                     tooling
    tool    Web_Search  _                             call·1·0.01                                                     tooling
    tool    mcp_files   _                             call·1·0.002                                                    tooling
    tool    mine        _                             call·1·no_rate                                                  tooling
    tool    lambda      gb_second=1.5                 gb_second·1.5·0.00002500005                                     compute
    tool    lambda      _                             call·1·usage_missing                                            tooling
    tool    mine        gb_second=1.5                 gb_second·1.5·unit_unknown                                      compute
    vector  pinecone    pinecone_read_unit=12         pinecone_read_unit·12·0.000192                                  vector
    vector  milvus      pinecone_read_unit=0          _                                                               _
    vector  pinecone    pinecone_read_unit=0          _                                                               _
    vector  pinecone    pinecone_read_unit=6,pinecone_write_unit=2  pinecone_read_unit·6·0.000096;pinecone_write_unit·2·unit_unknown  vector
    vector  pinecone    _                             query·1·usage_missing                                           vector
    vector  pinecone    pinecone_read_unit=-1         pinecone_read_unit·0·usage_missing                              vector
    vector  pinecone    pinecone_read_unit=NaN        pinecone_read_unit·0·usage_missing                              vector
    vector  qdrant      _                             query·1·0.0001                                                  vector
    # the query as a whole has a price: units beside it are shown, and no lower bound
    vector  qdrant      pinecone_read_unit=5          query·1·0.0001;pinecone_read_unit·5·no_rate                     vector
    vector  milvus      _                             query·1·no_rate                                                 vector
    vector  milvus      pinecone_read_unit=5          pinecone_read_unit·5·unit_unknown                               vector
  `);
  test.each(cases)('$kind $name $units', ({ kind, name, units, lines, component }) => {
    const counts = units === '' ? [] : units!.split(',').map((unit) => unit.split('=') as [string, string]);
    const charges = priced(book, actionOf(kind as 'tool' | 'vector', name!, Object.fromEntries(counts)));
    expect(linesOf(charges).join(';')).toBe(lines);
    expect([...new Set(charges.map((charge) => charge.component))].join(',')).toBe(component);
    for (const charge of charges) expect(charge).toMatchObject({ provider: '', model: '', resource: name });
  });

  test('a tool that failed was called', () => {
    expect(totalOf(priced(book, actionOf('tool', 'web_search', {}, { error: true })))).toBe('0.01');
  });

  test('without a file every tool and query is free, and listed', () => {
    const charges = priced(bookOf(), actionOf('tool', 'a'), actionOf('vector', 'pinecone'));
    expect(linesOf(charges)).toEqual(['call 1 no_rate', 'query 1 no_rate']);
  });

  test('declared units tell where to read them', () => {
    expect(book.unitAttributes.at(-1)).toMatchObject({ unit: 'gb_second', attributes: ['faas.gb_seconds'] });
  });
});
