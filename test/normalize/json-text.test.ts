import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '../../src/domain/limits.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { ABSENT } from '../../src/normalize/first.ts';
import { FLAG } from '../../src/normalize/flags.ts';
import {
  firstJson,
  memberCount,
  memberObject,
  memberText,
  memberUsd,
} from '../../src/normalize/json-text.ts';
import { type PlainValue, spanView } from '../support/span-view.ts';

const vocabulary = new Vocabulary();
const keys = [vocabulary.key('better'), vocabulary.key('worse')];
const jsonOf = (better: PlainValue, worse: PlainValue = '') =>
  firstJson(spanView(vocabulary, { attributes: { better, worse } }), keys);

describe('JSON text in an attribute', () => {
  test.each<[string, PlainValue, unknown]>([
    ['an object', '{"a":1}', { a: 1 }],
    ['blanks around it', ' \n{"a":1} ', { a: 1 }],
    ['an array', '[1]', {}],
    ['a number in text', '12', {}],
    ['a number', 12, {}],
    ['half of it', '{"a":1', {}],
    ['a plain word', 'hello', {}],
    ['a Python dictionary', "{'a': 1}", { a: 1 }],
    ['its words', "{'a': None, 'b': [True, False], 'c': {}}", { a: null, b: [true, false], c: {} }],
    ['its words in texts', "{'a': 'None', 'b': \"it's True\"}", { a: 'None', b: "it's True" }],
    ['its quotes', "{'a': 'say \"x\"'}", { a: 'say "x"' }],
    ['what is only alike', "{'a': object()}", {}],
    ['half of a dictionary', "{'a': 1", {}],
    ['a map of OTLP', { a: 1 }, {}],
    ['100,000 levels', `{"a":${'['.repeat(100_000)}`, {}],
  ])('%s', (_what, value, expected) => expect(jsonOf(value)).toEqual(expected));

  test('the first attribute that holds an object counts', () => {
    expect(jsonOf('{"a":1}', '{"a":2}')).toEqual({ a: 1 });
    expect(jsonOf('broken', '{"a":2}')).toEqual({ a: 2 });
    expect(jsonOf('{broken', '{"a":2}')).toEqual({ a: 2 });
  });

  test('at the limit it is read, one byte past it is not', () => {
    const rest = '{"a":1,"b":""}'.length;
    const text = (length: number) => `{"a":1,"b":"${'x'.repeat(length - rest)}"}`;
    expect(jsonOf(text(LIMITS.longTextBytesMax))).toMatchObject({ a: 1 });
    expect(jsonOf(text(LIMITS.longTextBytesMax + 1))).toEqual({});
  });
});

describe('members', () => {
  const count = (object: Record<string, unknown>, ...names: string[]) => {
    const doubts = { flags: 0 };
    return [memberCount(object, names, doubts), doubts.flags];
  };

  test('the first usable count, and what is none is flagged', () => {
    expect(count({ a: 7, b: 8 }, 'a', 'b')).toEqual([7, 0]);
    expect(count({ b: 8 }, 'a', 'b')).toEqual([8, 0]);
    expect(count({ a: null, b: 8 }, 'a', 'b')).toEqual([8, 0]);
    expect(count({ a: -1, b: 8 }, 'a', 'b')).toEqual([8, FLAG.bad_count]);
    expect(count({ a: 1.5 }, 'a')).toEqual([ABSENT, FLAG.bad_count]);
    expect(count({ a: '7' }, 'a')).toEqual([ABSENT, FLAG.bad_count]);
    expect(count({ a: 1e13 }, 'a')).toEqual([ABSENT, FLAG.bad_count]);
    expect(Object.is(count({ a: -0 }, 'a')[0], 0)).toBe(true);
    expect(count({}, 'a')).toEqual([ABSENT, 0]);
  });

  test('names that every object inherits are none of its own', () => {
    expect(count({}, 'constructor', 'toString')).toEqual([ABSENT, 0]);
    expect(memberObject({}, '__proto__')).toEqual({});
    expect(memberText({}, ['constructor'])).toBeUndefined();
  });

  test('objects and texts', () => {
    expect(memberObject({ a: { b: 1 } }, 'a')).toEqual({ b: 1 });
    for (const a of [[1], null, 'text', 1]) expect(memberObject({ a }, 'a')).toEqual({});
    expect(memberText({ a: '', b: 'x' }, ['a', 'b'])).toBe('x');
    expect(memberText({ a: 1 }, ['a'])).toBeUndefined();
  });
});

test('whatever the text is, an object comes back, and counts are whole', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.string(), (text, name) => {
      const object = jsonOf(text);
      const found = memberCount(object, [name, ...Object.keys(object)], { flags: 0 });
      expect(Number.isSafeInteger(found) && found >= ABSENT).toBe(true);
    }),
  );
});

describe('an amount of dollars', () => {
  const usd = (object: Record<string, unknown>, ...names: string[]) => {
    const doubts = { flags: 0 };
    return [memberUsd(object, names, doubts), doubts.flags];
  };
  test.each<[string, Record<string, unknown>, string | undefined, number]>([
    ['a number', { a: 0.25 }, '0.25', 0],
    ['a text', { a: '0.000000123' }, '0.000000123', 0],
    ['a tiny number, which JavaScript writes with an exponent', { a: 2.5e-7 }, '0.00000025', 0],
    ['zero', { a: 0 }, '0', 0],
    ['nothing', {}, undefined, 0],
    ['null', { a: null, b: 1 }, '1', 0],
    ['less than nothing', { a: -1, b: 2 }, '2', FLAG.bad_amount],
    ['a word', { a: 'much' }, undefined, FLAG.bad_amount],
    ['an object', { a: { total: 1 } }, undefined, FLAG.bad_amount],
  ])('%s', (_what, object, expected, flags) => expect(usd(object, 'a', 'b')).toEqual([expected, flags]));
});
