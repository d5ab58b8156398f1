import { describe, expect, test } from '@jest/globals';
import { type Overlay, overlaid } from '../../src/price/overlay.ts';
import type { Snapshot, SnapshotPrice } from '../../src/price/snapshot.ts';
import { bookOf, callOf, flagsOf, nanos, overlay, priced, snapshot, totalOf } from './uses.ts';

const list = (...prices: readonly SnapshotPrice[]): Snapshot => ({
  ...snapshot,
  providers: [{ id: 'p', models: [{ id: 'm', match: { equals: 'm' }, prices }] }],
});
const overlayOf = (
  given: Partial<Overlay['corrections']> & { tiers?: Overlay['tiers']['rows'] },
): Overlay => ({
  hash: 'h',
  tiers: { source: 'second source', published: '2026-08-21', read: '2026-11-27', rows: given.tiers ?? [] },
  corrections: { prices: [], thresholds: [], regions: [], ...given },
});
const pricesIn = (of: Snapshot) => of.providers[0]!.models[0]!.prices;
const flex = {
  provider: 'p',
  model: 'm',
  beside: { input: '2' },
  prices: [{ tier: 'flex', usd: { input: '1' } }],
};

describe('an overlay', () => {
  test('adds tiers beside the price that they were made for, from when that holds', () => {
    const { snapshot: out, aside } = overlaid(
      list({ usd: { input: '3' } }, { from: '2026-01-01', usd: { input: '2' } }),
      overlayOf({ tiers: [flex] }),
    );
    expect(aside).toEqual([]);
    expect(pricesIn(out).at(-1)).toEqual({
      from: '2026-01-01',
      tier: 'flex',
      usd: { input: '1' },
      note: 'second source, 2026-08-21',
    });
  });

  test.each<[string, Snapshot, Overlay]>([
    ['a standard price that moved', list({ usd: { input: '2.5' } }), overlayOf({ tiers: [flex] })],
    ['a model that is gone', { ...snapshot, providers: [] }, overlayOf({ tiers: [flex] })],
    [
      'a mistake that was corrected above',
      list({ usd: { input: '2' } }),
      overlayOf({
        prices: [
          {
            provider: 'p',
            model: 'm',
            reason: 'r',
            date: 'd',
            wrong: [{ usd: { input: '9' } }],
            right: [{ usd: { input: '8' } }],
          },
        ],
      }),
    ],
  ])('%s sets its row aside, and changes nothing', (_, given, changes) => {
    const { snapshot: out, aside } = overlaid(given, changes);
    expect(aside).toEqual(['p/m: the list prices have changed']);
    expect(out).toEqual(given);
  });

  test('corrects what is known to be wrong, with its reason and day', () => {
    const wrong = [{ usd: { input: '9' } }];
    const row = {
      provider: 'p',
      model: 'm',
      reason: 'a slip',
      date: '2026-11-27',
      wrong,
      right: [{ usd: { input: '8' } }],
    };
    const { snapshot: out } = overlaid(list(...wrong), overlayOf({ prices: [row] }));
    expect(pricesIn(out)).toEqual([{ usd: { input: '8' }, note: 'a slip (2026-11-27)' }]);
  });

  test('moves a threshold of the providers that it names', () => {
    const tiered = list({ usd: { input: '1' }, tiers: [{ gt: 99, usd: { input: '2' } }] });
    const moved = (providers: string[]) =>
      overlaid(
        tiered,
        overlayOf({ thresholds: [{ providers, wrong: 99, right: 100, reason: 'r', date: 'd' }] }),
      );
    expect(pricesIn(moved(['p']).snapshot)[0]).toMatchObject({ tiers: [{ gt: 100 }], note: 'r (d)' });
    expect(pricesIn(moved(['q']).snapshot)).toEqual(pricesIn(tiered));
  });
});

describe('the overlay that is shipped', () => {
  test('fits the list prices that are shipped, in every row', () => {
    expect(overlaid(snapshot, overlay).aside).toEqual([]);
    expect(overlay.tiers.rows.length).toBeGreaterThan(100);
  });

  const ratesOf = ({ usd, tiers = [] }: SnapshotPrice) => [usd, ...tiers.map((tier) => tier.usd)];
  const rows = overlay.tiers.rows.flatMap(({ provider, model, prices, beside }) =>
    prices.map((price) => ({ name: `${provider}/${model} ${price.tier} ${price.region}`, price, beside })),
  );
  const slipsOf = (isSlip: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(isSlip).map(({ name }) => name);

  test('asks no more for a cached token than for another, nor for five minutes than for an hour', () => {
    const above = (one: string | undefined, other: string | undefined) =>
      Number(one ?? 0) > Number(other ?? Infinity);
    expect(
      slipsOf(({ price }) =>
        ratesOf(price).some(
          (usd) => above(usd.cache_read, usd.input) || above(usd.cache_write_5m, usd.cache_write_1h),
        ),
      ),
    ).toEqual([]);
  });

  test('asks no less above a threshold than below it', () => {
    expect(
      slipsOf(({ price: { usd, tiers = [] } }) =>
        tiers.some((tier) =>
          Object.entries(tier.usd).some(([name, text]) => Number(text) < Number(usd[name] ?? 0)),
        ),
      ),
    ).toEqual([]);
  });

  test('asks no more than the standard price for batch and flex, and no less for priority', () => {
    expect(
      slipsOf(({ price, beside }) => {
        if (price.region !== undefined) return false;
        const [own, list] = [Number(price.usd.input), Number(beside.input)];
        return price.tier === 'batch' || price.tier === 'flex' ? own > list : own < list;
      }),
    ).toEqual([]);
  });

  test('says why it corrects what, and since when', () => {
    const { prices, thresholds, regions } = overlay.corrections;
    for (const { reason, date } of [...prices, ...thresholds, ...regions]) {
      expect(reason.length).toBeGreaterThan(20);
      expect(date).toMatch(/^2026-\d{2}-\d{2}$/);
    }
  });
});

describe('what the overlay changes of bills', () => {
  const book = bookOf();
  const cost = (model: string, at: string) =>
    totalOf(priced(book, callOf('deepseek', model, { input: 1_000_000 }, { end: nanos(at) })));

  test('DeepSeek’s peak hours are those of weekdays', () => {
    // 2026-09-05 is a Saturday.
    expect(cost('deepseek-v4-pro', '2026-09-04T02:00:00Z')).toBe('1.32');
    expect(cost('deepseek-v4-pro', '2026-09-05T02:00:00Z')).toBe('0.66');
    expect(cost('deepseek-v4-pro', '2026-09-07T02:00:00Z')).toBe('1.32');
  });

  test('a region of Bedrock whose prices the list does not have is told of, but not for Claude', () => {
    const flags = (model: string, region: string) =>
      flagsOf(priced(book, callOf('aws.bedrock', model, { input: 10 }, { served: { region } })));
    expect(flags('amazon.nova-lite-v1:0', 'us-east-1')).toBe('');
    expect(flags('amazon.nova-2-sonic-v1:0', 'eu-north-1')).toBe('region_unpriced');
    expect(flags('anthropic.claude-sonnet-4-6', 'eu-north-1')).toBe('');
  });

  test('a line says which of the two tables priced it', () => {
    const idOf = (tier: string | undefined) =>
      priced(
        book,
        callOf('openai', 'gpt-5-nano', { input: 1 }, tier === undefined ? {} : { served: { tier } }),
      )[0]!.priceId;
    expect([undefined, 'flex', 'batch'].map(idOf)).toEqual([
      'genai-prices/openai/gpt-5-nano',
      'overlay/openai/gpt-5-nano#flex',
      'overlay/openai/gpt-5-nano#batch',
    ]);
  });
});
