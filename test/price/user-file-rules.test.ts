import { describe, expect, test } from '@jest/globals';
import { BUILT_IN_UNITS } from '../../src/price/built-in-units.ts';
import { readUserFile } from '../../src/price/user-file.ts';

const LISTED = BUILT_IN_UNITS.map(({ unit }) => unit).join(', ');

const read = (body: string) => readUserFile('prices.yaml', `version: 1\n${body}`, 'h');
const complaintsOf = (body: string): readonly string[] => {
  const file = read(body);
  return file.kind === 'refused' ? file.complaints : [];
};
const warningsOf = (body: string): readonly string[] => {
  const file = read(body);
  if (file.kind === 'refused') throw new Error(file.complaints.join('\n'));
  return file.warnings;
};
/** Of one model, on line 3; `usd` stands on line 4. */
const model = (rest: string) => `prices:\n  - match: {exact: a}\n    ${rest.replaceAll('\n', '\n    ')}`;

describe('what would be passed over in silence is refused', () => {
  test.each([
    [
      'tiers beside rates',
      model('tiers: [{gt: 1, usd: {input: "2"}}]\nrates: [{usd: {input: "1"}}]'),
      'prices.yaml:4: prices[0].tiers belong to one of the rates, where there are rates',
    ],
    [
      'two tiers that begin at one count, said in two ways',
      model('usd: {input: "1"}\ntiers:\n  - {gt: 10, usd: {input: "2"}}\n  - {gte: 11, usd: {input: "3"}}'),
      'prices.yaml:7: prices[0].tiers[1] begins where prices[0].tiers[0] of line 6 begins',
    ],
    [
      'two aliases of one name',
      'aliases:\n  - {model: Mine, as: {provider: a, model: b}}\n  - {model: mine, as: {provider: a, model: c}}',
      'prices.yaml:4: aliases[1] names mine, which line 3 names too',
    ],
    [
      'two aliases under two names of their provider',
      'aliases:\n  - {provider: azure, model: m, as: {provider: a, model: b}}\n' +
        '  - {provider: az.ai.openai, model: m, as: {provider: a, model: b}}',
      'prices.yaml:4: aliases[1] names m, which line 3 names too',
    ],
    [
      'two aliases of a provider in another case',
      'aliases:\n  - {provider: Acme, model: m, as: {provider: a, model: b}}\n' +
        '  - {provider: acme, model: m, as: {provider: a, model: b}}',
      'prices.yaml:4: aliases[1] names m, which line 3 names too',
    ],
    [
      'a unit called as a class',
      'units:\n  call: {per: 1000}',
      'prices.yaml:3: units.call is a class that prices have without it; call the unit something else',
    ],
    [
      'a star in a name',
      'prices: [{match: {exact: [a, gpt-*]}, usd: {input: "1"}}]',
      'prices.yaml:2: prices[0].match.exact reads gpt-* letter by letter; a name with * is a glob',
    ],
    [
      'a star in a prefix',
      'prices: [{match: {prefix: gpt-*}, usd: {input: "1"}}]',
      'prices.yaml:2: prices[0].match.prefix reads gpt-* letter by letter; a name with * is a glob',
    ],
    [
      'a selector of the price itself',
      model('usd: {input: "1"}\nwhen: {region: eu}'),
      'prices.yaml:5: prices[0].when is not known here; wanted one of id, provider, kind, match, rates, usd, tiers, context, source',
    ],
    [
      'a basis that is not ours',
      model('rates: [{context: {basis: uncached}, usd: {input: "1"}}]'),
      'prices.yaml:4: prices[0].rates[0].context.basis must be one of prompt_total, prompt_uncached, not "uncached"',
    ],
    [
      'a schedule without a zone',
      model('rates: [{when: {schedule: {hours: "01:00-04:00"}}, usd: {input: "1"}}]'),
      'prices.yaml:4: prices[0].rates[0].when.schedule must name its time zone: tz: UTC, or tz: Asia/Shanghai',
    ],
    [
      'a zone that is none',
      model('rates: [{when: {schedule: {tz: Mars/Olympus}}, usd: {input: "1"}}]'),
      'prices.yaml:4: prices[0].rates[0].when.schedule.tz must be a time zone such as UTC or Asia/Shanghai, not "Mars/Olympus"',
    ],
    [
      'a day that is none',
      model('rates: [{when: {schedule: {tz: UTC, days: [mon, holiday]}}, usd: {input: "1"}}]'),
      'prices.yaml:4: prices[0].rates[0].when.schedule.days[1] must be one of mon, tue, wed, thu, fri, sat, sun, not "holiday"',
    ],
    [
      'hours that are none',
      model('rates: [{when: {schedule: {tz: UTC, hours: "9-5"}}, usd: {input: "1"}}]'),
      'prices.yaml:4: prices[0].rates[0].when.schedule.hours must be hours such as "09:00-18:00"; "22:00-06:00" runs into the next day',
    ],
    [
      'a standard to inherit from that is not there',
      model('rates: [{when: {service_tier: flex}, inherit: standard, usd: {input: "1"}}]'),
      'prices.yaml:4: prices[0].rates[0].inherit must come after a rate of the standard tier for the same calls and time',
    ],
    [
      'a dear cache above a threshold',
      model('usd: {input: "1"}\ntiers:\n  - {gt: 5, usd: {input: "2", cache_read: "3"}}'),
      'prices.yaml:6: prices[0].tiers[0] asks more for cache_read than for input; a cached token is never dearer',
    ],
  ])('%s', (_, body, complaint) => {
    expect(complaintsOf(body)).toEqual([complaint]);
  });

  test.each([
    [
      'an alias of any provider beside one of a provider',
      'aliases:\n  - {model: m, as: {provider: a, model: b}}\n  - {provider: p, model: m, as: {provider: a, model: c}}',
    ],
    [
      'aliases of two models',
      'aliases:\n  - {model: m, as: {provider: a, model: b}}\n  - {model: n, as: {provider: a, model: b}}',
    ],
    [
      'a model of two providers',
      'prices:\n  - {provider: p, match: {exact: a}, usd: {input: "1"}}\n  - {provider: q, match: {exact: a}, usd: {input: "2"}}',
    ],
    [
      'a model and a tool of one name',
      'prices:\n  - {match: {exact: a}, usd: {input: "1"}}\n  - {kind: tool, match: {exact: a}, usd: {call: "2"}}',
    ],
    [
      'a name and a prefix of it',
      'prices:\n  - {match: {exact: a}, usd: {input: "1"}}\n  - {match: {prefix: a}, usd: {input: "2"}}',
    ],
    [
      'one model, one time after the other',
      'prices:\n  - {match: {exact: a}, rates: [{valid: {to: 2026-02-01}, usd: {input: "1"}}]}\n  - {match: {exact: a}, rates: [{valid: {from: 2026-02-01}, usd: {input: "2"}}]}',
    ],
    ['a row that names one thing twice', 'prices: [{match: {exact: [a, A]}, usd: {input: "1"}}]'],
    [
      'everybody’s tier and region',
      model('rates: [{when: {service_tier: standard, region: "*"}, usd: {input: "1"}}]'),
    ],
    [
      'a cache as dear as input, an hour as dear as five minutes',
      model('usd: {input: "1", cache_read: "1", cache_write_5m: "2", cache_write_1h: "2"}'),
    ],
  ])('but not %s', (_, body) => {
    expect(complaintsOf(body)).toEqual([]);
  });
});

describe('a slip is one line, and no second one for what could not be read', () => {
  const tooMany = 'x'.repeat(65);
  test.each([
    ['table: {id: ""}', 'table.id must be a name of the table, not ""'],
    ['table: {id: [a]}', 'table.id must be a name of the table, not a map or list'],
    ['table: {id:}', 'table.id must be a name of the table, not empty'],
    ['table: 5', 'table must be a map of id, currency, as_of'],
    ['units: 5', 'units must be a map'],
    ['units: {u: 5}', 'units.u must be a map of per, from_attr, from, times, over, component'],
    ['units: {u: {from_attr: [a, ""]}}', 'units.u.from_attr[1] must be names of span attributes, not ""'],
    ['units: {u: {per: x}}', 'units.u.per must be a count of units such as 1, 1k or 1M, not "x"'],
    [`units: {${tooMany}: {}}`, `units.${tooMany} must be named in lower case letters, digits and _`],
    ['units: {9a: {}}', 'units.9a must be named in lower case letters, digits and _'],
    ['units: {a-b: {}}', 'units.a-b must be named in lower case letters, digits and _'],
    ['aliases: {}', 'aliases must be a list of aliases'],
    ['aliases: [5]', 'aliases[0] must be a map of provider, model, as'],
    ['aliases: [{as: {provider: p, model: m}}]', 'aliases[0] must name a model'],
    ['aliases: [{model: "", as: {provider: p, model: m}}]', 'aliases[0].model must be a model, not ""'],
    [
      'aliases: [{provider: "", model: m, as: {provider: p, model: m}}]',
      'aliases[0].provider must be a provider, not ""',
    ],
    ['aliases: [{model: m, as: 5}]', 'aliases[0].as must be a map of provider, model, region, deployment'],
    [
      'aliases: [{model: m, as: {provider: "", model: m}}]',
      'aliases[0].as.provider must be a provider, not ""',
    ],
    ['aliases: [{model: m, as: {provider: p, model: ""}}]', 'aliases[0].as.model must be a model, not ""'],
    [
      'prices: [{match: 5, usd: {input: "1"}}]',
      'prices[0].match must be a map of exact, prefix, glob, dated_snapshots',
    ],
    [
      'prices: [{match: {exact: [[a]]}, usd: {input: "1"}}]',
      'prices[0].match.exact[0] must be names, not a map or list',
    ],
    [
      'prices: [{match: {exact: a, dated_snapshots: yes}, usd: {input: "1"}}]',
      'prices[0].match.dated_snapshots must be one of true, false, not "yes"',
    ],
    [
      'prices: [{match: {exact: a}, provider: "", usd: {input: "1"}}]',
      'prices[0].provider must be a provider, not ""',
    ],
    [
      'prices: [{match: {exact: a}, id: [], usd: {input: "1"}}]',
      'prices[0].id must be an id of the price, not a map or list',
    ],
    ['prices: [{match: {exact: a}, usd: 5}]', 'prices[0].usd must be a map'],
    [
      'prices: [{match: {exact: a}, usd: {input: [1]}}]',
      'prices[0].usd.input must be a map of per, price, round',
    ],
    ['prices: [{match: {exact: a}, rates: 5}]', 'prices[0].rates must be a list of rates'],
    [
      'prices: [{match: {exact: a}, rates: [5]}]',
      'prices[0].rates[0] must be a map of valid, when, inherit, context, source, usd, tiers',
    ],
    [
      'prices: [{match: {exact: a}, rates: [{valid: 5, usd: {input: "1"}}]}]',
      'prices[0].rates[0].valid must be a map of from, to, confidence',
    ],
    [
      'prices: [{match: {exact: a}, rates: [{context: 5, usd: {input: "1"}}]}]',
      'prices[0].rates[0].context must be a map of basis, mode',
    ],
    [
      'prices: [{match: {exact: a}, rates: [{when: 5, usd: {input: "1"}}]}]',
      'prices[0].rates[0].when must be a map of service_tier, region, deployment, schedule',
    ],
    ['prices: [{match: {exact: a}, usd: {input: "1"}, tiers: 5}]', 'prices[0].tiers must be a list of tiers'],
    [
      'prices: [{match: {exact: a}, usd: {input: "1"}, tiers: [5]}]',
      'prices[0].tiers[0] must be a map of gt, gte, usd',
    ],
    [
      'prices: [{match: {exact: a}, usd: {input: "1"}, tiers: [{gt: x, usd: {input: "1"}}]}]',
      'prices[0].tiers[0].gt must be a count of units such as 1, 1k or 1M, not "x"',
    ],
    [
      'prices: [{match: {exact: a}, usd: {input: "1"}, tiers: [{gt: 1, gte: 2, usd: {input: "1"}}]}]',
      'prices[0].tiers[0] must have usd, and either gt or gte: a count of input tokens',
    ],
    [
      'prices: [{match: {exact: a}, usd: {input: "1"}, tiers: [{gt: 1, usd: {inputs: "1"}}]}]',
      `prices[0].tiers[0].usd.inputs is no class of a model and no unit; wanted one of input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, request, ${LISTED}`,
    ],
    [
      'prices: [{kind: tool, match: {exact: a}, usd: {input: "1"}}]',
      `prices[0].usd.input is no class of a tool and no unit; wanted one of call, ${LISTED}`,
    ],
    [
      'units: {mine: {}}\nprices: [{kind: vector, match: {exact: a}, usd: {call: "1"}}]',
      `prices[0].usd.call is no class of a vector and no unit; wanted one of query, ${LISTED}, mine`,
    ],
  ])('%s', (body, complaint) => {
    expect(complaintsOf(body)).toEqual([`prices.yaml:${body.includes('\n') ? 3 : 2}: ${complaint}`]);
  });

  test('a unit has a name of one to 64 letters', () => {
    for (const name of ['u', 'a9_', 'x'.repeat(64)]) expect(complaintsOf(`units: {${name}: {}}`)).toEqual([]);
  });
});

describe('two prices of one thing', () => {
  const row = (valid: string, more = '') =>
    `  - {provider: p, match: {exact: a${more}}, rates: [{valid: {${valid}}, usd: {input: "1"}}]}`;
  test.each([
    ['from: 2026-01-01', 'from: 2026-01-01', true],
    ['to: 2026-01-02', 'from: 2026-01-01', true],
    ['from: 2026-01-01, to: 2026-03-01', 'from: 2026-02-01, to: 2026-02-02', true],
    ['to: 2026-01-01', 'from: 2026-01-01', false],
    ['from: 2026-01-01', 'to: 2026-01-01', false],
    ['', 'to: 1970-01-01', true],
  ])('{%s} and {%s}: %s', (one, other, ties) => {
    const complaint =
      'prices.yaml:4: prices a for calls that line 3 prices too, and neither is the more specific';
    for (const more of ['', ', dated_snapshots: true'])
      expect(complaintsOf(`prices:\n${row(one)}\n${row(other, more)}`)).toEqual(ties ? [complaint] : []);
  });
});

describe('doubts are warnings', () => {
  test.each([
    [
      'a tier that asks less',
      model('usd: {input: "2"}\ntiers: [{gt: 5, usd: {input: "1"}}]'),
      ['prices[0].tiers[0] asks less for input than below it'],
    ],
    ['a tier that asks as much', model('usd: {input: "2"}\ntiers: [{gt: 5, usd: {input: "2"}}]'), []],
    [
      'a tier that leaves a class out',
      model('usd: {input: "2", output: "3"}\ntiers: [{gt: 5, usd: {input: "4"}}]'),
      ['prices[0].tiers[0] has no price of output: the base price is taken'],
    ],
    [
      'a tier that adds a class',
      model('usd: {input: "2"}\ntiers: [{gt: 5, usd: {input: "4", output: "3"}}]'),
      [],
    ],
  ])('%s', (_, body, warnings) => {
    expect(warningsOf(body)).toEqual(warnings.map((warning) => `prices.yaml:5: ${warning}`));
  });
});
