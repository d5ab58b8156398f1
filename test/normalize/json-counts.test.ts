import { describe, expect, test } from '@jest/globals';
import { Draft } from '../../src/normalize/draft.ts';
import { ABSENT } from '../../src/normalize/first.ts';
import { FLAG } from '../../src/normalize/flags.ts';
import { openJsonCounts } from '../../src/normalize/json-counts.ts';
import type { JsonObject } from '../../src/normalize/json-text.ts';

const readCounts = openJsonCounts(
  {
    input: ['input', 'prompt'],
    output: ['output'],
    cacheRead: ['details.cached', 'cached'],
    cacheWrite: ['written'],
    cacheWrite5m: ['by_life.5m'],
    cacheWrite1h: ['by_life.1h'],
    reasoning: ['out.details.thought'],
    total: ['total'],
  },
  'exclusive',
);

function read(object: JsonObject): { readonly draft: Draft; readonly any: boolean } {
  const draft = new Draft();
  return { any: readCounts(object, draft), draft };
}

test('every class is found, by its way inwards', () => {
  const { draft, any } = read({
    input: 1,
    output: 2,
    details: { cached: 3 },
    written: 11,
    by_life: { '5m': 5, '1h': 6 },
    out: { details: { thought: 7 } },
    total: 8,
  });
  expect(any).toBe(true);
  expect(draft).toMatchObject({
    hasCounts: true,
    style: 'exclusive',
    input: 1,
    output: 2,
    cacheRead: 3,
    cacheWrite: 11,
    cacheWrite5m: 5,
    cacheWrite1h: 6,
    reasoning: 7,
    total: 8,
  });
});

describe('the better name is believed, unless it is no count', () => {
  test.each<[string, JsonObject, number]>([
    ['both', { input: 1, prompt: 2 }, 1],
    ['the worse one only', { prompt: 2 }, 2],
    ['null', { input: null, prompt: 2 }, 2],
    ['a text', { input: '1', prompt: 2 }, 2],
    ['a negative number', { input: -1, prompt: 2 }, 2],
  ])('%s', (_what, object, input) => expect(read(object).draft.input).toBe(input));

  test('what is none is flagged', () => {
    expect(read({ input: -1, prompt: 2 }).draft.flags).toBe(FLAG.bad_count);
    expect(read({ input: 1, details: { cached: 0.5 }, cached: 3 }).draft).toMatchObject({
      cacheRead: 3,
      flags: FLAG.bad_count,
    });
  });
});

describe('where there is neither input nor output nothing is read', () => {
  test.each<[JsonObject]>([[{}], [{ total: 9 }], [{ details: { cached: 3 } }], [{ input: { output: 3 } }]])(
    '%j',
    (object) => {
      const { any, draft } = read(object);
      expect(any).toBe(false);
      expect(draft).toMatchObject({ hasCounts: false, total: ABSENT, cacheRead: ABSENT });
    },
  );
});

test('an earlier dialect is believed', () => {
  const { draft } = read({ input: 1, output: 2 });
  expect(readCounts({ input: 8, output: 9 }, draft)).toBe(false);
  expect(draft).toMatchObject({ input: 1, output: 2 });
});
