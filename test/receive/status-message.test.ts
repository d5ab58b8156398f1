import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '../../src/domain/limits.ts';
import { cutMessage, encodeResponse, encodeStatus } from '../../src/receive/status-message.ts';
import { readResponse, readStatus, readStatusJson } from './rpc-schema.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });

describe('encodeStatus', () => {
  const status = fc.record(
    {
      code: fc.integer({ min: 0, max: 16 }),
      message: text,
      retryAfterMs: fc.integer({ min: 0, max: 86_400_000 }),
      violation: fc.boolean(),
    },
    { requiredKeys: ['code', 'message'] },
  );
  test('protobufjs and a reader of JSON see the same in both encodings', () => {
    fc.assert(
      fc.property(status, (message) => {
        const wanted = {
          code: message.code,
          message: message.message,
          ...(message.retryAfterMs === undefined ? {} : { retryMs: message.retryAfterMs }),
          ...(message.violation === true ? { violations: [message.message] } : {}),
        };
        expect(readStatus(encodeStatus(message, 'protobuf'))).toEqual(wanted);
        expect(readStatusJson(encodeStatus(message, 'json').toString())).toEqual(wanted);
      }),
    );
  });

  test('JSON reads as protobuf-JSON writes it', () => {
    const bytes = encodeStatus({ code: 14, message: 'later', retryAfterMs: 1500 }, 'json');
    expect(JSON.parse(bytes.toString())).toEqual({
      code: 14,
      message: 'later',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.500s' }],
    });
  });
});

describe('encodeResponse', () => {
  test('full success is the empty message', () => {
    expect(encodeResponse(0, '', 'protobuf')).toHaveLength(0);
    expect(encodeResponse(0, '', 'json').toString()).toBe('{}');
  });

  test('protobufjs and a reader of JSON see the same in both encodings', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), text, (rejectedSpans, message) => {
        fc.pre(rejectedSpans > 0 || message !== '');
        expect(readResponse(encodeResponse(rejectedSpans, message, 'protobuf'))).toEqual({
          rejectedSpans,
          message,
        });
        expect(JSON.parse(encodeResponse(rejectedSpans, message, 'json').toString())).toEqual({
          partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage: message },
        });
      }),
    );
  });
});

describe('cutMessage', () => {
  test('leaves a message at the limit, and cuts one past it', () => {
    const limit = 'a'.repeat(LIMITS.messageBytesMax);
    expect(cutMessage(limit)).toBe(limit);
    expect(cutMessage(`${limit}b`)).toBe(limit);
  });

  test('never cuts a character in two, and is always text that can be encoded', () => {
    const any = fc.string({ unit: fc.constantFrom('a', 'é', '語', '🎫', '\ud800'), maxLength: 1500 });
    fc.assert(
      fc.property(any, (message) => {
        const cut = cutMessage(message);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(LIMITS.messageBytesMax);
        expect(message.replaceAll('\ud800', '\ufffd').startsWith(cut)).toBe(true);
        expect(() => encodeURI(cut)).not.toThrow();
      }),
    );
  });
});
