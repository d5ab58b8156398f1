import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitting, LedgerOverflow, timeFitting } from '../../../src/ledger/sql/range.ts';

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

describe('a figure that is kept in 64 bits', () => {
  test.each([
    [0n, true],
    [-1n, true],
    [MOST, true],
    [MOST + 1n, false],
    [LEAST, true],
    [LEAST - 1n, false],
    [2n ** 64n, false],
    [2n ** 200n, false],
  ])('%d is itself or refused, never another', (value, fits) => {
    if (fits) expect(fitting(value, 'an amount')).toBe(value);
    else expect(() => fitting(value, 'an amount')).toThrow(LedgerOverflow);
  });

  test('is refused in a line that says what it was', () => {
    expect(() => fitting(MOST + 1n, 'the value of task 7')).toThrow(
      'the value of task 7 is 9223372036854775808: more than a signed 64-bit column of the ledger holds',
    );
  });
});

test('a time is kept as the nearest that fits, and in order', () => {
  const wide = fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n });
  fc.assert(
    fc.property(wide, wide, (left, right) => {
      expect(timeFitting(left)).toBe(BigInt.asIntN(64, timeFitting(left)));
      if (left >= LEAST && left <= MOST) expect(timeFitting(left)).toBe(left);
      if (left <= right) expect(timeFitting(left) <= timeFitting(right)).toBe(true);
    }),
  );
  expect([timeFitting(MOST + 1n), timeFitting(LEAST - 1n)]).toEqual([MOST, LEAST]);
});
