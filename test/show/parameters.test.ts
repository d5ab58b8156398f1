import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  count,
  listOf,
  oneOf,
  outcome,
  type Parameter,
  readQuery,
  text,
  time,
  usd,
  window,
} from '../../src/show/parameters.ts';
import { periodOf } from '../../src/show/period.ts';
import { badParameter, isProblem, problem, shown } from '../../src/show/problem.ts';
import { table } from '../support/table.ts';

const KINDS: Readonly<Record<string, Parameter<unknown>>> = {
  text: text(''),
  time: time(''),
  window,
  usd: usd(''),
  outcome,
  sort: oneOf(['cost', 'closed_at'], ''),
  limit: count(1000, ''),
  group_by: listOf(['agent_type', 'model', 'team'], ''),
};

/** What a parameter reads, as text; `refused` where it takes nothing of it. */
function readAs(kind: string, given: string): string {
  const value = KINDS[kind]!.read(given);
  if (value === undefined) return 'refused';
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? `[${value.join('+')}]` : String((value as { ms: number }).ms);
}

describe('what each kind of parameter reads', () => {
  const cases = table(`
    kind      given                                    read
    text      anything                                 anything
    text      _                                        _
    time      1970-01-01T00:00:00Z                     0
    time      1970-01-01T00:00:00.000000001Z           1
    time      1970-01-01T01:00:00+01:00                0
    time      1970-01-01T01:00:00·01:00                0
    time      1970-01-01·01:00:00·01:00                0
    time      1969-12-31T23:59:59.999999999Z           -1
    time      2262-04-11T23:47:16.854775807Z           9223372036854775807
    time      2262-04-11T23:47:16.854775808Z           refused
    time      1677-09-21T00:12:43.145224193Z           -9223372036854775807
    time      1677-09-21T00:12:43.145224192Z           refused
    time      1970-01-01T00:00:00                      refused
    time      1970-01-01T00:00:00·Z                    refused
    time      1970-01-01                               refused
    time      0                                        refused
    time      _                                        refused
    window    1s                                       1000
    window    90m                                      5400000
    window    36525d                                   3155760000000
    window    36526d                                   refused
    window    876600h                                  3155760000000
    window    876601h                                  refused
    window    01h                                      refused
    window    1.5h                                     refused
    window    -1h                                      refused
    window    1H                                       refused
    window    ·1h                                      refused
    window    h                                        refused
    usd       0                                        0
    usd       0.25                                     250000000000
    usd       1e-12                                    1
    usd       ·5·                                      5000000000000
    usd       9223372.036854775807                     9223372036854775807
    usd       9223372.036854775808                     refused
    usd       -0.01                                    refused
    usd       $5                                       refused
    usd       1,000                                    refused
    usd       _                                        refused
    outcome   open                                     open
    outcome   abandoned                                abandoned
    outcome   Open                                     refused
    outcome   _                                        refused
    sort      cost                                     cost
    sort      cost,closed_at                           refused
    limit     1                                        1
    limit     1000                                     1000
    limit     1001                                     refused
    limit     0                                        refused
    limit     +1                                       refused
    limit     1.0                                      refused
    limit     0x1                                      refused
    limit     99999999999                              refused
    group_by  _                                        []
    group_by  team                                     [team]
    group_by  model,·agent_type                        [model+agent_type]
    group_by  model,team,agent_type                    [model+team+agent_type]
    group_by  model,                                   refused
    group_by  ,                                        refused
    group_by  model,model                              refused
    group_by  model;team                               refused
    group_by  toString                                 refused
  `);
  test.each(cases)('$kind "$given" is $read', ({ kind, given, read }) => {
    expect(readAs(kind!, given!)).toBe(read);
  });

  test('any text is read or not, and what is read is in its bounds', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789.:-+TZehdsm ,'), maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), digits), (given) => {
        const at = KINDS.time!.read(given) as bigint | undefined;
        expect(at === undefined || (at < 2n ** 63n && at > -(2n ** 63n))).toBe(true);
        const amount = KINDS.usd!.read(given) as bigint | undefined;
        expect(amount === undefined || (amount >= 0n && amount < 2n ** 63n)).toBe(true);
        const limit = KINDS.limit!.read(given) as number | undefined;
        expect(limit === undefined || (limit >= 1 && limit <= 1000)).toBe(true);
      }),
    );
  });

  test('any list of names without repeats is read in its order, with one more it is not', () => {
    const names = ['agent_type', 'model', 'team'] as const;
    fc.assert(
      fc.property(fc.shuffledSubarray([...names]), fc.constantFrom(...names, 'x', ''), (chosen, more) => {
        expect(KINDS.group_by!.read(chosen.join(','))).toEqual(chosen);
        const read = KINDS.group_by!.read([...chosen, more].join(','));
        const fits = chosen.length === 0 && more === '' ? [] : [...chosen, more];
        const known = fits.every((name) => names.some((one) => one === name));
        expect(read).toEqual(known && new Set(fits).size === fits.length ? fits : undefined);
      }),
    );
  });
});

describe('a whole query', () => {
  const parameters = { limit: count(10, ''), group_by: listOf(['a', 'b'], ''), note: text('') };
  const told = (query: Record<string, string | string[] | undefined>) => {
    const read = readQuery(parameters, query);
    return read.kind === 'read' ? read.values : read.problem.detail;
  };

  test('what is left out is not there, what is given is read, repeats are joined where that is allowed', () => {
    expect(told({})).toEqual({});
    expect(told({ limit: undefined })).toEqual({});
    expect(told({ limit: '5', group_by: ['a', 'b'], note: '' })).toEqual({
      limit: 5,
      group_by: ['a', 'b'],
      note: '',
    });
    expect(told({ group_by: ['a,b'] })).toEqual({ group_by: ['a', 'b'] });
  });

  test('what is refused says what was given and what was wanted', () => {
    expect(told({ limit: '11' })).toBe('limit is "11", but should be a whole number from 1 to 10');
    expect(told({ limit: ['1', '1'] })).toBe('limit is ["1","1"], but should be given once');
    expect(told({ group_by: ['a', 'a'] })).toBe(
      'group_by is ["a","a"], but should be a comma list of a, b, each once',
    );
    expect(told({ Limit: '1' })).toBe('unknown parameter Limit; it should be one of limit, group_by, note');
    expect(told(JSON.parse('{"__proto__":"1"}'))).toMatch(/^unknown parameter __proto__;/);
    expect(told({ hasOwnProperty: '1' })).toMatch(/^unknown parameter hasOwnProperty;/);
  });

  test('the first mistake is told, and it is the same whatever comes after it', () => {
    expect(told({ limit: 'x', note: 'y', zzz: '1' })).toBe(told({ limit: 'x' }));
  });
});

describe('the period', () => {
  const now = Date.UTC(2026, 10, 23, 12);
  const ns = (ms: number) => BigInt(ms) * 1_000_000n;
  const hour = { name: '1h', ms: 3_600_000 };
  const asked = { window: undefined, from: undefined, to: undefined };

  test('is all time, a window up to now, or what was told', () => {
    expect(periodOf(asked, now)).toEqual({ from: 0n, to: ns(now + 1) });
    expect(periodOf({ ...asked, window: hour }, now)).toEqual({
      from: ns(now) - ns(hour.ms),
      to: ns(now + 1),
    });
    expect(periodOf({ ...asked, from: 5n }, now)).toEqual({ from: 5n, to: ns(now + 1) });
    expect(periodOf({ ...asked, to: 5n }, now)).toEqual({ from: 0n, to: 5n });
    expect(periodOf({ ...asked, to: -5n }, now)).toEqual({ from: -5n, to: -5n });
    expect(periodOf({ ...asked, from: 5n, to: 5n }, now)).toEqual({ from: 5n, to: 5n });
  });

  test.each([
    [
      'window',
      { ...asked, window: hour, from: 0n },
      'window goes without from and to: give one or the other',
    ],
    ['window', { ...asked, window: hour, to: 0n }, 'window goes without from and to: give one or the other'],
    ['from', { ...asked, from: 6n, to: 5n }, 'from should not be after to'],
    ['from', { ...asked, from: ns(now + 2) }, 'from should not be after to'],
  ])('%s: %j', (parameter, given, detail) => {
    expect(periodOf(given, now)).toEqual(problem(400, detail, { parameter }));
  });
});

describe('problems', () => {
  test('have the title of their status, and fields that were not told are not there', () => {
    expect(problem(404, 'x')).toEqual({ type: 'about:blank', title: 'Not Found', status: 404, detail: 'x' });
    expect(problem(499, 'x').title).toBe('Error');
    expect([isProblem(problem(400, '')), isProblem({ type: 'other' }), isProblem({})]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each([
    [undefined, 'missing'],
    [null, 'null'],
    ['', '""'],
    ['\n', String.raw`"\n"`],
    [{ a: [1] }, '{"a":[1]}'],
    ['x'.repeat(78), `"${'x'.repeat(78)}"`],
    ['x'.repeat(79), `"${'x'.repeat(76)}...`],
    [`x${'🎫'.repeat(50)}`, `"x${'🎫'.repeat(37)}\ufffd...`],
  ])('%j is shown as %s', (given, as) => {
    expect(shown(given)).toBe(as);
  });

  test('whatever was given, a message stays short, on one line and well-formed', () => {
    const given = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: fc.constantFrom('🎫', 'a', '\n', '\ud800'), maxLength: 90, size: 'max' }),
    );
    fc.assert(
      fc.property(given, (value) => {
        const { detail, parameter } = badParameter('p', value, 'good');
        expect(parameter).toBe('p');
        expect(detail).toMatch(/^p is .{0,80}, but should be good$/);
        expect(detail).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});
