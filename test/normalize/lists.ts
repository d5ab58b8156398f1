import { describe, expect, test } from '@jest/globals';
import type { Meaning } from '../../src/domain/fact.ts';
import { dialectTable } from '../../src/normalize/dialects.ts';
import type { PlainAttributes, PlainSpan } from '../support/span-view.ts';
import { openReader } from './reading.ts';

const read = openReader();

/** Attributes that say the same, best first. */
export interface TextList {
  readonly what: string;
  /** Makes a span of the dialect. */
  readonly sign: PlainAttributes;
  /** Where its name, or its scope's, is a sign too. */
  readonly span?: Omit<PlainSpan, 'attributes'>;
  readonly names: readonly string[];
  readonly of: (meaning: Meaning) => unknown;
}

/** The class in a usage, the attributes that make a span of the dialect, and the names of the count, best first. */
export type CountList = readonly [
  what: string,
  sign: PlainAttributes,
  name: string,
  names: readonly string[],
  span?: Omit<PlainSpan, 'attributes'>,
];

/** A text that no list takes for anything else; databases must be ones that exist. */
const sampleOf = ({ what }: TextList, index: number) =>
  what === 'vector database' ? ['qdrant', 'milvus'][index]! : `value-${index}`;

/** Every name is read, and of each pair the better one is believed. */
export function describeTexts(lists: readonly TextList[]): void {
  describe.each(lists.map((list) => [list.what, list] as const))('%s', (_what, list) => {
    const { sign, names, of, span = {} } = list;

    test.each(names.map((name, index) => [name, index] as const))('%s is read', (name, index) => {
      expect(of(read({ ...span, attributes: { ...sign, [name]: sampleOf(list, index) } }))).toBe(
        sampleOf(list, index),
      );
    });

    test('the earlier one of each pair is believed, unless it is empty', () => {
      for (const [index, better] of names.entries()) {
        for (const worse of names.slice(index + 1)) {
          const values = { [worse]: sampleOf(list, names.indexOf(worse)), [better]: sampleOf(list, index) };
          expect(of(read({ ...span, attributes: { ...sign, ...values } }))).toBe(values[better]);
          expect(of(read({ ...span, attributes: { ...sign, ...values, [better]: '' } }))).toBe(values[worse]);
        }
      }
    });
  });
}

/** The same for counts; what is no count is passed over. */
export function describeCounts(lists: readonly CountList[]): void {
  describe.each(lists)('%s', (_what, sign, name, names, span = {}) => {
    const count = (attributes: PlainAttributes) =>
      (
        read({ ...span, attributes: { ...sign, ...attributes } }).usage as Record<string, number> | undefined
      )?.[name];

    test.each(names.map((one) => [one]))('%s is read', (one) => expect(count({ [one]: 7 })).toBe(7));

    test('the earlier one of each pair is believed, unless it is no count', () => {
      for (const [index, better] of names.entries())
        for (const worse of names.slice(index + 1)) {
          expect(count({ [worse]: 9, [better]: 7 })).toBe(7);
          expect(count({ [worse]: 9, [better]: 'many' })).toBe(9);
        }
    });
  });
}

/** Each of the dialects reads only what the lists or other tests name, and asks for each name once. */
export function expectTested(
  dialects: readonly string[],
  tested: {
    readonly alone: readonly string[];
    readonly texts: readonly TextList[];
    readonly counts: readonly CountList[];
  },
): void {
  const names = new Set([
    ...tested.alone,
    ...tested.texts.flatMap((list) => list.names),
    ...tested.counts.flatMap(([, , , list]) => list),
  ]);
  const rows = dialectTable().filter(({ name }) => dialects.includes(name));
  expect(rows.map(({ name }) => name).sort()).toEqual([...dialects].sort());
  for (const { reads } of rows) expect(reads.filter((name) => !names.has(name))).toEqual([]);
  for (const { reads } of rows) expect(new Set(reads).size).toBe(reads.length);
}
