import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hash53 } from '../../src/lib/hash53.ts';

test('is a whole number from 1 to 2^53 - 1, the same for the same text and seed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(9), (text, seed) => {
      const number = hash53(text, seed);
      expect(Number.isSafeInteger(number)).toBe(true);
      expect(number).toBeGreaterThan(0);
      expect(hash53(text, seed)).toBe(number);
    }),
  );
});

test('stays what it was: ledgers keep such numbers', () => {
  expect([hash53(''), hash53('chatcmpl-1', 1), hash53('chatcmpl-1', 2)]).toEqual([
    1102164080007211, 957575631313371, 4917959489176387,
  ]);
});

test('texts that differ in little are told apart', () => {
  const numbers = new Set(Array.from({ length: 100_000 }, (_, at) => hash53(`chatcmpl-${at}`)));
  expect(numbers.size).toBe(100_000);
  const seeds = new Set(Array.from({ length: 8 }, (_, seed) => hash53('chatcmpl-1', seed)));
  expect(seeds.size).toBe(8);
});
