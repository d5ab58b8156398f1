import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { actionOf, bookOf, callOf, flagsOf, linesOf, nanos, priced, totalOf } from './uses.ts';

const PRICES = `
prices:
  - {provider: acme, match: {exact: [large]}, usd: {input: "10"}}
  - {provider: other, match: {exact: [small]}, usd: {input: "10"}}
  - {kind: tool, match: {exact: [search]}, usd: {call: "1"}}
  - {kind: vector, match: {exact: [qdrant]}, usd: {query: "1"}}`;
const bookWith = (...adjustments: readonly string[]) =>
  bookOf(`version: 1\n${PRICES}\nadjustments:\n${adjustments.map((one) => `  - ${one}\n`).join('')}`);
const large = callOf('acme', 'large', { input: 100_000 });

describe('adjustments', () => {
  test('are lines of their own, in their order, each of what the ones before it left', () => {
    const book = bookWith('{label: contract, multiply: "0.5"}', '{label: markup, multiply: "1.2"}');
    const charges = priced(book, large);
    expect(linesOf(charges)).toEqual(['input 100000 1', 'contract 1 -0.5', 'markup 1 0.1']);
    expect(charges.slice(1)).toMatchObject([
      {
        component: 'inference',
        model: 'large',
        rate: null,
        priceId: 'adjustment/contract',
        flags: ['adjustment'],
      },
      { component: 'inference', model: 'large', priceId: 'adjustment/markup' },
    ]);
    expect(charges.map(({ line }) => line)).toEqual([0, 1, 2]);
    expect(charges[1]!.tableHash).toBe(book.tableHash);
  });

  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['of all', '{label: x, multiply: "0.9"}', ['large', 'small', 'search', 'qdrant']],
    ['of a provider', '{label: x, multiply: "0.9", match: {provider: acme}}', ['large']],
    [
      'of a tool, which is its own provider',
      '{label: x, multiply: "0.9", match: {provider: search}}',
      ['search'],
    ],
    ['of names', '{label: x, multiply: "0.9", match: {name: "*ar*"}}', ['large', 'search']],
    ['of a component', '{label: x, multiply: "0.9", match: {component: vector}}', ['qdrant']],
    [
      'of a month',
      '{label: x, multiply: "0.9", valid: {from: 2026-11-01, to: 2026-12-01}}',
      ['large', 'small', 'search', 'qdrant'],
    ],
    ['of another month', '{label: x, multiply: "0.9", valid: {from: 2026-12-01}}', []],
    ['of nothing', '{label: x, multiply: "1"}', []],
  ];
  test.each(cases)('%s', (_, adjustment, wanted) => {
    const book = bookWith(adjustment);
    const uses = {
      large,
      small: callOf('other', 'small', { input: 1 }),
      search: actionOf('tool', 'search'),
      qdrant: actionOf('vector', 'qdrant'),
    };
    const adjusted = Object.entries(uses).filter(([, use]) =>
      flagsOf(priced(book, use)).includes('adjustment'),
    );
    expect(adjusted.map(([name]) => name)).toEqual(wanted);
  });

  test('leave alone what was stated, and what has no price', () => {
    const book = bookWith('{label: x, multiply: "0.9"}');
    const stated = actionOf('tool', 'courier', {}, { stated: { usd: '4', component: 'tooling' } });
    expect(linesOf(priced(book, stated))).toEqual(['usd 1 4']);
    expect(linesOf(priced(book, callOf('acme', 'unheard', { input: 1 })))).toEqual([
      'tokens 1 model_unknown',
    ]);
  });

  test('hold from a time on and before another, of the span’s end', () => {
    const book = bookWith('{label: x, multiply: "0", valid: {from: 2026-11-01, to: 2026-12-01}}');
    const cost = (at: string) =>
      totalOf(priced(book, callOf('acme', 'large', { input: 100_000 }, { end: nanos(at) })));
    expect(
      [
        '2026-10-31T23:59:59.999Z',
        '2026-11-01T00:00:00Z',
        '2026-11-30T23:59:59.999Z',
        '2026-12-01T00:00:00Z',
      ].map(cost),
    ).toEqual(['1', '0', '0', '1']);
  });

  test('never take more than there is, and together are the product of their factors', () => {
    const factor = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(fc.nat(1_000_000), factor, factor, (input, one, other) => {
        const text = (size: number) => (size / 1000).toFixed(3);
        const book = bookWith(
          `{label: x, multiply: "${text(one)}"}`,
          `{label: y, multiply: "${text(other)}"}`,
        );
        const charges = priced(book, callOf('acme', 'large', { input }));
        const total = charges.reduce((sum, { amount }) => sum + amount!, 0n);
        expect(total >= 0n).toBe(true);
        const wanted = BigInt(input) * 10_000_000n * BigInt(one) * BigInt(other);
        expect(Math.abs(Number(total * 1_000_000n - wanted))).toBeLessThanOrEqual(2_000_000);
      }),
      { numRuns: 50 },
    );
  });
});

describe('units that are counted from the span', () => {
  const book = bookOf(`
version: 1
units:
  second: {from: duration}
  minute_of: {from: duration, over: 60}
  gb_second: {from_attr: faas.mb, times: duration, over: 1024}
  kilobyte: {from_attr: bytes, over: 1000}
prices:
  - {kind: tool, match: {exact: [timed]}, usd: {second: "1", minute_of: "1"}}
  - {kind: tool, match: {exact: [function]}, usd: {gb_second: "1"}}
  - {kind: tool, match: {exact: [network]}, context: {mode: marginal}, usd: {kilobyte: "1"}, tiers: [{gt: 2, usd: {kilobyte: "0.5"}}]}
`);
  const end = nanos('2026-11-23T12:00:00Z');
  const lasting = (nanoseconds: bigint) => ({ start: end - nanoseconds, end });

  test.each<[string, bigint, Readonly<Record<string, string>>, readonly string[]]>([
    ['timed', 90_000_000_000n, {}, ['second 90 90', 'minute_of 1.5 1.5']],
    // To the millionth, half to even.
    ['timed', 2_500n, {}, ['second 0.000002 0.000002']],
    ['timed', 3_500n, {}, ['second 0.000004 0.000004']],
    ['timed', 0n, {}, []],
    ['function', 1_500_000_000n, { gb_second: '512' }, ['gb_second 0.75 0.75']],
    ['function', 1_500_000_000n, { gb_second: '-1' }, ['gb_second 0 usage_missing']],
    ['network', 1n, { kilobyte: '5000' }, ['kilobyte 2 2', 'kilobyte 3 1.5']],
    ['network', 1n, { kilobyte: '2000' }, ['kilobyte 2 2']],
    ['network', 1n, { kilobyte: '1' }, ['kilobyte 0.001 0.001']],
  ])('%s for %d ns with %j', (tool, nanoseconds, counts, lines) => {
    expect(linesOf(priced(book, actionOf('tool', tool, counts, lasting(nanoseconds))))).toEqual(lines);
  });

  test.each([
    [
      '{from: duration, from_attr: a}',
      'is counted either from an attribute or from the duration; for the product of both: times: duration',
    ],
    ['{times: duration}', 'must say which attribute the duration is multiplied by: from_attr'],
    ['{from: clock}', 'from must be one of duration, not "clock"'],
  ])('%s is refused', (unit, wanted) => {
    expect(() => bookOf(`version: 1\nunits: {u: ${unit}}`)).toThrow(wanted);
  });
});
