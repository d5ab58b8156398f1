import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkJson } from '../../src/decode/json-check.ts';
import { JsonCursor } from '../../src/decode/json-cursor.ts';
import { Malformed } from '../../src/decode/malformed.ts';
import { Source } from '../../src/decode/source.ts';
import { TextTable } from '../../src/decode/text-table.ts';

function passes(text: string): boolean {
  try {
    checkJson(Buffer.from(text));
    return true;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Texts that are nearly JSON: real ones, with a character or two changed. */
const nearly = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.array(
      fc.tuple(
        fc.nat(500),
        fc.constantFrom('', ',', '"', '}', ']', '{', '[', ':', '\\', '0', '-', '.', 'e', 'u', ' ', '\n'),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([json, edits]) =>
    edits.reduce((text, [at, put]) => {
      const place = at % text.length;
      return text.slice(0, place) + put + text.slice(place + 1);
    }, `{"a":${json}}`),
  );

describe('checkJson', () => {
  test('passes exactly the objects that JSON.parse passes', () => {
    fc.assert(
      fc.property(nearly, (text) => passes(text) === isObject(text)),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['{"a":01}', false],
    ['{"a":+1}', false],
    ['{"a":.5}', false],
    ['{"a":1.}', false],
    ['{"a":1e}', false],
    ['{"a":-}', false],
    ['{"a":-0.0E-0}', true],
    ['{"a":nul}', false],
    ['{"a":NaN}', false],
    ["{'a':1}", false],
    ['{a:1}', false],
    ['{"a":"\u001f"}', false],
    ['{"a":"\u0020\u007f"}', true],
    ['{"a":"\\u00e9\\/"}', true],
    ['{"a":1}//', false],
    ['{"a":1,"a":2}', true],
    ['{"":{"":[]}}', true],
    [' \t\r\n{ "a" : [ 1 , 2 ] } \n', true],
  ])('%s: %p', (text, good) => {
    expect(passes(text)).toBe(good);
    expect(isObject(text)).toBe(good);
  });

  test('gives the ends of long brackets, and skipping over them lands where skipping byte by byte does', () => {
    const text = `{"a":{"b":["${'x]'.repeat(5000)}"]},"c":[]}`;
    const ends = checkJson(Buffer.from(text));
    expect([...ends].map(([start, end]) => [text[start], text[end - 1]])).toEqual([
      ['[', ']'],
      ['{', '}'],
      ['{', '}'],
    ]);
    for (const [start, end] of ends) {
      const source = new Source(Buffer.from(text), new TextTable());
      const [byByte, byMap] = [new JsonCursor(source, start), new JsonCursor(source, start, ends)];
      byByte.skip();
      byMap.skipLong();
      expect([byByte.at, byMap.at]).toEqual([end, end]);
    }
  });
});
