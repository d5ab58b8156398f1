import { describe, expect, test } from '@jest/globals';
import type { Served } from '../../src/domain/served.ts';
import { choose, endOf, openCard, type Period } from '../../src/price/card.ts';
import { rateOf } from '../../src/price/rate.ts';
import { scheduleOf, WEEKDAYS } from '../../src/price/schedule.ts';
import { type Rates, tiersOf } from '../../src/price/tiers.ts';
import { openWhen, type When } from '../../src/price/when.ts';

const usd = (prices: Readonly<Record<string, string>>): Rates =>
  new Map(Object.entries(prices).map(([name, text]) => [name, rateOf(text, 1)!]));

type Given = Partial<Omit<Period, 'when'>> & { readonly when?: When };
const period = ({ when = {}, ...given }: Given): Period => ({
  priceId: 'p',
  source: 'user',
  from: -Infinity,
  to: Infinity,
  when: openWhen(when),
  basis: 'prompt_total',
  tiers: tiersOf(usd({ input: '1' }), []),
  timed: false,
  note: '',
  line: 0,
  ...given,
});
const cardOf = (...periods: readonly Period[]) => openCard({ provider: 'a', model: 'b', periods });
const night = scheduleOf('UTC', WEEKDAYS, [[0, 60]]);

/** The index of the period that holds, and what is doubtful about it. */
function told(periods: readonly Period[], served: Served | undefined, at = 0): string {
  const found = choose(cardOf(...periods), served, at);
  return found === undefined ? '' : [periods.indexOf(found.period), ...found.flags].join(' ');
}

describe('the period that holds at a time', () => {
  test('from its beginning and before its end', () => {
    const periods = [period({ from: 100, to: 200 })];
    expect([99, 100, 199, 200].map((at) => told(periods, undefined, at))).toEqual(['', '0', '0', '']);
  });

  test('of several that are for the same calls the last counts', () => {
    const periods = [
      period({}),
      period({ from: 100 }),
      period({ from: 100, to: 200 }),
      period({ from: 300 }),
    ];
    expect([0, 99, 100, 199, 200, 300].map((at) => told(periods, undefined, at))).toEqual([
      '0',
      '0',
      '2',
      '2',
      '1',
      '3',
    ]);
  });

  test('none holds on a card without periods', () => {
    expect(told([], undefined)).toBe('');
    expect(cardOf().always).toBeUndefined();
  });

  test.each<[string, readonly Period[], boolean]>([
    ['the only one, without an end', [period({})], true],
    ['one for every tier', [period({ when: { tier: '*' } })], true],
    ['one beside those of other tiers and regions', [period({}), period({ when: { tier: 'flex' } })], true],
    ['one that begins', [period({ from: 0 })], false],
    ['one that ends', [period({ to: 0 })], false],
    ['one of some hours', [period({ when: { schedule: night } })], false],
    ['one of another tier', [period({ when: { tier: 'flex' } })], false],
    ['two without an end', [period({}), period({})], false],
  ])('%s: always', (_, periods, always) => {
    expect(cardOf(...periods).always?.period).toBe(always ? periods[0] : undefined);
  });
});

describe('the period for a call', () => {
  const tiers = [period({}), period({ when: { tier: 'flex' } })];
  const every = [period({ when: { tier: '*' } })];
  const places = [
    period({}),
    period({ when: { region: 'eu-*' } }),
    period({ when: { region: 'eu-west-1|ap-south-1' } }),
    period({ when: { tier: 'flex', region: 'eu-*' } }),
  ];
  const anywhere = [period({ when: { region: '*' } }), period({ when: { region: 'us' } })];
  const deployed = [period({}), period({ when: { deployment: 'global' } })];
  const cases: readonly (readonly [string, readonly Period[], Served | undefined, string])[] = [
    ['says nothing: standard', tiers, undefined, '0'],
    ['of that tier', tiers, { tier: 'flex' }, '1'],
    ['of a tier that nobody prices: standard, and it says so', tiers, { tier: 'turbo' }, '0 tier_unpriced'],
    ['of any tier, where the row is for every one', every, { tier: 'turbo' }, '0'],
    ['of a tier where there is no standard price', [tiers[1]!], { tier: 'turbo' }, ''],
    ['a standard one where only flex is priced', [tiers[1]!], undefined, ''],
    ['of a region by its name, before the pattern', places, { region: 'eu-west-1' }, '2'],
    ['of the other region of the same row', places, { region: 'ap-south-1' }, '2'],
    ['of a region by a pattern', places, { region: 'eu-north-1' }, '1'],
    ['of tier and region', places, { region: 'eu-west-1', tier: 'flex' }, '3'],
    ['of that tier elsewhere', places, { region: 'us', tier: 'flex' }, '0 tier_unpriced region_unpriced'],
    ['of an unknown region', places, undefined, '0 region_unknown'],
    ['of a region that nobody prices', places, { region: 'us' }, '0 region_unpriced'],
    ['where the user says that the others are all one', anywhere, { region: 'eu' }, '0'],
    ['the same for an unknown region', anywhere, undefined, '0'],
    ['of a deployment', deployed, { deployment: 'global' }, '1'],
    ['of an unknown deployment', deployed, undefined, '0 deployment_unknown'],
    ['of another deployment', deployed, { deployment: 'datazone' }, '0 deployment_unpriced'],
  ];
  test.each(cases)('%s', (_, periods, served, wanted) => {
    expect(told(periods, served)).toBe(wanted);
    // Whatever the order in which the rows stand.
    const found = choose(cardOf(...periods.toReversed()), served, 0);
    expect(found && periods.indexOf(found.period)).toBe(wanted === '' ? undefined : Number(wanted[0]));
  });

  test('the hours of a row before a row for all hours', () => {
    const periods = [period({ when: { schedule: night } }), period({})];
    expect([0, 3_599_999, 3_600_000].map((at) => told(periods, undefined, at))).toEqual(['0', '0', '1']);
  });

  test('a list that has some regions’ prices says where it is none of them', () => {
    const listed = period({ source: 'snapshot' });
    const card = openCard({ provider: 'a', model: 'b', periods: [listed], listedIn: (one) => one === 'us' });
    expect(
      [undefined, { region: 'us' }, { region: 'eu' }].map((served) => choose(card, served, 0)?.flags),
    ).toEqual([[], [], ['region_unpriced']]);
    // Regional rows of a list without such a rule are for the places that they name, and the rest is one.
    const regional = period({ source: 'overlay', when: { region: 'eu' } });
    const rest = openCard({ provider: 'a', model: 'b', periods: [listed, regional] });
    expect([undefined, { region: 'us' }].map((served) => choose(rest, served, 0)?.flags)).toEqual([[], []]);
  });
});

describe('until when a period holds', () => {
  test.each<[string, readonly Period[], number]>([
    ['its own end', [period({ to: 200 })], 200],
    ['for ever', [period({})], Infinity],
    ['the start of the next', [period({}), period({ from: 100 })], 100],
    ['the earlier of the two', [period({ to: 50 }), period({ from: 100 })], 50],
    ['the nearest of those that follow', [period({}), period({ from: 300 }), period({ from: 100 })], 100],
    ['some hours end nothing', [period({}), period({ from: 100, when: { schedule: night } })], Infinity],
    ['another tier ends nothing', [period({}), period({ from: 100, when: { tier: 'flex' } })], Infinity],
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
