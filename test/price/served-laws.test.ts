import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Charge } from '../../src/domain/charge.ts';
import type { Served } from '../../src/domain/served.ts';
import { NO_USAGE, type Usage } from '../../src/domain/usage.ts';
import type { ModelUse } from '../../src/domain/use.ts';
import { call, SONNET } from './bills.ts';
import { openSpans } from './spans.ts';
import { bookOf, callOf, nanos, overlay, priced } from './uses.ts';

/** **Goal**: what holds of a price holds in every tier and region. **Method**: any row of the overlay, any usage. */

const book = bookOf();
/** By then every price that is announced holds; the tiers of such a model are of that price. */
const end = nanos('2027-06-01');
const rows = overlay.tiers.rows.flatMap(({ provider, model, prices }) =>
  prices.map(({ tier, region }) => {
    const place = region?.split('|')[0];
    const served: Served = {
      ...(tier !== undefined && { tier }),
      ...(place !== undefined && { region: place }),
    };
    return { provider, model, served };
  }),
);
const row = fc.constantFrom(...rows);

const usage: fc.Arbitrary<Usage> = fc
  .tuple(fc.nat(400_000), fc.nat(20_000), fc.nat(10_000), fc.nat(10_000), fc.nat(50_000), fc.nat(1000))
  .map(([fresh, cacheRead, cacheWrite5m, cacheWrite1h, answer, reasoning]) => ({
    input: fresh + cacheRead + cacheWrite5m + cacheWrite1h,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output: answer + reasoning,
    reasoning,
  }));
const DETAILS = [
  'input_audio',
  'input_image',
  'cache_read_audio',
  'output_audio',
  'output_image',
  'citation',
];
const units = fc.uniqueArray(
  fc.record({ unit: fc.constantFrom(...DETAILS), quantity: fc.nat(60_000).map(String) }),
  { selector: ({ unit }) => unit, maxLength: 4 },
);

const sumOf = (charges: readonly Charge[]): bigint =>
  charges.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
const tokensIn = (charges: readonly Charge[]): bigint =>
  charges.filter(({ class: name }) => name !== 'request').reduce((sum, { quantity }) => sum + quantity, 0n);

describe('in every tier and region', () => {
  test('the row is found, no line is negative, and each is its quantity at its rate', () => {
    fc.assert(
      fc.property(row, usage, ({ provider, model, served }, tokens) => {
        for (const { amount, rate, quantity, priceId, flags } of priced(
          book,
          callOf(provider, model, tokens, { served, end }),
        )) {
          expect(flags).not.toContain('tier_unpriced');
          if (amount === null) continue;
          expect(priceId).toMatch(/^overlay\//);
          expect(amount >= 0n).toBe(true);
          expect(Math.abs(Number(amount * 1_000_000_000n - quantity * rate!))).toBeLessThanOrEqual(
            500_000_000,
          );
        }
      }),
    );
  });

  test('a token more is never cheaper', () => {
    const part = fc.constantFrom('input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h');
    fc.assert(
      fc.property(row, usage, part, ({ provider, model, served }, tokens, name) => {
        const more = { ...tokens, [name]: tokens[name] + 1 };
        if (name !== 'input' && name !== 'output') more.input += 1;
        const cost = (of: Usage) => sumOf(priced(book, callOf(provider, model, of, { served, end })));
        expect(cost(more) >= cost(tokens)).toBe(true);
      }),
    );
  });

  test('what flex and batch ask is at most what the standard tier asks, and that at most what priority asks', () => {
    const home = fc.constantFrom(...rows.filter(({ served }) => served.region === undefined));
    fc.assert(
      fc.property(home, usage, ({ provider, model, served }, tokens) => {
        // Cache writes have no price in some rows of either tier, and are then at the input's.
        const plain = { ...tokens, cacheWrite5m: 0, cacheWrite1h: 0 };
        const cost = (how: Partial<ModelUse['fact']>) =>
          sumOf(priced(book, callOf(provider, model, plain, { ...how, end })));
        const [own, standard] = [cost({ served }), cost({})];
        if (served.tier === 'flex' || served.tier === 'batch') expect(own <= standard).toBe(true);
        else expect(own >= standard).toBe(true);
      }),
    );
  });
});

describe('a request in parts', () => {
  const own = bookOf(`
version: 1
prices:
  - provider: acme
    match: {exact: [whole]}
    usd: {input: "3", output: "15", cache_read: "0.30", input_audio: "9", cache_read_audio: "1", output_image: "40"}
    tiers: [{gt: 100k, usd: {input: "6", input_audio: "12"}}]
  - provider: acme
    match: {exact: [sliced]}
    context: {mode: marginal}
    usd: {input: "3", output: "15"}
    tiers: [{gt: 10k, usd: {input: "2"}}, {gte: 50k, usd: {input: "1", output: "10"}}]
  - {provider: acme, match: {exact: [flat]}, usd: {input: "3", output: "15"}}
`);

  test('has every token on one line, whatever kinds of them have a price', () => {
    fc.assert(
      fc.property(usage, units, (tokens, counts) => {
        const use = { ...callOf('acme', 'whole', tokens), units: counts };
        const charges = priced(own, use);
        expect(tokensIn(charges)).toBe(BigInt(tokens.input + tokens.output) * 1_000_000n);
        for (const { quantity } of charges) expect(quantity > 0n).toBe(true);
        // Kinds without a price of their own change no amount, and say so.
        const plain = priced(own, callOf('acme', 'flat', tokens));
        const kinds = priced(own, { ...callOf('acme', 'flat', tokens), units: counts });
        expect(sumOf(kinds)).toBe(sumOf(plain));
      }),
    );
  });

  test('has every token on one line of marginal tiers, and costs no more than flat', () => {
    fc.assert(
      fc.property(usage, (tokens) => {
        const charges = priced(own, callOf('acme', 'sliced', tokens));
        expect(tokensIn(charges)).toBe(BigInt(tokens.input + tokens.output) * 1_000_000n);
        expect(sumOf(charges) <= sumOf(priced(own, callOf('acme', 'flat', tokens)))).toBe(true);
      }),
    );
  });
});

test('one request costs the same, whether its input is told with the cached tokens or without them', () => {
  const charge = openSpans(book);
  fc.assert(
    fc.property(usage, ({ input, cacheRead, cacheWrite5m, output }) => {
      const [cr, cw, out] = [cacheRead + 1, cacheWrite5m + 1, output + 1];
      const fresh = Math.max(1, input - cr - cw);
      const inclusive = call(SONNET, { in: fresh + cr + cw, cr, cw, out, total: fresh + cr + cw + out });
      const exclusive = call(SONNET, { in: fresh, cr, cw, out, total: fresh + cr + cw + out });
      const money = (charges: readonly Charge[]) =>
        charges.map(({ class: name, quantity, amount }) => [name, quantity, amount]);
      expect(money(charge(exclusive))).toEqual(money(charge(inclusive)));
    }),
  );
});

test('a call costs the same, in whatever order the rates of its model stand', () => {
  const rates = [
    '{usd: {input: "1"}}',
    '{when: {service_tier: flex}, usd: {input: "2"}}',
    '{when: {region: "eu-*"}, usd: {input: "3"}}',
    '{when: {region: eu-1}, usd: {input: "4"}}',
    '{when: {service_tier: flex, region: "eu-*"}, usd: {input: "5"}}',
    '{when: {deployment: global, region: eu-1}, usd: {input: "6"}}',
  ];
  const openAll = (order: readonly string[]) =>
    bookOf(
      `version: 1\nprices:\n  - provider: acme\n    match: {exact: m}\n    rates:\n${order.map((one) => `      - ${one}\n`).join('')}`,
    );
  const plain = openAll(rates);
  const served = fc.record(
    {
      tier: fc.constantFrom('flex', 'other'),
      region: fc.constantFrom('eu-1', 'eu-2', 'us'),
      deployment: fc.constant('global'),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(rates, { minLength: rates.length }), served, (order, how) => {
      const rateIn = (one: typeof plain) =>
        priced(one, callOf('acme', 'm', { ...NO_USAGE, input: 1 }, { served: how }))[0]!;
      const [own, wanted] = [rateIn(openAll(order)), rateIn(plain)];
      expect([own.rate, own.flags]).toEqual([wanted.rate, wanted.flags]);
    }),
    { numRuns: 40 },
  );
});
