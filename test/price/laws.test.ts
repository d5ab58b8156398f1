import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Charge } from '../../src/domain/charge.ts';
import { USD_PICO_MAX } from '../../src/domain/money.ts';
import type { Usage } from '../../src/domain/usage.ts';
import { bookOf, callOf, linesOf, nanos, priced, snapshot } from './uses.ts';

/** **Goal**: a price does not depend on what it must not depend on. **Method**: any model of the snapshot, any usage. */

const book = bookOf();

/** Every provider and model of the table, by the table's own id. */
const KNOWN = snapshot.providers.flatMap(({ id, models }) => models.map((model) => [id, model.id] as const));
const known = fc.constantFrom(...KNOWN);

const usage: fc.Arbitrary<Usage> = fc
  .tuple(fc.nat(300_000), fc.nat(20_000), fc.nat(10_000), fc.nat(10_000), fc.nat(50_000), fc.nat(1000))
  .map(([fresh, cacheRead, cacheWrite5m, cacheWrite1h, answer, reasoning]) => ({
    input: fresh + cacheRead + cacheWrite5m + cacheWrite1h,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output: answer + reasoning,
    reasoning,
  }));
const time = fc
  .integer({ min: 0, max: 1100 })
  .map((days) => nanos('2024-01-01') + BigInt(days) * 86_400_000_000_000n);

/** What of a charge is money: not the span, nor how the sender spelled the names. */
const money = (charges: readonly Charge[]) =>
  charges.map(({ class: name, quantity, rate, amount, priceId, flags, reason }) => ({
    name,
    quantity,
    rate,
    amount,
    priceId,
    flags,
    reason,
  }));
const asked = (provider: string, model: string, tokens: Usage, end: bigint) =>
  money(priced(book, callOf(provider, model, tokens, { end })));

describe('however the names are spelled', () => {
  test('case and blanks cost nothing', () => {
    fc.assert(
      fc.property(known, usage, time, ([provider, model], tokens, at) => {
        const plain = asked(provider, model, tokens, at);
        expect(asked(provider.toUpperCase(), ` ${model.toUpperCase()} `, tokens, at)).toEqual(plain);
      }),
    );
  });

  test('a model under its provider’s head is the model', () => {
    fc.assert(
      fc.property(known, usage, time, ([provider, model], tokens, at) => {
        const plain = asked(provider, model, tokens, at);
        if (plain[0]?.priceId !== undefined)
          expect(asked(provider, `${provider}/${model}`, tokens, at)).toEqual(plain);
      }),
    );
  });

  test('an alias costs what it stands for, whatever it is called', () => {
    const pairs = KNOWN.filter((_, index) => index % 40 === 0);
    const aliased = bookOf(
      `version: 1\naliases:\n${pairs
        .map(
          ([provider, model], index) =>
            `  - {model: own-${index}, as: {provider: ${provider}, model: "${model}"}}`,
        )
        .join('\n')}`,
    );
    fc.assert(
      fc.property(fc.nat(pairs.length - 1), usage, time, (index, tokens, at) => {
        const [provider, model] = pairs[index]!;
        expect(money(priced(aliased, callOf('anybody', `Own-${index}`, tokens, { end: at })))).toEqual(
          asked(provider, model, tokens, at),
        );
      }),
    );
  });
});

describe('however a call is told', () => {
  test('its kind, its span and the emitter’s own figure change no amount', () => {
    fc.assert(
      fc.property(known, usage, time, ([provider, model], tokens, at) => {
        const plain = asked(provider, model, tokens, at);
        for (const kind of ['embedding', 'rerank'] as const)
          expect(money(priced(book, callOf(provider, model, tokens, { end: at }, kind)))).toEqual(plain);
        // A reported cost, of nothing above all, is shown beside ours and believed for none of it.
        const reported = { end: at, reportedUsd: '0', responseId: 'r', error: true };
        const flagged = money(priced(book, callOf(provider, model, tokens, reported)));
        const doubts = (flags: readonly string[]) => flags.filter((flag) => flag !== 'reported_zero');
        expect(flagged.map((line) => ({ ...line, flags: doubts(line.flags) }))).toEqual(plain);
      }),
    );
  });

  test('twice the calls are twice the money', () => {
    fc.assert(
      fc.property(known, usage, time, ([provider, model], tokens, at) => {
        const [one, other] = [0, 1].map(() => callOf(provider, model, tokens, { end: at }));
        const plain = asked(provider, model, tokens, at);
        expect(money(priced(book, one!, other!))).toEqual([...plain, ...plain]);
      }),
    );
  });

  test('a class that is not used is no line, and every used one is a line', () => {
    fc.assert(
      fc.property(known, usage, time, ([provider, model], tokens, at) => {
        const lines = asked(provider, model, tokens, at).filter(({ name }) => name !== 'request');
        for (const { quantity } of lines) expect(quantity > 0n).toBe(true);
        const sum = lines.reduce((all, { quantity }) => all + quantity, 0n);
        expect(sum).toBe(BigInt(tokens.input + tokens.output) * 1_000_000n);
      }),
    );
  });
});

describe('the snapshot', () => {
  const rows = snapshot.providers.flatMap(({ id, models }) =>
    models.flatMap((model) =>
      model.prices.flatMap(({ usd, tiers = [] }) =>
        [usd, ...tiers.map((tier) => tier.usd)].map((prices) => ({ name: `${id}/${model.id}`, prices })),
      ),
    ),
  );

  test('asks no more for a cached token than for another, nor for five minutes than for an hour', () => {
    const dearer = (one: string | undefined, other: string | undefined) =>
      one !== undefined && other !== undefined && Number(one) > Number(other);
    const slips = rows.filter(
      ({ prices }) =>
        dearer(prices.cache_read, prices.input) || dearer(prices.cache_write_5m, prices.cache_write_1h),
    );
    expect(slips.map(({ name }) => name)).toEqual([]);
    expect(rows.length).toBeGreaterThan(1500);
  });

  test('asks no less above a threshold than below it', () => {
    let compared = 0;
    const slips = snapshot.providers.flatMap(({ id, models }) =>
      models.flatMap((model) =>
        model.prices.flatMap(({ usd, tiers = [] }) =>
          [usd, ...tiers.map((tier) => tier.usd)].flatMap((prices, index, all) =>
            Object.entries(prices).flatMap(([name, price]) => {
              const below = index === 0 ? undefined : (all[index - 1]![name] ?? usd[name]);
              if (below === undefined) return [];
              compared += 1;
              return Number(price) < Number(below)
                ? [`${id}/${model.id} ${name}: ${below}, then ${price}`]
                : [];
            }),
          ),
        ),
      ),
    );
    expect(slips).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  });

  test('names a provider once, a model once in it, and every class in units', () => {
    const ids = snapshot.providers.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { models } of snapshot.providers)
      expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    const classes = new Set(rows.flatMap(({ prices }) => Object.keys(prices)));
    expect([...classes].filter((name) => !((snapshot.per[name] ?? 0) > 0))).toEqual([]);
  });

  test('falls back only to providers that it has', () => {
    const ids = new Set(snapshot.providers.map(({ id }) => id));
    expect(snapshot.providers.flatMap(({ fallback = [] }) => fallback.filter((id) => !ids.has(id)))).toEqual(
      [],
    );
  });
});

test('no trace costs more than the ledger holds, whatever is asked of it', () => {
  const dear = bookOf(
    'version: 1\nprices: [{provider: a, match: {exact: b}, usd: {request: "9000", input: "1000"}}]',
  );
  const calls = fc.array(fc.integer({ min: 0, max: 1_000_000_000_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(calls, (inputs) => {
      const charges = priced(dear, ...inputs.map((input) => callOf('a', 'b', { input })));
      const sum = charges.reduce((all, { amount }) => all + (amount ?? 0n), 0n);
      expect(sum <= USD_PICO_MAX).toBe(true);
      for (const { amount, reason, flags } of charges)
        if (amount === null) expect([reason, flags]).toEqual(['usage_missing', ['absurd_amount']]);
      expect(linesOf(charges)).toHaveLength(inputs.filter((input) => input > 0).length + inputs.length);
    }),
  );
});
