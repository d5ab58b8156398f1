import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { givenText, keptText } from '../../../src/ledger/postgres/kept-text.ts';

/** Everything that is kept in another way, what it is kept with, and what stands beside both in the order of bytes. */
const piece = fc.constantFrom(
  '\0',
  '\u0001',
  '\u0002',
  'd800',
  'a',
  '\ud800',
  '\udfff',
  '\ufffd',
  '🙂',
  '\uffff',
  'é',
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary' }),
);

describe('a text that PostgreSQL cannot hold', () => {
  test('is kept as one that it can, and comes back', () => {
    fc.assert(
      fc.property(text, (given) => {
        const kept = keptText(given);
        expect(givenText(kept)).toBe(given);
        expect(kept).not.toContain('\0');
        expect(Buffer.from(kept).toString()).toBe(kept);
      }),
    );
  });

  test('is never kept as another is', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(keptText(left) === keptText(right)).toBe(left === right);
      }),
    );
  });

  test('sorts by bytes as it did', () => {
    const bytes = (of: string) => Buffer.from(of);
    fc.assert(
      fc.property(text, text, (left, right) => {
        const order = Buffer.compare(bytes(left), bytes(right));
        // Halves of two pairs, and the sign that stands for them, are the same bytes; kept, they differ.
        if (order !== 0 && !/\p{Surrogate}/u.test(left + right))
          expect(Buffer.compare(bytes(keptText(left)), bytes(keptText(right)))).toBe(order);
      }),
    );
  });

  test.each([
    ['plain', 'ticket-1', 'ticket-1'],
    ['U+0000', 'a\0b', 'a\u0001\u0001b'],
    ['U+0001', 'a\u0001b', 'a\u0001\u0002b'],
    ['half a pair', 'a\ud800', 'a\ufffd\u0001d800'],
    ['a whole pair', '🙂', '🙂'],
  ])('%s', (_, given, kept) => {
    expect(keptText(given)).toBe(kept);
  });
});
