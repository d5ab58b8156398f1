import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeyTable } from '../../src/decode/key-table.ts';
import { TextTable } from '../../src/decode/text-table.ts';
import { NAMES } from './arbitrary.ts';

const viewOf = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Asks with other bytes around, as in a body. */
function find(keys: KeyTable, name: string): number {
  const bytes = Buffer.from(`<${name}>`);
  return keys.find(viewOf(bytes), 1, bytes.length - 2);
}

describe('KeyTable', () => {
  test('finds each name by its number, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 20 }),
        (names, other) => {
          const keys = new KeyTable(names);
          expect(names.map((name) => find(keys, name))).toEqual(names.map((_, id) => id));
          expect(find(keys, other)).toBe(names.indexOf(other));
        },
      ),
    );
  });

  test('tells names apart that differ in any one byte', () => {
    const keys = new KeyTable(NAMES);
    for (const name of NAMES) {
      for (let i = 0; i < name.length; i++) {
        const other = `${name.slice(0, i)}~${name.slice(i + 1)}`;
        expect([other, find(keys, other)]).toEqual([other, -1]);
      }
    }
  });

  test('finds the first of equal names, and nothing where there are none', () => {
    expect(find(new KeyTable(['a', 'b', 'b']), 'b')).toBe(1);
    expect(find(new KeyTable([]), 'a')).toBe(-1);
  });
});

describe('TextTable', () => {
  const read = (table: TextTable, text: string) => {
    const bytes = Buffer.from(`<${text}>`);
    return table.read(bytes, viewOf(bytes), 1, bytes.length - 2);
  };

  test('gives the text, however often and whatever came between', () => {
    const table = new TextTable();
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 70 }), { maxLength: 50 }), (texts) => {
        for (const text of [...texts, ...texts.toReversed()]) expect(read(table, text)).toBe(text);
      }),
    );
  });

  test('stays right when more texts come than it has room for', () => {
    const table = new TextTable();
    for (let i = 0; i < 20_000; i++) expect(read(table, `session-${i % 9000}`)).toBe(`session-${i % 9000}`);
  });

  test('bytes that are no UTF-8 are U+FFFD, and do not stand for other bytes', () => {
    const table = new TextTable();
    const [bad, worse] = [Buffer.from([0x61, 0xff]), Buffer.from([0x61, 0xfe])];
    expect([bad, worse, bad].map((bytes) => table.read(bytes, viewOf(bytes), 0, 2))).toEqual([
      'a\ufffd',
      'a\ufffd',
      'a\ufffd',
    ]);
    expect(read(table, 'a\ufffd')).toBe('a\ufffd');
  });
});
