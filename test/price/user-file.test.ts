import { describe, expect, test } from '@jest/globals';
import { readUserFile } from '../../src/price/user-file.ts';
import { bookOf, callOf, nanos, priced, totalOf } from './uses.ts';

/** Reads a file whose first line is the second of the template. */
const read = (yaml: string) => readUserFile('prices.yaml', yaml.replace(/^\n/, ''), 'h');
const complaintsOf = (yaml: string): readonly string[] => {
  const file = read(yaml);
  return file.kind === 'refused' ? file.complaints : [];
};

/** A file of one price, whose body begins on line 3. */
const price = (body: string): string => `version: 1\nprices:\n${body.replace(/^\n/, '')}`;

describe('a mistake is one line with its place and what was wanted', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['nothing', '', 'prices.yaml:1: the file must be a map of version, table, units, aliases, prices'],
    ['no version', 'prices: []', 'prices.yaml:1: the file must say which schema it follows: version: 1'],
    ['another version', 'version: 2', 'prices.yaml:1: version must be one of 1, not "2"'],
    [
      'a stray key',
      'version: 1\nprizes: []',
      'prices.yaml:2: prizes is not known here; wanted one of version, table, units, aliases, prices',
    ],
    [
      'adjustments',
      'version: 1\nadjustments: []',
      'prices.yaml:2: adjustments is not known here; wanted one of version, table, units, aliases, prices',
    ],
    [
      'another currency',
      'version: 1\ntable: {currency: EUR}',
      'prices.yaml:2: table.currency must be one of USD, not "EUR"',
    ],
    [
      'a bad date',
      'version: 1\ntable: {as_of: soon}',
      'prices.yaml:2: table.as_of must be a time such as 2026-11-01 or 2026-11-01T00:00:00Z, not "soon"',
    ],
    ['no list', 'version: 1\nprices: {}', 'prices.yaml:2: prices must be a list of prices'],
    [
      'no map',
      price('  - 5'),
      'prices.yaml:3: prices[0] must be a map of id, provider, kind, match, rates, usd, tiers, source',
    ],
    [
      'no match',
      price('  - {usd: {input: "1"}}'),
      'prices.yaml:3: prices[0] must say what it is for, e.g. match: {exact: [gpt-4o]} or {glob: "*"}',
    ],
    [
      'an empty match',
      price('  - {match: {}, usd: {input: "1"}}'),
      'prices.yaml:3: prices[0].match must name something: exact, prefix or glob',
    ],
    [
      'a regex',
      price('  - {match: {regex: "x"}, usd: {input: "1"}}'),
      'prices.yaml:3: prices[0].match.regex is not known here; wanted one of exact, prefix, glob, dated_snapshots',
    ],
    [
      'an unknown kind',
      price('  - {kind: disk, match: {exact: a}, usd: {input: "1"}}'),
      'prices.yaml:3: prices[0].kind must be one of model, tool, vector, not "disk"',
    ],
    [
      'no price',
      price('  - {match: {exact: a}}'),
      'prices.yaml:3: prices[0] must have either usd, or rates with usd in each',
    ],
    [
      'two ways at once',
      price('  - {match: {exact: a}, usd: {input: "1"}, rates: []}'),
      'prices.yaml:3: prices[0] must have either usd, or rates with usd in each',
    ],
    [
      'a rate without usd',
      price('  - match: {exact: a}\n    rates:\n      - {valid: {from: 2026-01-01}}'),
      'prices.yaml:5: prices[0].rates[0] must have usd: the prices by class',
    ],
    [
      'no class',
      price('  - match: {exact: a}\n    usd: {}'),
      'prices.yaml:4: prices[0].usd must have at least one price',
    ],
    [
      'a class of another kind',
      price('  - match: {exact: a}\n    usd: {call: "1"}'),
      'prices.yaml:4: prices[0].usd.call is no class of a model and no unit; wanted one of input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, request, pinecone_read_unit, pinecone_write_unit',
    ],
    [
      'words for a price',
      price('  - match: {exact: a}\n    usd:\n      input: USER-SET'),
      'prices.yaml:5: prices[0].usd.input must be dollars as a decimal such as "2.50", not "USER-SET"',
    ],
    [
      'an empty price',
      price('  - match: {exact: a}\n    usd:\n      input:'),
      'prices.yaml:5: prices[0].usd.input must be dollars as a decimal such as "2.50", not ""',
    ],
    [
      'a negative price',
      price('  - match: {exact: a}\n    usd: {input: -1}'),
      'prices.yaml:4: prices[0].usd.input must be dollars as a decimal such as "2.50", not "-1"',
    ],
    [
      'NaN',
      price('  - match: {exact: a}\n    usd: {input: .nan}'),
      'prices.yaml:4: prices[0].usd.input must be dollars as a decimal such as "2.50", not ".nan"',
    ],
    [
      'a price too fine',
      price('  - match: {exact: a}\n    usd: {input: "0.0000000001"}'),
      'prices.yaml:4: prices[0].usd.input must come to whole femtodollars (10^-15) a unit, at most 9223 dollars a unit: 0.0000000001 for 1000000 does not',
    ],
    [
      'a price too large',
      price('  - match: {exact: a}\n    usd: {request: "9224"}'),
      'prices.yaml:4: prices[0].usd.request must come to whole femtodollars (10^-15) a unit, at most 9223 dollars a unit: 9224 for 1 does not',
    ],
    [
      'a bad count',
      price('  - match: {exact: a}\n    usd: {input: {per: 1B, price: "1"}}'),
      'prices.yaml:4: prices[0].usd.input.per must be a count of units such as 1, 1k or 1M, not "1B"',
    ],
    [
      'per nothing',
      price('  - match: {exact: a}\n    usd: {input: {per: 0, price: "1"}}'),
      'prices.yaml:4: prices[0].usd.input.per must be a count of units such as 1, 1k or 1M, not "0"',
    ],
    [
      'a price without price',
      price('  - match: {exact: a}\n    usd: {input: {per: 1M}}'),
      'prices.yaml:4: prices[0].usd.input must have a price',
    ],
    [
      'a selector to come',
      price(
        '  - match: {exact: a}\n    rates:\n      - when: {service_tier: flex}\n        usd: {input: "1"}',
      ),
      'prices.yaml:5: prices[0].rates[0].when.service_tier selects by service_tier, which this version cannot do; leave the rate out, or write "*"',
    ],
    [
      'marginal tiers',
      price(
        '  - match: {exact: a}\n    rates:\n      - context: {mode: marginal}\n        usd: {input: "1"}',
      ),
      'prices.yaml:5: prices[0].rates[0].context.mode must be one of whole, not "marginal"',
    ],
    [
      'an end before its start',
      price(
        '  - match: {exact: a}\n    rates:\n      - valid: {from: 2026-02-01, to: 2026-01-01}\n        usd: {input: "1"}',
      ),
      'prices.yaml:5: prices[0].rates[0].valid must end after it begins: `from` holds, `to` no longer does',
    ],
    [
      'times that overlap',
      price(
        '  - match: {exact: a}\n    rates:\n      - {valid: {to: 2026-02-02}, usd: {input: "1"}}\n      - {valid: {from: 2026-02-01}, usd: {input: "1"}}',
      ),
      'prices.yaml:6: prices[0].rates[1] holds at times at which the rate of line 5 holds too',
    ],
    [
      'a tier without a threshold',
      price('  - match: {exact: a}\n    usd: {input: "1"}\n    tiers: [{usd: {input: "2"}}]'),
      'prices.yaml:5: prices[0].tiers[0] must have usd, and either gt or gte: a count of input tokens',
    ],
    [
      'tiers of a tool',
      price(
        '  - kind: tool\n    match: {exact: a}\n    usd: {call: "1"}\n    tiers: [{gt: 5, usd: {call: "2"}}]',
      ),
      'prices.yaml:6: prices[0].tiers are for kind: model',
    ],
    [
      'a dear cache',
      price('  - match: {exact: a}\n    usd: {input: "0.25", cache_read: "0.3"}'),
      'prices.yaml:4: prices[0].usd asks more for cache_read than for input; a cached token is never dearer',
    ],
    [
      'a cheap hour',
      price('  - match: {exact: a}\n    usd: {input: "1", cache_write_5m: "1.25", cache_write_1h: "1.2"}'),
      'prices.yaml:4: prices[0].usd asks more for cache_write_5m than for cache_write_1h; the longer one is never cheaper',
    ],
    [
      'one model twice',
      price(
        '  - {provider: p, match: {exact: [a, b]}, usd: {input: "1"}}\n  - {provider: p, match: {exact: b}, usd: {input: "2"}}',
      ),
      'prices.yaml:4: prices[1] prices b at times at which line 3 prices it too',
    ],
    [
      'one model under two names of its provider',
      price(
        '  - {provider: azure, match: {exact: a}, usd: {input: "1"}}\n  - {provider: azure.ai.openai, match: {exact: a}, usd: {input: "2"}}',
      ),
      'prices.yaml:4: prices[1] prices a at times at which line 3 prices it too',
    ],
    [
      'a dated name twice',
      price(
        '  - {match: {exact: a, dated_snapshots: true}, usd: {input: "1"}}\n  - {match: {exact: a}, usd: {input: "2"}}',
      ),
      'prices.yaml:4: prices[1] prices a at times at which line 3 prices it too',
    ],
    [
      'a unit with a bad name',
      'version: 1\nunits:\n  Read Units: {per: 1}',
      'prices.yaml:3: units.Read Units must be named in lower case letters, digits and _',
    ],
    [
      'a unit of no component',
      'version: 1\nunits:\n  gpu: {component: gpu}',
      'prices.yaml:3: units.gpu.component must be one of inference, vector, tooling, compute, remediation, not "gpu"',
    ],
    [
      'an alias of nothing',
      'version: 1\naliases:\n  - {model: mine}',
      'prices.yaml:3: aliases[0] must say what it stands for: as: {provider, model}',
    ],
    [
      'an alias to half a name',
      'version: 1\naliases:\n  - {model: mine, as: {model: gpt-4o}}',
      'prices.yaml:3: aliases[0].as must name a provider and a model',
    ],
    [
      'an alias with a region',
      'version: 1\naliases:\n  - {model: mine, as: {provider: azure, model: gpt-4o, region: eu}}',
      'prices.yaml:3: aliases[0].as.region is not known here; wanted one of provider, model',
    ],
    ['a key twice', 'version: 1\nversion: 1', 'prices.yaml:2: Map keys must be unique'],
  ];
  test.each(cases)('%s', (_, yaml, complaint) => expect(complaintsOf(yaml)).toEqual([complaint]));

  test('no YAML at all', () => {
    const complaints = complaintsOf('version: 1\nprices: [}');
    expect(complaints.length).toBeGreaterThan(0);
    for (const complaint of complaints) expect(complaint).toMatch(/^prices\.yaml:2: [^\n]+$/);
  });

  test('five mistakes are five lines', () => {
    const complaints = complaintsOf(`
version: 3
table: {currency: EUR}
prices:
  - match: {exact: a}
    usd: {input: "x", output: "y"}
  - {match: {exact: b}, usd: {cents: "1"}}
`);
    expect(complaints.map((complaint) => complaint.split(' ')[0])).toEqual(
      [
        'prices.yaml:1:',
        'prices.yaml:2:',
        'prices.yaml:5:',
        'prices.yaml:5:',
        'prices.yaml:5:',
        'prices.yaml:6:',
      ].filter((_, index) => index !== 4),
    );
  });
});

describe('what a file may say', () => {
  test('everything at once', () => {
    const file = read(`
version: 1
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
`);
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

  test('a number is read as it was written, not as a float', () => {
    const fine = bookOf('version: 1\nprices: [{provider: a, match: {exact: b}, usd: {input: 0.123456789}}]');
    expect(priced(fine, callOf('a', 'b', { input: 1 }))[0]!.rate).toBe(123_456_789n);
  });

  test('a YAML anchor is read where it is used', () => {
    const yaml =
      'version: 1\nprices:\n  - {match: {exact: a}, usd: &one {input: "1"}}\n  - {match: {exact: b}, usd: *one}';
    expect(totalOf(priced(bookOf(yaml), callOf('x', 'b', { input: 1e6 })))).toBe('1');
  });
});
