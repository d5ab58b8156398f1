import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openDecoder } from '../../src/decode/decoder.ts';
import { dice, NAMES, request } from './arbitrary.ts';
import { diceOf } from './dice.ts';
import { encodeRequest, type OtlpRequest, readRequest } from './reference.ts';
import { countSpans, expectedSpans, look } from './views.ts';
import { wildJson } from './wild-json.ts';
import { wildProtobuf } from './wild-protobuf.ts';

/**
 * Goal: the selective reader sees what a full decoder sees. Method: any message goes through protobufjs, and what
 * comes out is asked for everything that a view can be asked; ours reads the same message as protobufjs writes
 * it, in any other legal protobuf, and in JSON.
 */
const decoder = openDecoder(NAMES);

const viaProtobuf = (body: Uint8Array) => look(NAMES, (visit) => decoder.protobuf(body, visit));
const viaJson = (body: string) => look(NAMES, (visit) => decoder.json(Buffer.from(body), visit));

function expectSame(found: ReturnType<typeof look>, message: OtlpRequest): void {
  const spans = expectedSpans(NAMES, message);
  expect(found.decoded).toMatchObject({
    kind: 'decoded',
    spans: spans.length,
    rejected: countSpans(message) - spans.length,
  });
  expect(found.spans).toEqual(spans);
}

describe('the selective reader sees what a full decoder sees', () => {
  test('of a body written by protobufjs', () => {
    fc.assert(
      fc.property(request, (message) => {
        const body = encodeRequest(message);
        expectSame(viaProtobuf(body), readRequest(body));
      }),
      { numRuns: 200 },
    );
  });

  test('of any legal protobuf of the same message', () => {
    fc.assert(
      fc.property(request, dice, (message, throws) => {
        expectSame(viaProtobuf(wildProtobuf(message, diceOf(throws))), readRequest(encodeRequest(message)));
      }),
      { numRuns: 300 },
    );
  });

  test('of JSON of the same message, in both spellings', () => {
    fc.assert(
      fc.property(request, dice, (message, throws) => {
        expectSame(viaJson(wildJson(message, diceOf(throws))), readRequest(encodeRequest(message)));
      }),
      { numRuns: 300 },
    );
  });

  test('and the wild bodies of the tests are good ones', () => {
    fc.assert(
      fc.property(request, dice, (message, throws) => {
        JSON.parse(wildJson(message, diceOf(throws)));
        const wild = readRequest(wildProtobuf(message, diceOf(throws)));
        expect(countSpans(wild)).toBe(countSpans(message));
      }),
    );
  });
});
