import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { Topics } from '../../src/normalize/topics.ts';
import { spanView } from '../support/span-view.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const some = fc.uniqueArray(fc.constantFrom(...NAMES));

test('a span touches a topic exactly where it carries one of its keys', () => {
  fc.assert(
    fc.property(fc.array(some, { maxLength: 8 }), some, (lists, carried) => {
      const vocabulary = new Vocabulary();
      vocabulary.keys(NAMES);
      const topics = new Topics();
      const bits = lists.map((names) => topics.about(vocabulary.keys(names)));
      const attributes = Object.fromEntries(carried.map((name) => [name, 1]));
      const touched = topics.of(spanView(vocabulary, { attributes }));
      for (const [index, names] of lists.entries())
        expect((touched & bits[index]!) !== 0).toBe(names.some((name) => carried.includes(name)));
    }),
  );
});

test('keys of others, added later, are no topic', () => {
  const vocabulary = new Vocabulary();
  const topics = new Topics();
  const bit = topics.about([vocabulary.key('mine')]);
  vocabulary.key('theirs');
  expect(topics.of(spanView(vocabulary, { attributes: { theirs: 1 } }))).toBe(0);
  expect(topics.of(spanView(vocabulary, { attributes: { theirs: 1, mine: 1 } }))).toBe(bit);
});

test('dialects are bits of their own, the first one lowest', () => {
  const vocabulary = new Vocabulary();
  const topics = new Topics();
  const [a, b] = [vocabulary.key('a'), vocabulary.key('b')];
  expect([topics.dialect([a]), topics.dialect([a, b]), topics.about([b])]).toEqual([1, 2, 1]);
  const spoken = (...names: string[]) => {
    const attributes = Object.fromEntries(names.map((name) => [name, 1]));
    return [topics.of(spanView(vocabulary, { attributes })), topics.dialects];
  };
  expect(spoken('a')).toEqual([0, 3]);
  expect(spoken('b')).toEqual([1, 2]);
  expect(spoken()).toEqual([0, 0]);
});

test('more topics, or dialects, than bits are refused', () => {
  const topics = new Topics();
  for (let count = 0; count < 31; count += 1) expect(topics.about([0])).toBe(1 << count);
  for (let count = 0; count < 31; count += 1) expect(topics.dialect([0])).toBe(1 << count);
  expect(() => topics.about([0])).toThrow('there are fewer topics, and fewer dialects, than bits');
  expect(() => topics.dialect([0])).toThrow('there are fewer topics, and fewer dialects, than bits');
});
