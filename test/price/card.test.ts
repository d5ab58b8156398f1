import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  endOf,
  openCard,
  type Period,
  periodAt,
  type Rates,
  tierFor,
  tiersOf,
} from '../../src/price/card.ts';
import { type Rate, rateOf } from '../../src/price/rate.ts';
import { table } from '../support/table.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-23T12:00:00Z');
const usd = (prices: Readonly<Record<string, string>>): Rates =>
  new Map(Object.entries(prices).map(([name, text]) => [name, rateOf(text, 1)!]));
const period = (given: Partial<Period>): Period => ({
  from: -Infinity,
  to: Infinity,
  daily: undefined,
  tiers: tiersOf(usd({ input: '1' }), []),
  ...given,
});
const cardOf = (...periods: readonly Period[]) =>
  openCard({ priceId: 'p', source: 'user', provider: 'a', model: 'b', periods });
const indexAt = (periods: readonly Period[], at: number): string => {
  const found = periodAt(cardOf(...periods), at);
  return found === undefined ? '' : String(periods.indexOf(found));
};

describe('the period that holds at a time', () => {
  test('from its beginning and before its end', () => {
    const periods = [period({ from: 100, to: 200 })];
    expect([99, 100, 199, 200].map((at) => indexAt(periods, at))).toEqual(['', '0', '0', '']);
  });

  test('of several the last counts', () => {
    const periods = [
      period({}),
      period({ from: 100 }),
      period({ from: 100, to: 200 }),
      period({ from: 300 }),
    ];
    expect([0, 99, 100, 199, 200, 300].map((at) => indexAt(periods, at))).toEqual([
      '0',
      '0',
      '2',
      '2',
      '1',
      '3',
    ]);
  });

  test('none holds on a card without periods', () => {
    expect(indexAt([], 0)).toBe('');
    expect(cardOf().always).toBeUndefined();
  });

  test.each([
    ['the only one, without an end', [period({})], true],
    ['one that begins', [period({ from: 0 })], false],
    ['one that ends', [period({ to: 0 })], false],
    ['one of a time of day', [period({ daily: { from: 0, to: 1 } })], false],
    ['two without an end', [period({}), period({})], false],
  ])('%s: always', (_, periods, always) => {
    expect(cardOf(...periods).always).toBe(always ? periods[0] : undefined);
  });
});

describe('a time of day', () => {
  const cases = table(`
    from   to     at             holds
    01:00  04:00  00:59:59.999   no
    01:00  04:00  01:00:00       yes
    01:00  04:00  03:59:59.999   yes
    01:00  04:00  04:00:00       no
    # over midnight
    16:30  00:30  16:29:59.999   no
    16:30  00:30  16:30:00       yes
    16:30  00:30  23:59:59.999   yes
    16:30  00:30  00:00:00       yes
    16:30  00:30  00:29:59.999   yes
    16:30  00:30  00:30:00       no
    16:30  00:30  12:00:00       no
    # never, since it ends where it begins
    05:00  05:00  05:00:00       no
    05:00  05:00  04:59:59.999   no
    00:00  00:00  00:00:00       no
  `);
  const msOf = (time: string) => Date.parse(`1970-01-01T${time}Z`);
  test.each(cases)('from $from to $to holds at $at: $holds', ({ from, to, at, holds }) => {
    const daily = { from: msOf(from!), to: msOf(to!) };
    for (const day of ['2026-11-23', '1970-01-01', '1969-12-30', '2024-02-29'])
      expect(indexAt([period({ daily })], Date.parse(`${day}T${at}Z`))).toBe(holds === 'yes' ? '0' : '');
  });

  test('only within its dates', () => {
    const daily = { from: 12 * HOUR, to: 13 * HOUR };
    const periods = [period({}), period({ daily, from: NOON + 1, to: NOON + 10 })];
    expect([NOON, NOON + 1, NOON + 9, NOON + 10].map((at) => indexAt(periods, at))).toEqual([
      '0',
      '1',
      '1',
      '0',
    ]);
  });
});

describe('until when a period holds', () => {
  const daily = { from: 0, to: HOUR };
  test.each<[string, readonly Period[], number]>([
    ['its own end', [period({ to: 200 })], 200],
    ['for ever', [period({})], Infinity],
    ['the start of the next', [period({}), period({ from: 100 })], 100],
    ['the earlier of the two', [period({ to: 50 }), period({ from: 100 })], 50],
    ['the nearest of those that follow', [period({}), period({ from: 300 }), period({ from: 100 })], 100],
    ['a time of day ends nothing', [period({}), period({ from: 100, daily })], Infinity],
    [
      'a row that began no later ends nothing that is to come',
      [period({ from: 100 }), period({ from: 100, to: 200 })],
      Infinity,
    ],
  ])('%s', (_, periods, end) => {
    expect(endOf(cardOf(...periods), periods[0]!)).toBe(end);
  });

  test('what stands before a row does not end it', () => {
    const periods = [period({ from: 300 }), period({ from: 100 })];
    expect(endOf(cardOf(...periods), periods[1]!)).toBe(Infinity);
  });
});

describe('tiers', () => {
  const thresholds = fc.uniqueArray(fc.nat({ max: 50 }), { maxLength: 4 });
  const tiered = (above: readonly number[]) =>
    period({
      tiers: tiersOf(
        usd({ input: '1', output: '7' }),
        above.map((one) => ({ above: one, rates: usd({ input: String(one + 2) }) })),
      ),
    });

  test('the tier of the largest threshold that the input is above, in whatever order they were said', () => {
    fc.assert(
      fc.property(thresholds, fc.nat({ max: 60 }), (above, input) => {
        const largest = Math.max(-1, ...above.filter((one) => input > one));
        const tier = tierFor(tiered(above), input);
        expect(tier.above).toBe(largest);
        expect(tier.rates.get('input')?.text).toBe(largest === -1 ? '1' : String(largest + 2));
        // What a tier does not name is asked as below it.
        expect(tier.rates.get('output')?.text).toBe('7');
      }),
    );
  });

  test('the threshold itself is still below, and no input is in the first', () => {
    const three = tiered([10, 20]);
    expect([0, 10, 11, 20, 21].map((input) => tierFor(three, input).above)).toEqual([-1, -1, 10, 10, 20]);
    expect(tierFor(tiered([0]), 0).above).toBe(-1);
    expect(tierFor(tiered([0]), 1).above).toBe(0);
  });

  test('a tier does not inherit from the tier below, only from the base', () => {
    const [, , last] = tiersOf(usd({ input: '1', output: '1' }), [
      { above: 1, rates: usd({ input: '2', output: '2' }) },
      { above: 2, rates: usd({ input: '3' }) },
    ]);
    expect([...last!.rates].map(([name, rate]) => [name, rate.text])).toEqual([
      ['input', '3'],
      ['output', '1'],
    ]);
  });
});

describe('rates of a model call', () => {
  const text = (rate: Rate | undefined) => rate?.text ?? '';
  const cases = table(`
    priced                        input  read  flags                w5m   flags5m              w1h   flags1h                  output  reasoning  request
    input=1                       1      1     cache_price_missing  1     cache_price_missing  1     cache_price_missing      _       _          _
    input=1,cache_read=2          1      2     _                    1     cache_price_missing  1     cache_price_missing      _       _          _
    input=1,cache_write_5m=2      1      1     cache_price_missing  2     _                    2     cache_1h_price_missing   _       _          _
    input=1,cache_write_1h=3      1      1     cache_price_missing  1     cache_price_missing  3     _                        _       _          _
    cache_read=0                  _      0     _                    _     cache_price_missing  _     cache_price_missing      _       _          _
    output=4,reasoning=5          _      _     cache_price_missing  _     cache_price_missing  _     cache_price_missing      4       5          _
    request=6                     _      _     cache_price_missing  _     cache_price_missing  _     cache_price_missing      _       _          6
    input=0,output=0,reasoning=0  0      0     cache_price_missing  0     cache_price_missing  0     cache_price_missing      0       0          _
  `);
  test.each(cases)('$priced', (row) => {
    const prices = Object.fromEntries(
      row.priced!.split(',').map((one) => one.split('=') as [string, string]),
    );
    const [{ model }] = tiersOf(usd(prices), []);
    expect({
      priced: row.priced,
      input: text(model.input.rate),
      read: text(model.cacheRead.rate),
      flags: model.cacheRead.flags.join(','),
      w5m: text(model.cacheWrite5m.rate),
      flags5m: model.cacheWrite5m.flags.join(','),
      w1h: text(model.cacheWrite1h.rate),
      flags1h: model.cacheWrite1h.flags.join(','),
      output: text(model.output.rate),
      reasoning: text(model.reasoning?.rate),
      request: text(model.request),
    }).toEqual(row);
    expect([...model.input.flags, ...model.output.flags, ...(model.reasoning?.flags ?? [])]).toEqual([]);
    // Without a price of its own reasoning is part of the output.
    expect(model.reasoning === undefined).toBe(!('reasoning' in prices));
  });
});
