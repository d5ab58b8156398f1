import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidCursor } from '../../src/domain/ledger-reads.ts';
import { cursorOf, pageEndOf } from '../../src/ledger/cursor.ts';

const SORTS = ['cost', 'closed_at', 'started_at'] as const;
const sort = fc.constantFrom(...SORTS);
const end = fc.record({
  key: fc.option(fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n })),
  taskId: fc.string({ unit: 'binary', maxLength: 40 }),
});
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a cursor gives back where the page ended, and is plain in a URL', () => {
  fc.assert(
    fc.property(sort, end, (by, pageEnd) => {
      const cursor = cursorOf(by, pageEnd);
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(pageEndOf(by, cursor)).toEqual(pageEnd);
    }),
  );
});

test('a cursor of one sort is none of another, in words', () => {
  fc.assert(
    fc.property(end, sort, sort, (pageEnd, made, asked) => {
      fc.pre(made !== asked);
      expect(() => pageEndOf(asked, cursorOf(made, pageEnd))).toThrow(
        `the cursor belongs to another sort than ${asked}`,
      );
    }),
  );
});

test('any text is a cursor of ours or refused as such, and nothing else happens', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.json().map((text) => Buffer.from(text).toString('base64url')),
      ),
      (text) => {
        try {
          pageEndOf('cost', text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidCursor);
        }
      },
    ),
  );
});

describe('what is shaped almost as a cursor is refused', () => {
  test.each([
    ['a number for the key', ['cost', 1, 'x']],
    ['a key with a fraction', ['cost', '1.5', 'x']],
    ['a key with SQL behind it', ['cost', '1 OR 1=1', 'x']],
    ['a key with a line behind it', ['cost', '1\n', 'x']],
    ['an empty key', ['cost', '', 'x']],
    ['a key of 40 digits', ['cost', '9'.repeat(40), 'x']],
    ['no id', ['cost', '1']],
    ['an id that is no text', ['cost', '1', null]],
    ['one thing more', ['cost', '1', 'x', 'y']],
    ['null', null],
    ['an object with places', { 0: 'cost', 1: '1', 2: 'x', length: 3 }],
  ])('%s', (_, value) => {
    expect(() => pageEndOf('cost', encoded(value))).toThrow(InvalidCursor);
    expect(() => pageEndOf('cost', encoded(value))).toThrow('the cursor is not one of ours');
  });
});
