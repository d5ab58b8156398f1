import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Vocabulary } from '../../src/domain/vocabulary.ts';

describe('attribute names and their numbers', () => {
  test('a name has one number, given at its first mention, in order from 0', () => {
    const vocabulary = new Vocabulary();
    expect(vocabulary.key('a')).toBe(0);
    expect(vocabulary.key('b')).toBe(1);
    expect(vocabulary.key('a')).toBe(0);
    expect(vocabulary.keys(['c', 'b', 'c'])).toEqual([2, 1, 2]);
    expect(vocabulary.freeze()).toEqual(['a', 'b', 'c']);
  });

  test('spellings are names of their own, and none is special', () => {
    const vocabulary = new Vocabulary();
    const names = ['agent.type', 'agent_type', 'Agent_Type', '', '__proto__', 'constructor'];
    expect(vocabulary.keys(names)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(vocabulary.freeze()).toEqual(names);
  });

  test('every name stands at the index of its number', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), (names) => {
        const vocabulary = new Vocabulary();
        const numbers = vocabulary.keys(names);
        const all = vocabulary.freeze();
        expect(numbers.map((number) => all[number])).toEqual(names);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  test('frozen, it answers for what it has and takes nothing more', () => {
    const vocabulary = new Vocabulary();
    vocabulary.key('known');
    expect(vocabulary.freeze()).toEqual(['known']);
    expect(vocabulary.key('known')).toBe(0);
    expect(() => vocabulary.key('late')).toThrow(
      'attribute "late" was named after the vocabulary was frozen',
    );
    expect(() => vocabulary.keys(['known', 'late'])).toThrow('"late"');
    expect(vocabulary.freeze()).toEqual(['known']);
  });
});
