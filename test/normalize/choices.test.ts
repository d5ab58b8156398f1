import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { Choices } from '../../src/normalize/choices.ts';
import { spanView } from '../support/span-view.ts';

/** Names by one letter each: `ab c` is a list of two names and a list of one. */
function opened(drawing: string) {
  const vocabulary = new Vocabulary();
  const lists = drawing.split(' ').map((names) => [...names].map((name) => vocabulary.key(name)));
  const choices = new Choices(lists);
  vocabulary.key('z');
  return (present: string) => {
    const attributes = Object.fromEntries([...present].map((name) => [name, 1]));
    const found = choices.look(spanView(vocabulary, { attributes }));
    return { found, from: lists.map((_, list) => choices.from(list)) };
  };
}
const NONE = 0xffff;

describe('where in each list to begin', () => {
  test.each([
    ['the only name', 'a b', 'a', [0, NONE]],
    ['the best of two', 'ab', 'ba', [0]],
    ['the worse one where the best is not there', 'abc', 'c', [2]],
    ['each list by itself', 'ab cd e', 'bc', [1, 0, NONE]],
    ['a name that stands in two lists', 'ab cbd', 'b', [1, 1]],
    ['a name that stands in a list twice', 'aba', 'a', [0]],
    ['a name that nobody asked for', 'a b', 'z', [NONE, NONE]],
    ['nothing at all', 'a', '', [NONE]],
  ])('%s', (_why, lists, present, from) => {
    const seen = opened(lists)(present);
    expect(seen.from).toEqual(from);
    expect(seen.found).toBe(from.some((rank) => rank !== NONE));
  });

  test('a look forgets the one before', () => {
    const look = opened('ab');
    expect(look('a').from).toEqual([0]);
    expect(look('b').from).toEqual([1]);
    expect(look('').from).toEqual([NONE]);
  });
});

test('it is where a reader that asks for every name would find the first', () => {
  const letters = [...'abcdefgh'];
  const list = fc.uniqueArray(fc.constantFrom(...letters), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 5 }), fc.subarray(letters), (lists, present) => {
      const { from } = opened(lists.map((names) => names.join('')).join(' '))(present.join(''));
      for (const [index, names] of lists.entries()) {
        const rank = names.findIndex((name) => present.includes(name));
        expect(from[index]).toBe(rank === -1 ? NONE : rank);
      }
    }),
  );
});
