/** The keys that a span carries can be listed: normalize asks for them instead of for every name it knows. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openDecoder } from '../../src/decode/decoder.ts';
import type { AttributeView } from '../../src/domain/span.ts';
import { IDS } from './json-bodies.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const listed = (view: AttributeView) =>
  Array.from({ length: view.keyCount }, (_, index) => NAMES[view.keyAt(index)]!);

/** What each span lists of itself, and what of its resource. */
function keysOf(spans: readonly (readonly string[])[], resource: readonly string[] = []) {
  const list = (keys: readonly string[]) =>
    `[${keys.map((key) => `{"key":"${key}","value":{"stringValue":"x"}}`).join()}]`;
  const text = spans.map((keys) => `{${IDS},"attributes":${list(keys)}}`).join();
  const body = `{"resourceSpans":[{"resource":{"attributes":${list(resource)}},"scopeSpans":[{"spans":[${text}]}]}]}`;
  const seen: string[][] = [];
  openDecoder(NAMES).json(Buffer.from(body), (span) =>
    seen.push([...listed(span), '|', ...listed(span.resource)]),
  );
  return seen.map((keys) => keys.join(' '));
}

describe('the keys of a span', () => {
  test('in the order in which they came, without those that nobody reads', () => {
    expect(keysOf([['c', 'unknown', 'a']])).toEqual(['c a |']);
    expect(keysOf([[]])).toEqual(['|']);
  });

  test('of one that is repeated only once', () => {
    expect(keysOf([['b', 'a', 'b', 'b']])).toEqual(['b a |']);
  });

  test('not those of the span before it, nor of its resource', () => {
    expect(keysOf([['a', 'b'], ['c'], []], ['d'])).toEqual(['a b | d', 'c | d', '| d']);
  });

  test('whatever spans follow each other', () => {
    const keys = fc.array(fc.constantFrom(...NAMES, 'e', 'f'), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(keys, { minLength: 1, maxLength: 6 }), keys, (spans, resource) => {
        const known = (list: readonly string[]) => [...new Set(list)].filter((key) => NAMES.includes(key));
        const expected = spans.map((list) => [...known(list), '|', ...known(resource)].join(' '));
        expect(keysOf(spans, resource)).toEqual(expected);
      }),
    );
  });
});
