import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_USAGE } from '../../src/domain/usage.ts';
import { type Rate, rateOf } from '../../src/price/rate.ts';
import { type Rates, tierFor, tiersOf } from '../../src/price/tiers.ts';
import { table } from '../support/table.ts';

const usd = (prices: Readonly<Record<string, string>>): Rates =>
  new Map(Object.entries(prices).map(([name, text]) => [name, rateOf(text, 1)!]));

describe('tiers', () => {
  const thresholds = fc.uniqueArray(fc.nat({ max: 50 }), { maxLength: 4 });
  const tiered = (above: readonly number[]) =>
    tiersOf(
      usd({ input: '1', output: '7' }),
      above.map((one) => ({ above: one, rates: usd({ input: String(one + 2) }) })),
    );
  const fitting = (tiers: ReturnType<typeof tiersOf>, input: number) =>
    tierFor(tiers, 'prompt_total', { ...NO_USAGE, input });

  test('the tier of the largest threshold that the input is above, in whatever order they were said', () => {
    fc.assert(
      fc.property(thresholds, fc.nat({ max: 60 }), (above, input) => {
        const largest = Math.max(-1, ...above.filter((one) => input > one));
        const tier = fitting(tiered(above), input);
        expect(tier.above).toBe(largest);
        expect(tier.rates.get('input')?.text).toBe(largest === -1 ? '1' : String(largest + 2));
        // What a tier does not name is asked as below it.
        expect(tier.rates.get('output')?.text).toBe('7');
      }),
    );
  });

  test('the threshold itself is still below, and no input is in the first', () => {
    const three = tiered([10, 20]);
    expect([0, 10, 11, 20, 21].map((input) => fitting(three, input).above)).toEqual([-1, -1, 10, 10, 20]);
    expect(fitting(tiered([0]), 0).above).toBe(-1);
    expect(fitting(tiered([0]), 1).above).toBe(0);
  });

  test('a threshold counts the cached part of a prompt, or leaves it out', () => {
    const tiers = tiered([100]);
    const usage = { ...NO_USAGE, input: 150, cacheRead: 30, cacheWrite5m: 10, cacheWrite1h: 11 };
    expect(tierFor(tiers, 'prompt_total', usage).above).toBe(100);
    expect(tierFor(tiers, 'prompt_uncached', usage).above).toBe(-1);
    expect(tierFor(tiers, 'prompt_uncached', { ...usage, input: 152 }).above).toBe(100);
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
