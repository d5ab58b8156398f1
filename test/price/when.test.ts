import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { globOf } from '../../src/domain/policy.ts';
import { scheduleOf, WEEKDAYS } from '../../src/price/schedule.ts';
import { accepts, globsMeet, meetOf, openWhen, relationOf, type When } from '../../src/price/when.ts';
import { table } from '../support/table.ts';

const night = scheduleOf('UTC', WEEKDAYS, [[0, 60]]);
const early = scheduleOf('UTC', WEEKDAYS, [[0, 30]]);

/** `flex/eu/global/night`, any of them `_`. */
const whenOf = (text: string): When => {
  const [tier, region, deployment, hours] = text.split('/').map((part) => (part === '_' ? undefined : part));
  return {
    ...(tier !== undefined && { tier }),
    ...(region !== undefined && { region }),
    ...(deployment !== undefined && { deployment }),
    ...(hours !== undefined && { schedule: hours === 'early' ? early : night }),
  };
};

describe('how the calls of two rates lie to each other', () => {
  const cases = table(`
    left              right             relation
    _/_/_/_           _/_/_/_           equal
    flex/_/_/_        _/_/_/_           apart
    flex/_/_/_        batch/_/_/_       apart
    flex/_/_/_        */_/_/_           within
    _/_/_/_           */_/_/_           within
    _/eu-1/_/_        _/_/_/_           within
    _/*/_/_           _/_/_/_           equal
    _/eu-1/_/_        _/eu-*/_/_        within
    _/eu-1/_/_        _/us-*/_/_        apart
    _/eu-*/_/_        _/*-1/_/_         cross
    _/eu-*/_/_        _/e*/_/_          within
    _/a|b/_/_         _/b|c/_/_         cross
    _/a|b/_/_         _/c|b|a/_/_       within
    _/a|b/_/_         _/b|a/_/_         equal
    _/a|b/_/_         _/c|d/_/_         apart
    _/_/global/_      _/_/_/_           within
    _/_/global/_      _/_/regional/_    apart
    _/_/_/night       _/_/_/_           within
    _/_/_/early       _/_/_/night       within
    _/eu-1/_/_        _/_/global/_      cross
    _/eu-1/_/_        */_/global/_      cross
    _/eu-1/global/_   _/_/global/_      within
    _/eu-1/_/night    _/eu-*/_/_        within
    _/eu-*/_/_        _/us-*|eu-*/_/_   within
    _/eu-*/_/_        _/eu-*|ap-1/_/_   within
    _/eu-*|us-1|us-2/_/_  _/eu-*|us-*/_/_  within
    _/eu-*|us-1|us-2/_/_  _/eu-*|us-west*|us-1|us-2/_/_  within
  `);
  const BACK: Readonly<Record<string, string>> = { within: 'around', around: 'within' };
  test.each(cases)('$left and $right: $relation', ({ left, right, relation }) => {
    expect(relationOf(whenOf(left!), whenOf(right!))).toBe(relation);
    expect(relationOf(whenOf(right!), whenOf(left!))).toBe(BACK[relation!] ?? relation);
  });

  test.each(cases.filter(({ relation }) => relation === 'within'))(
    '$left is the more specific of $right',
    ({ left, right }) => {
      expect(openWhen(whenOf(left!)).score).toBeGreaterThan(openWhen(whenOf(right!)).score);
    },
  );
});

const tier = fc.constantFrom(undefined, '*', 'flex', 'batch');
const region = fc.constantFrom(undefined, '*', 'eu-1', 'eu-2', 'eu-*', '*-1', 'eu-1|us-1', 'us-*|eu-*');
const deployment = fc.constantFrom(undefined, 'global', 'regional');
const when: fc.Arbitrary<When> = fc
  .tuple(tier, region, deployment, fc.constantFrom(undefined, night, early))
  .map(([one, two, three, four]) => ({
    ...(one !== undefined && { tier: one }),
    ...(two !== undefined && { region: two }),
    ...(three !== undefined && { deployment: three }),
    ...(four !== undefined && { schedule: four }),
  }));

/** Every kind of call that the selectors can tell apart. */
const CALLS = [undefined, 'flex', 'batch', 'other'].flatMap((served) =>
  [undefined, 'eu-1', 'eu-2', 'us-1', 'us-2', 'x'].flatMap((place) =>
    [undefined, 'global', 'regional'].flatMap((kind) =>
      [0, 45, 90].map((minute) => ({ served, place, kind, atMs: minute * 60_000 })),
    ),
  ),
);
const callsOf = (one: When) => {
  const open = openWhen(one);
  return CALLS.filter(({ served, place, kind, atMs }) =>
    accepts(
      open,
      served,
      { ...(place !== undefined && { region: place }), ...(kind !== undefined && { deployment: kind }) },
      atMs,
    ),
  );
};

describe('the calls that rates accept', () => {
  test('are as their relation says, and the narrower has the larger score', () => {
    fc.assert(
      fc.property(when, when, (left, right) => {
        const [own, other] = [callsOf(left), callsOf(right)];
        const relation = relationOf(left, right);
        const both = own.filter((call) => other.includes(call));
        if (relation === 'apart') expect(both).toEqual([]);
        if (relation === 'equal') expect(own).toEqual(other);
        if (relation === 'within') expect(both).toEqual(own);
        if (relation === 'around') expect(both).toEqual(other);
        if (relation === 'within') expect(openWhen(left).score).toBeGreaterThan(openWhen(right).score);
      }),
    );
  });

  test('where two cross, what they share is what both accept, if a rate can say it', () => {
    fc.assert(
      fc.property(when, when, (left, right) => {
        if (relationOf(left, right) !== 'cross') return;
        const meet = meetOf(left, right);
        const other = callsOf(right);
        if (meet !== undefined)
          expect(callsOf(meet)).toEqual(callsOf(left).filter((call) => other.includes(call)));
      }),
    );
  });
});

describe('two patterns', () => {
  const glob = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 5 }).map((parts) => parts.join(''));
  const texts = ['', 'a', 'b', 'aa', 'ab', 'ba', 'bb'];
  const all = texts.flatMap((one) => texts.flatMap((two) => texts.map((three) => one + two + three)));

  test('meet where some text fits both', () => {
    fc.assert(
      fc.property(glob, glob, (left, right) => {
        const [one, other] = [globOf(left), globOf(right)];
        if (all.some((text) => one(text) && other(text))) expect(globsMeet(left, right)).toBe(true);
        if (!left.includes('*')) expect(globsMeet(left, right)).toBe(other(left));
      }),
    );
  });
});
