import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../../../src/ledger/postgres/digest.ts';

test('a digest is a UUID in hex digits, the same for the same text alone', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '\0', '\ud800', '\ud801', '\ufffd'),
  );
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      expect(digestOf(one)).toMatch(/^[0-9a-f]{32}$/);
      expect(digestOf(one) === digestOf(other)).toBe(one === other);
    }),
  );
});

test('a digest never changes: it is kept', () => {
  expect(digestOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb924');
  expect(digestOf('ünïcode 🙂')).toBe('18ff15c4b0fd70a719e69ef8644b99f7');
});
