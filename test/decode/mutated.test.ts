import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openDecoder } from '../../src/decode/decoder.ts';
import { dice, NAMES, request } from './arbitrary.ts';
import { diceOf } from './dice.ts';
import type { OtlpRequest } from './reference.ts';
import { look } from './views.ts';
import { wildJson } from './wild-json.ts';
import { wildProtobuf } from './wild-protobuf.ts';

/**
 * Goal: no bytes make the room throw, and what it hands out can always be read. Method: good bodies with bytes
 * changed, cut, inserted and doubled; every view is asked everything.
 */
const decoder = openDecoder(NAMES);
const PROTOTYPE = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

interface Mutation {
  readonly kind: 'set' | 'cut' | 'drop' | 'insert' | 'double';
  readonly at: number;
  readonly byte: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('set', 'cut', 'drop', 'insert', 'double'),
  at: fc.nat(100_000),
  byte: fc.oneof(
    fc.nat(255),
    fc.constantFrom(0x0a, 0x12, 0x2a, 0x7f, 0x80, 0xff, 0x22, 0x5c, 0x5b, 0x7b, 0x5d, 0x7d, 0x2c),
  ),
});

function mutate(body: Buffer, { kind, at, byte }: Mutation): Buffer {
  const place = body.length === 0 ? 0 : at % body.length;
  const [before, after] = [body.subarray(0, place), body.subarray(place)];
  if (kind === 'cut') return before;
  if (kind === 'drop') return Buffer.concat([before, after.subarray(1)]);
  if (kind === 'set') return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
  if (kind === 'insert') return Buffer.concat([before, Buffer.of(byte), after]);
  return Buffer.concat([before, after.subarray(0, byte), after]);
}

function expectAnswer(encoding: 'protobuf' | 'json', body: Uint8Array): void {
  const { decoded, spans } = look(NAMES, (visit) => decoder[encoding](body, visit));
  if (decoded.kind === 'malformed') expect(decoded.message).toMatch(/^byte \d+: wanted .+/);
  else expect(decoded.spans).toBe(spans.length);
}

const mutated = (write: (message: OtlpRequest, throws: readonly number[]) => Uint8Array) =>
  fc
    .tuple(request, dice, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([message, throws, mutations]) => mutations.reduce(mutate, Buffer.from(write(message, throws))));

describe('mutated bodies never throw', () => {
  const wildBytes = (message: OtlpRequest, throws: readonly number[]) =>
    wildProtobuf(message, diceOf(throws));
  const wildText = (message: OtlpRequest, throws: readonly number[]) =>
    Buffer.from(wildJson(message, diceOf(throws)));

  test('of protobuf', () => {
    fc.assert(
      fc.property(mutated(wildBytes), (body) => expectAnswer('protobuf', body)),
      { numRuns: 2000 },
    );
  });

  test('of JSON', () => {
    fc.assert(
      fc.property(mutated(wildText), (body) => expectAnswer('json', body)),
      { numRuns: 2000 },
    );
  });

  test('of bytes that were never anything', () => {
    const noise = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(noise, (body) => {
        expectAnswer('protobuf', body);
        expectAnswer('json', body);
      }),
      { numRuns: 2000 },
    );
  });

  test('cut at each byte, protobuf and JSON', () => {
    const [message] = fc.sample(request, { numRuns: 1, seed: 11 });
    for (const [encoding, write] of [
      ['protobuf', wildBytes],
      ['json', wildText],
    ] as const) {
      const body = write(message!, [3, 1, 4, 1, 5]);
      for (let length = 0; length <= body.length; length++) expectAnswer(encoding, body.subarray(0, length));
    }
  });

  test('and Object.prototype is as it was', () => {
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(PROTOTYPE);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
