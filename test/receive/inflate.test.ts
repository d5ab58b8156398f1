import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openAdmission } from '../../src/receive/admission.ts';
import { inflateGzip, inflateInPieces } from '../../src/receive/inflate.ts';

const MIB = 1024 * 1024;

/** What comes of a body, and what is still reserved for it. */
async function inflated(body: Buffer, { bytesMax = 64 * MIB, inflightBytesMax = 256 * MIB } = {}) {
  const admission = openAdmission({ inflightBytesMax });
  const result = await inflateGzip(body, { bytesMax, reservation: admission.take(0)! });
  return { result, held: admission.bytes };
}

describe('inflateGzip', () => {
  test('gives back what was compressed, of any number of members, and holds its bytes', async () => {
    const part = fc.uint8Array({ maxLength: 5000 });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
        const whole = Buffer.concat(parts);
        const { result, held } = await inflated(Buffer.concat(parts.map((one) => gzipSync(one))));
        expect(result).toEqual({ kind: 'inflated', body: whole });
        expect(held).toBe(whole.length);
      }),
    );
  });

  test.each([0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB])(
    '%i bytes, at once or on the thread pool',
    async (size) => {
      const body = Buffer.alloc(size, 'span');
      const { result, held } = await inflated(gzipSync(body));
      expect(result.kind === 'inflated' && result.body.equals(body)).toBe(true);
      expect(held).toBe(size);
    },
  );

  test('takes a body at the limit, and refuses one a byte past it', async () => {
    const body = gzipSync(Buffer.alloc(1000));
    expect((await inflated(body, { bytesMax: 1000 })).result.kind).toBe('inflated');
    expect(await inflated(body, { bytesMax: 999 })).toEqual({ result: { kind: 'too_large' }, held: 0 });
  });

  test('says overloaded where its bytes do not fit now', async () => {
    const body = gzipSync(Buffer.alloc(1000));
    const twice = Buffer.concat([body, gzipSync(Buffer.alloc(100))]);
    for (const one of [body, twice])
      expect(await inflated(one, { inflightBytesMax: 999 })).toEqual({
        result: { kind: 'overloaded' },
        held: 0,
      });
  });

  test.each([64, 900, 100_000])(
    'cut after any byte, or with a byte turned, it is malformed (%i bytes)',
    async (size) => {
      const body = gzipSync(Buffer.from(Array.from({ length: size }, (_, index) => (index * 7919) % 251)));
      const cuts = Array.from({ length: 12 }, (_, index) => Math.floor((index * body.length) / 12));
      for (const cut of cuts) {
        const { result, held } = await inflated(body.subarray(0, cut));
        expect([result.kind, held]).toEqual(['malformed', 0]);
      }
      for (const at of [0, 1, 2, 12, body.length - 8, body.length - 5]) {
        const turned = Buffer.from(body);
        turned[at]! ^= 0xff;
        const { result, held } = await inflated(turned);
        expect([result.kind, held]).toEqual(['malformed', 0]);
      }
    },
  );

  test('garbage is malformed, of whatever bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        fc.pre(bytes[0] !== 0x1f);
        const { result, held } = await inflated(Buffer.from(bytes));
        expect([result.kind, held]).toEqual(['malformed', 0]);
      }),
    );
  });

  test('a false claim of length reserves nothing and is found out', async () => {
    const body = gzipSync(Buffer.alloc(100, 'x'));
    for (const claim of [0, 99, 101, 5000, 2 ** 32 - 1]) {
      const lying = Buffer.from(body);
      lying.writeUInt32LE(claim, lying.length - 4);
      expect(await inflated(lying)).toEqual({ result: { kind: 'malformed' }, held: 0 });
    }
  });
});

describe('inflateInPieces', () => {
  test('a bomb is stopped at the limit, whatever it claims', async () => {
    const bomb = Buffer.concat([gzipSync(Buffer.alloc(200 * MIB)), gzipSync(Buffer.alloc(1))]);
    let most = 0;
    const reservation = {
      grow: (bytes: number) => {
        most += bytes;
        return true;
      },
      shrink: () => {},
      release: () => {},
    };
    expect(await inflateGzip(bomb, { bytesMax: 4 * MIB, reservation })).toEqual({ kind: 'too_large' });
    expect(most).toBeLessThanOrEqual(5 * MIB);
  });

  test('reads deflate, for gRPC', async () => {
    const reservation = openAdmission({ inflightBytesMax: MIB }).take(0)!;
    const room = { bytesMax: MIB, reservation };
    expect(await inflateInPieces(deflateSync(Buffer.from('hello')), 'deflate', room)).toEqual({
      kind: 'inflated',
      body: Buffer.from('hello'),
    });
    expect(await inflateInPieces(Buffer.from('hello'), 'deflate', room)).toEqual({ kind: 'malformed' });
  });
});
