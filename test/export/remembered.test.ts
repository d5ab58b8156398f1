import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Remembered } from '../../src/export/remembered.ts';

test('what every round asks for is made once; what a round leaves out is made anew, and only then', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(fc.array(fc.array(key)), (rounds) => {
      let made = 0;
      const remembered = new Remembered<{ readonly number: number }>();
      let before = new Map<string, unknown>();
      for (const asked of rounds) {
        const now = new Map<string, unknown>();
        for (const text of asked) {
          const makes = made;
          const given = remembered.of(text, () => {
            made += 1;
            return { number: made };
          });
          const known = now.get(text) ?? before.get(text);
          expect(made - makes).toBe(known === undefined ? 1 : 0);
          if (known !== undefined) expect(given).toBe(known);
          now.set(text, given);
        }
        remembered.endRound();
        before = now;
      }
    }),
  );
});
