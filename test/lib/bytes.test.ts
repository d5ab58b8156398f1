import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteReader } from '../../src/lib/byte-reader.ts';
import { ByteWriter } from '../../src/lib/byte-writer.ts';
import { table } from '../support/table.ts';

const hexOf = (write: (out: ByteWriter) => void, sizeBytes = 64): string => {
  const out = new ByteWriter(sizeBytes);
  write(out);
  return out.copy().toString('hex');
};

describe('the bytes themselves, since journals outlive the version that wrote them', () => {
  const varints = table(`
    value             bytes
    0                 00
    1                 01
    127               7f
    128               8001
    300               ac02
    16383             ff7f
    16384             808001
    2147483647        ffffffff07
    2147483648        8080808008
    4294967295        ffffffff0f
    4294967296        8080808010
    9007199254740991  ffffffffffffff0f
  `);
  test.each(varints)('the varint $value', ({ value, bytes }) => {
    expect(hexOf((out) => out.varint(Number(value)))).toBe(bytes);
    const reader = new ByteReader(Buffer.from(bytes!, 'hex'));
    expect([reader.varint(), reader.at]).toEqual([Number(value), bytes!.length / 2]);
  });

  test.each([-1, -0.5, 2 ** 53, Number.POSITIVE_INFINITY, Number.NaN])('%d is no varint', (value) => {
    expect(() => new ByteWriter().varint(value)).toThrow('a varint is a whole number from 0 to 2^53 - 1');
  });

  test('whole numbers are little endian, each of its width', () => {
    expect(
      hexOf((out) => {
        out.u8(0xfe);
        out.u16(0x0102);
        out.u32(0x01020304);
        out.f64(1.5);
        out.u8(0xff);
      }),
    ).toBe('fe' + '0201' + '04030201' + '000000000000f83f' + 'ff');
  });

  test('numbers are put where they are told, and the cursor stays', () => {
    expect(
      hexOf((out) => {
        out.raw(new Uint8Array(8));
        out.u16At(1, 0xaabb);
        out.u32At(4, 0x11223344);
        expect(out.at).toBe(8);
      }),
    ).toBe('00bbaa0044332211');
  });

  test('a text is its length in bytes, and its bytes', () => {
    expect(hexOf((out) => out.text(''))).toBe('00');
    expect(hexOf((out) => out.text('aé€😀'))).toBe('0a' + '61' + 'c3a9' + 'e282ac' + 'f09f9880');
    // Half a character is no character in UTF-8; the journal keeps the sign for that.
    expect(hexOf((out) => out.text('\ud83d'))).toBe('03' + 'efbfbd');
  });
});

describe('texts come back, whatever their length', () => {
  // 42 characters fit in one byte of length whatever they are; 127 and 128 bytes are the last and the first of a width.
  const lengths = [1, 41, 42, 43, 63, 64, 126, 127, 128, 129, 5461, 5462, 16383, 16384];
  test.each(lengths)('%d characters of one, two and three bytes', (length) => {
    const texts = ['a', 'é', '€'].map((sign) => sign.repeat(length));
    const out = new ByteWriter(8);
    for (const text of texts) out.text(text);
    const reader = new ByteReader(out.copy());
    expect(texts.map(() => reader.text())).toEqual(texts);
    expect(reader.at).toBe(out.at);
  });

  test('any text, one behind the other', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 6 }), (texts) => {
        const out = new ByteWriter(1);
        for (const text of texts) out.text(text);
        const reader = new ByteReader(out.copy());
        expect(texts.map(() => reader.text())).toEqual(texts);
      }),
    );
  });
});

type Step =
  | { readonly kind: 'u8' | 'u16' | 'u32' | 'varint' | 'f64'; readonly value: number }
  | { readonly kind: 'raw'; readonly value: Uint8Array };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('u8' as const), value: fc.nat(0xff) }),
  fc.record({ kind: fc.constant('u16' as const), value: fc.nat(0xffff) }),
  fc.record({ kind: fc.constant('u32' as const), value: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({ kind: fc.constant('varint' as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant('f64' as const), value: fc.double({ noNaN: true }) }),
  fc.record({ kind: fc.constant('raw' as const), value: fc.uint8Array({ maxLength: 40 }) }),
);

const ROOM_MAX = 40;

function write(out: ByteWriter, { kind, value }: Step): void {
  out.reserve(ROOM_MAX);
  if (kind === 'raw') out.raw(value);
  else out[kind](value);
}

function read(reader: ByteReader, { kind, value }: Step): Step {
  const at = reader.at;
  const moved = <T>(size: number, found: T): T => {
    reader.at = at + size;
    return found;
  };
  switch (kind) {
    case 'u8':
      return { kind, value: reader.u8() };
    case 'varint':
      return { kind, value: reader.varint() };
    case 'u16':
      return { kind, value: moved(2, reader.u16At(at)) };
    case 'u32':
      return { kind, value: moved(4, reader.u32At(at)) };
    case 'f64':
      return { kind, value: moved(8, reader.f64At(at)) };
    case 'raw':
      return {
        kind,
        value: moved(value.length, Uint8Array.from(Buffer.from(reader.hex(at, value.length), 'hex'))),
      };
  }
}

describe('laws', () => {
  test('what is written in order is read in order, from whatever size the buffer began with', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: 1, max: 64 }), (steps, size) => {
        const out = new ByteWriter(size);
        for (const one of steps) write(out, one);
        const reader = new ByteReader(out.copy());
        expect(steps.map((one) => read(reader, one))).toEqual(steps);
        expect(reader.at).toBe(out.at);
      }),
    );
  });

  test('a record in the middle of other bytes is read as if it stood alone', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), fc.nat(20), (steps, before) => {
        const out = new ByteWriter();
        for (const one of steps) write(out, one);
        const whole = Buffer.concat([Buffer.alloc(before, 0xaa), out.copy(), Buffer.alloc(3, 0xbb)]);
        const inside = new ByteReader(whole.subarray(before, before + out.at));
        expect(steps.map((one) => read(inside, one))).toEqual(steps);
        const from = new ByteReader(whole, before);
        expect(steps.map((one) => read(from, one))).toEqual(steps);
      }),
    );
  });
});

describe('room', () => {
  test('grows to twice its size, or to what is asked for, and keeps what was written', () => {
    const out = new ByteWriter(4);
    out.raw(Uint8Array.of(1, 2, 3));
    out.reserve(1);
    expect(out.bytes).toHaveLength(4);
    out.reserve(2);
    expect(out.bytes).toHaveLength(8);
    out.reserve(100);
    expect(out.bytes).toHaveLength(103);
    out.u32(0xdeadbeef);
    expect(out.copy()).toEqual(Buffer.from([1, 2, 3, 0xef, 0xbe, 0xad, 0xde]));
  });

  test('begins with 64 KiB', () => {
    expect(new ByteWriter().bytes).toHaveLength(65_536);
  });

  test('a copy stays as it is while the writer goes on, and the writer can begin anew', () => {
    const out = new ByteWriter(4);
    out.u16(0x1111);
    const copy = out.copy();
    out.at = 0;
    out.u16(0x2222);
    expect(copy).toEqual(Buffer.from([0x11, 0x11]));
    expect(out.copy()).toEqual(Buffer.from([0x22, 0x22]));
  });
});

test('unsigned 64 bits and hex are read in place', () => {
  const reader = new ByteReader(Buffer.from('00' + 'ffffffffffffffff' + '0100000000000000', 'hex'));
  expect(reader.u64At(1)).toBe(2n ** 64n - 1n);
  expect(reader.u64At(9)).toBe(1n);
  expect(reader.hex(8, 2)).toBe('ff01');
  expect(reader.at).toBe(0);
});
