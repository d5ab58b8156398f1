import { describe, expect, test } from '@jest/globals';
import { readUserFile } from '../../src/price/user-file.ts';
import { bookOf, callOf, nanos, priced, totalOf } from './uses.ts';

const complaintsOf = (body: string): readonly string[] => {
  const file = readUserFile('prices.yaml', `version: 1\n${body}`, 'h');
  return file.kind === 'refused' ? file.complaints : [];
};
/** A file of one model, whose price begins on line 4. */
const model = (rest: string) => `prices:\n  - match: {exact: a}\n    ${rest.replaceAll('\n', '\n    ')}`;

describe('counts', () => {
  const per = (count: string) => model(`usd: {request: {per: ${count}, price: "0.001"}}`);
  test.each([
    ['1', '0.001'],
    ['10', '0.0001'],
    ['1k', '0.000001'],
    ['"1k"', '0.000001'],
    ['1M', '0.000000001'],
    ['000000000001', '0.001'],
  ])('%s units', (count, usd) => {
    const call = callOf('any', 'a', { input: 0 });
    expect(totalOf(priced(bookOf(`version: 1\n${per(count)}`), call))).toBe(usd);
  });

  test.each([
    '0',
    '-1',
    '1.5',
    '1K',
    '1m',
    '1MM',
    '1 k',
    '1e3',
    '1_000',
    'k',
    '""',
    '1000000000000M',
    '0000000000001',
  ])('%s is none', (count) => {
    const shown = count === '""' ? '' : count;
    expect(complaintsOf(per(count))).toEqual([
      `prices.yaml:4: prices[0].usd.request.per must be a count of units such as 1, 1k or 1M, not "${shown}"`,
    ]);
  });

  test.each([
    ['[1]', 'a map or list'],
    ['~', 'empty'],
    ['', 'empty'],
  ])('nor is %j', (count, shown) => {
    expect(complaintsOf(per(count))).toEqual([
      `prices.yaml:4: prices[0].usd.request.per must be a count of units such as 1, 1k or 1M, not ${shown}`,
    ]);
  });
});

describe('prices', () => {
  const costs = (price: string) => model(`usd: {request: ${price}}`);
  test.each([
    ['0', '0'],
    ['1', '1'],
    ['"1.50"', '1.5'],
    ['0.000000000001', '0.000000000001'],
    // As fine as a rate can be; the amount of one rounds half to even.
    ['0.000000000000001', '0'],
    ['0.000000000001500', '0.000000000002'],
    ['9223.372036854775807', '9223.372036854776'],
    ['000000001', '1'],
  ])('%s dollars', (price, usd) => {
    expect(totalOf(priced(bookOf(`version: 1\n${costs(price)}`), callOf('any', 'a', { input: 0 })))).toBe(
      usd,
    );
  });

  test.each([
    '-0',
    '+1',
    '1.',
    '.5',
    '1e3',
    '1,5',
    '$1',
    '1_000',
    '0000000001',
    '0.0000000000000001',
    'true',
    '0x1',
  ])('%s is none', (price) => {
    expect(complaintsOf(costs(`"${price}"`))).toEqual([
      `prices.yaml:4: prices[0].usd.request must be dollars as a decimal such as "2.50", not "${price}"`,
    ]);
  });
});

describe('times', () => {
  const from = (time: string) => model(`rates: [{valid: {from: ${time}}, usd: {request: "1"}}]`);
  test.each([
    ['2026-11-01', '2026-11-01T00:00:00Z'],
    ['2026-11-01T12:30Z', '2026-11-01T12:30:00Z'],
    ['2026-11-01T12:30:15Z', '2026-11-01T12:30:15Z'],
    ['2026-11-01T12:30:15.5Z', '2026-11-01T12:30:15.500Z'],
    ['2026-11-01T12:30:15.123Z', '2026-11-01T12:30:15.123Z'],
    ['2026-11-01T12:30+01:30', '2026-11-01T11:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
  ])('from %s on', (time, at) => {
    const book = bookOf(`version: 1\n${from(time)}`);
    const costAt = (end: bigint) => totalOf(priced(book, callOf('any', 'a', { input: 0 }, { end })));
    expect(costAt(nanos(at))).toBe('1');
    expect(costAt(nanos(at) - 1_000_000n)).toBe('unpriced:price_not_yet_effective');
  });

  test.each([
    'soon',
    '2026',
    '2026-11',
    '2026-1-1',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-11-00',
    '2026-11-01T24:00Z',
    '2026-11-01T12:60Z',
    '2026-11-01T12:00',
    '2026-11-01T12',
    '2026-11-01 12:00:00Z',
    '2026-11-01T12:00:00.1234Z',
    '2026-11-01T12:00:00z',
    '2026-11-01T12:00:00+0100',
    '2026-11-01Z',
    'x2026-11-01',
    '20261101',
  ])('%s is none', (time) => {
    expect(complaintsOf(from(`"${time}"`))).toEqual([
      'prices.yaml:4: prices[0].rates[0].valid.from must be a time such as 2026-11-01 or 2026-11-01T00:00:00Z, ' +
        `not "${time}"`,
    ]);
  });

  test('an end holds no longer, and no time is all of it', () => {
    const book = bookOf(
      `version: 1\n${model('rates:\n  - {valid: {from:, to: 2026-01-01, confidence: observed}, usd: {request: "1"}}\n  - {valid: {from: 2026-01-01, to: ~}, usd: {request: "2"}}')}`,
    );
    const costAt = (time: string) =>
      totalOf(priced(book, callOf('any', 'a', { input: 0 }, { end: nanos(time) })));
    expect(['1971-01-01', '2025-12-31T23:59:59.999Z', '2026-01-01', '2199-01-01'].map(costAt)).toEqual([
      '1',
      '1',
      '2',
      '2',
    ]);
    expect(
      complaintsOf(model('rates: [{valid: {from: 2026-01-01, to: 2026-01-01}, usd: {request: "1"}}]')),
    ).toHaveLength(1);
    expect(complaintsOf(model('rates: [{valid: {from: [1]}, usd: {request: "1"}}]'))[0]).toMatch(
      /, not a map or list$/,
    );
  });
});
