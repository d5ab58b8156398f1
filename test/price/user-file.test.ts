import { describe, expect, test } from '@jest/globals';
import { BUILT_IN_UNITS } from '../../src/price/built-in-units.ts';
import { readUserFile } from '../../src/price/user-file.ts';

const LISTED = BUILT_IN_UNITS.map(({ unit }) => unit).join(', ');

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
    [
      'nothing',
      '',
      'prices.yaml:1: the file must be a map of version, table, units, aliases, prices, adjustments',
    ],
    ['no version', 'prices: []', 'prices.yaml:1: the file must say which schema it follows: version: 1'],
    ['another version', 'version: 2', 'prices.yaml:1: version must be one of 1, not "2"'],
    [
      'a stray key',
      'version: 1\nprizes: []',
      'prices.yaml:2: prizes is not known here; wanted one of version, table, units, aliases, prices, adjustments',
    ],
    [
      'an adjustment without a label',
      'version: 1\nadjustments: [{multiply: "0.88"}]',
      'prices.yaml:2: adjustments[0] must have a label: it names the lines',
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
      'prices.yaml:3: prices[0] must be a map of id, provider, kind, match, rates, usd, tiers, context, source',
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
      `prices.yaml:4: prices[0].usd.call is no class of a model and no unit; wanted one of input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, request, ${LISTED}`,
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
      'a selector that is none',
      price('  - match: {exact: a}\n    rates:\n      - when: {tier: flex}\n        usd: {input: "1"}'),
      'prices.yaml:5: prices[0].rates[0].when.tier is not known here; wanted one of service_tier, region, deployment, schedule',
    ],
    [
      'a mode that is none',
      price(
        '  - match: {exact: a}\n    rates:\n      - context: {mode: graduated}\n        usd: {input: "1"}',
      ),
      'prices.yaml:5: prices[0].rates[0].context.mode must be one of whole, marginal, not "graduated"',
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
      'prices.yaml:6: prices a for calls that line 5 prices too, and neither is the more specific',
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
      'prices.yaml:6: prices[0].tiers are for kind: model, or with context: {mode: marginal}',
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
      'prices.yaml:4: prices b for calls that line 3 prices too, and neither is the more specific',
    ],
    [
      'one model under two names of its provider',
      price(
        '  - {provider: azure, match: {exact: a}, usd: {input: "1"}}\n  - {provider: azure.ai.openai, match: {exact: a}, usd: {input: "2"}}',
      ),
      'prices.yaml:4: prices a for calls that line 3 prices too, and neither is the more specific',
    ],
    [
      'a dated name twice',
      price(
        '  - {match: {exact: a, dated_snapshots: true}, usd: {input: "1"}}\n  - {match: {exact: a}, usd: {input: "2"}}',
      ),
      'prices.yaml:4: prices a for calls that line 3 prices too, and neither is the more specific',
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
      'an alias with a tier',
      'version: 1\naliases:\n  - {model: mine, as: {provider: azure, model: gpt-4o, service_tier: flex}}',
      'prices.yaml:3: aliases[0].as.service_tier is not known here; wanted one of provider, model, region, deployment',
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
