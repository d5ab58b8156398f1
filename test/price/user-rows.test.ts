import { describe, expect, test } from '@jest/globals';
import { readUserFile } from '../../src/price/user-file.ts';
import { actionOf, bookOf, callOf, nanos, priced, totalOf } from './uses.ts';

const EVERYTHING = `version: 1
table: {id: acme-2026-11, currency: USD, as_of: 2026-11-01}
units:
  pinecone_read_unit: {per: 1000000, from_attr: db.pinecone.usage.read_units}
  gb_second: {from_attr: [a, b], component: compute}
aliases:
  - {provider: azure, model: My-GPT4o, as: {provider: azure, model: gpt-4o-2024-11-20}}
prices:
  - id: openai/gpt-x
    provider: openai
    match: {exact: [gpt-x], dated_snapshots: true}
    rates:
      - valid: {from: 2026-07-30T00:00:00Z, to: null, confidence: published}
        source: {url: "https://example.com", checked: 2026-09-23}
        when: {service_tier: standard, region: "*"}
        context: {basis: prompt_total, mode: whole}
        usd:
          input: {per: 1M, price: "2.00"}
          output: {per: 1M, price: "10.00"}
          request: {per: 1, price: "0"}
        tiers:
          - {gt: 272000, usd: {input: {per: 1M, price: "4.00"}, output: {per: 1M, price: "15.00"}}}
`;

describe('what a file may say', () => {
  test('everything at once', () => {
    const file = readUserFile('prices.yaml', EVERYTHING, 'h');

    expect(file).toMatchObject({
      kind: 'read',
      warnings: [
        'prices.yaml:22: prices[0].rates[0].tiers[0] has no price of request: the base price is taken',
      ],
      table: {
        id: 'acme-2026-11',
        aliases: [
          { provider: 'azure', model: 'my-gpt4o', as: { provider: 'azure', model: 'gpt-4o-2024-11-20' } },
        ],
        rows: [{ kind: 'model', provider: 'openai', patterns: [{ kind: 'dated', text: 'gpt-x' }], line: 9 }],
      },
    });
  });

  const BOOK = `
version: 1
aliases:
  - {provider: azure.ai.openai, model: my-gpt4o-deployment, as: {provider: openai, model: gpt-4o}}
  - {model: house-model, as: {provider: acme, model: exact}}
prices:
  - {provider: acme, match: {exact: exact}, usd: {input: 3}}
  - {provider: acme, match: {prefix: exa}, usd: {input: 2.5}}
  - {provider: acme, match: {glob: "*"}, usd: {input: {per: 1k, price: 0.10}}}
  - {match: {exact: anybodys}, usd: {input: "7"}}
  - {provider: openai, match: {exact: gpt-4o, dated_snapshots: true}, usd: {input: "2"}, tiers: [{gte: 1000001, usd: {input: "4"}}]}
  - provider: acme
    match: {exact: moving}
    rates:
      - {valid: {to: 2026-11-01}, usd: {input: "1"}}
      - {valid: {from: 2026-11-01}, usd: {input: "2"}}
`;
  const cases: readonly (readonly [string, string, number, string, string])[] = [
    ['acme', 'exact', 1e6, '2026-11-23', '3'],
    ['ACME', 'Exact', 1e6, '2026-11-23', '3'],
    ['acme', 'example', 1e6, '2026-11-23', '2.5'],
    ['acme', 'other', 1e6, '2026-11-23', '100'],
    ['nobody', 'anybodys', 1e6, '2026-11-23', '7'],
    ['nobody', 'other', 1e6, '2026-11-23', 'unpriced:provider_unknown'],
    ['', 'exact', 1e6, '2026-11-23', '3'],
    ['azure.ai.openai', 'my-gpt4o-deployment', 1e6, '2026-11-23', '2'],
    ['anything', 'house-model', 1e6, '2026-11-23', '3'],
    ['openai', 'gpt-4o-2024-11-20', 1e6, '2026-11-23', '2'],
    ['openai', 'gpt-4o', 1_000_000, '2026-11-23', '2'],
    ['openai', 'gpt-4o', 1_000_001, '2026-11-23', '4.000004'],
    ['openai', 'gpt-4o-mini', 1e6, '2026-11-23', '0.15'],
    ['acme', 'moving', 1e6, '2026-10-31', '1'],
    ['acme', 'moving', 1e6, '2026-11-01', '2'],
  ];
  const book = bookOf(BOOK);
  test.each(cases)('%s %s %d tokens on %s', (provider, model, input, at, usd) => {
    expect(totalOf(priced(book, callOf(provider, model, { input }, { end: nanos(at) })))).toBe(usd);
  });

  test('a price without an id is called by its provider, or else its kind, and what it is first for', () => {
    const nameless = bookOf(`
version: 1
prices:
  - {provider: Acme, match: {exact: [One, two]}, usd: {input: "1"}}
  - {match: {prefix: thr}, usd: {input: "1"}}
  - {kind: tool, match: {glob: "*"}, usd: {call: "1"}}
  - {id: Named, provider: acme, match: {exact: "*"}, usd: {input: "1"}}
`);
    const idOf = (provider: string, model: string) =>
      priced(nameless, callOf(provider, model, { input: 1 }))[0]?.priceId;
    expect([idOf('acme', 'two'), idOf('x', 'three'), idOf('acme', 'z')]).toEqual([
      'acme/one',
      'model/thr',
      'Named',
    ]);
    expect(priced(nameless, actionOf('tool', 'any'))[0]?.priceId).toBe('tool/*');
    expect(nameless.rates('acme', 'two', 0)).toMatchObject({
      source: 'user',
      provider: 'acme',
      model: 'one',
    });
  });

  test('dates are for names that are exact: a prefix stays one, and a date is none without asking', () => {
    const dated = bookOf(`
version: 1
prices:
  - {provider: a, match: {exact: m, prefix: long, dated_snapshots: true}, usd: {input: "1"}}
  - {provider: a, match: {exact: n, dated_snapshots: false}, usd: {input: "1"}}
`);
    const costs = (model: string) => totalOf(priced(dated, callOf('a', model, { input: 1e6 })));
    expect(['m', 'm-20260101', 'longer', 'n', 'n-20260101'].map(costs)).toEqual([
      '1',
      '1',
      '1',
      '1',
      'unpriced:model_unknown',
    ]);
  });

  test('a number is read as it was written, not as a float', () => {
    const fine = bookOf('version: 1\nprices: [{provider: a, match: {exact: b}, usd: {input: 0.123456789}}]');
    expect(priced(fine, callOf('a', 'b', { input: 1 }))[0]!.rate).toBe(123_456_789n);
  });

  test('a YAML anchor is read where it is used', () => {
    const yaml =
      'version: 1\nprices:\n  - {match: {exact: a}, usd: &one {input: "1"}}\n  - {match: {exact: b}, usd: *one}';
    expect(totalOf(priced(bookOf(yaml), callOf('x', 'b', { input: 1e6 })))).toBe('1');
  });

  describe('a provider by a longer name is that provider', () => {
    const named = bookOf(`
version: 1
aliases:
  - {provider: google.vertex.chat, model: house, as: {provider: openai.chat, model: gpt-4o}}
prices:
  - {provider: openai.responses, match: {exact: mine}, usd: {input: "1"}}
  - {provider: acme.prod, match: {exact: mine}, usd: {input: "2"}}
`);
    test.each([
      ['openai.responses', 'mine', '1'],
      ['openai', 'mine', '1'],
      // What the file does not name keeps its price.
      ['openai.responses', 'gpt-4o', '2.5'],
      ['google.vertex.chat', 'gemini-2.5-flash', '0.3'],
      ['google.vertex.chat', 'house', '2.5'],
      ['gcp.vertex_ai', 'house', '2.5'],
      ['acme.prod', 'mine', '2'],
      ['acme', 'mine', 'unpriced:provider_unknown'],
      ['acme.test', 'mine', 'unpriced:provider_unknown'],
    ])('%s %s', (provider, model, usd) => {
      expect(totalOf(priced(named, callOf(provider, model, { input: 1e6 })))).toBe(usd);
    });
  });
});
