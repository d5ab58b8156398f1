import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GRAINS, pieceOf, stretchesOf } from '../../../src/ledger/postgres/closed-windows.ts';

const [HOUR, DAY, BLOCK] = GRAINS;
const edge = fc
  .tuple(fc.bigInt({ min: -2n, max: 40n }), fc.constantFrom(...GRAINS), fc.bigInt({ min: -3n, max: 3n }))
  .map(([count, grain, off]) => count * grain + off);

describe('a window', () => {
  test('is cut into stretches that meet, from its begin to its end', () => {
    fc.assert(
      fc.property(edge, edge, (from, to) => {
        const stretches = stretchesOf(from, to);
        if (from >= to) return expect(stretches).toEqual([]);
        expect(stretches[0]!.from).toBe(from);
        expect(stretches.at(-1)!.to).toBe(to);
        for (const [index, one] of stretches.entries()) {
          expect(one.from < one.to).toBe(true);
          if (index > 0) expect(one.from).toBe(stretches[index - 1]!.to);
        }
      }),
    );
  });

  test('takes only whole pieces of a grain, none before 1970, and single tasks for less than two hours', () => {
    fc.assert(
      fc.property(edge, edge, (from, to) => {
        for (const { grain, ...one } of stretchesOf(from, to)) {
          if (grain === undefined) expect(one.from < 0n || one.to - one.from < 2n * HOUR).toBe(true);
          else {
            expect(one.from >= 0n).toBe(true);
            expect([one.from % GRAINS[grain]!, one.to % GRAINS[grain]!]).toEqual([0n, 0n]);
          }
        }
      }),
    );
  });

  test.each([
    ['an hour', 5n * HOUR, 6n * HOUR, [0]],
    ['not quite an hour', 5n * HOUR, 6n * HOUR - 1n, [undefined]],
    ['24 hours of two days', DAY - HOUR, 2n * DAY - HOUR, [0]],
    ['a day and a nanosecond', DAY, 2n * DAY + 1n, [1, undefined]],
    [
      'a block with all edges',
      BLOCK - DAY - HOUR - 1n,
      2n * BLOCK + DAY + HOUR + 1n,
      [undefined, 0, 1, 2, 1, 0, undefined],
    ],
    ['everything', 0n, 2n ** 63n - 1n, [2, 1, 0, undefined]],
    ['what closed before 1970', -5n, -3n, [undefined]],
    ['what closed around 1970', -5n, HOUR, [undefined, 0]],
  ])('of %s', (_, from, to, grains) => {
    expect(stretchesOf(from, to).map(({ grain }) => grain)).toEqual(grains);
  });
});

test('a time is in the piece that begins at or before it', () => {
  expect(pieceOf(DAY + HOUR + 1n, 0)).toBe(DAY + HOUR);
  expect(pieceOf(DAY + HOUR + 1n, 1)).toBe(DAY);
  expect(pieceOf(DAY, 2)).toBe(0n);
});
