import { describe, expect, test } from '@jest/globals';
import { openDecoder } from '../../src/decode/decoder.ts';
import { LIMITS } from '../../src/domain/limits.ts';
import { encodeRequest, type OtlpSpan } from './reference.ts';
import { look } from './views.ts';
import { bytes, fixed64, group, plainVarint, tag, text } from './wild-protobuf.ts';

const NAMES = ['agent.session.id', 'gen_ai.usage.input_tokens', 'tags'];
const decoder = openDecoder(NAMES);
const read = (body: Uint8Array) => look(NAMES, (visit) => decoder.protobuf(body, visit));

const TRACE = bytes(1, new Uint8Array(16).fill(1));
const SPAN = bytes(2, new Uint8Array(8).fill(2));
const keyValue = (key: string, value: Uint8Array) => Buffer.concat([text(1, key), bytes(2, value)]);
const attribute = (key: string, value: Uint8Array) => bytes(9, keyValue(key, value));
const session = (value: string) => attribute('agent.session.id', text(1, value));
/** A request of one span of these fields. */
const request = (...fields: readonly Uint8Array[]) =>
  bytes(1, bytes(2, bytes(2, Buffer.concat([TRACE, SPAN, ...fields]))));
const sessionOf = (body: Uint8Array) => read(body).spans[0]?.attributes['agent.session.id']?.text;

describe('every legal order is seen right', () => {
  const span = bytes(2, Buffer.concat([TRACE, SPAN]));

  test('a resource behind its spans, and in two parts', () => {
    const part = (key: string, value: string) => bytes(1, bytes(1, keyValue(key, text(1, value))));
    const body = bytes(
      1,
      Buffer.concat([part('tags', 'a'), bytes(2, span), part('tags', 'b'), part('agent.session.id', 's')]),
    );
    const { resource } = read(body).spans[0]!;
    expect([resource.tags?.text, resource['agent.session.id']?.text]).toEqual(['b', 's']);
  });

  test('a scope behind its spans, and in two parts', () => {
    const scopeSpans = Buffer.concat([
      bytes(1, text(1, 'old')),
      span,
      bytes(1, text(1, 'new')),
      bytes(1, text(2, '1.0')),
    ]);
    expect(read(bytes(1, bytes(2, scopeSpans))).spans[0]!.scope).toEqual(['new', '1.0']);
  });

  test('a scope and a resource do not leak into what follows them', () => {
    const named = bytes(2, Buffer.concat([bytes(1, text(1, 'named')), span]));
    const resource = bytes(1, bytes(1, keyValue('tags', text(1, 'a'))));
    const body = Buffer.concat([
      bytes(1, Buffer.concat([resource, named, bytes(2, span)])),
      bytes(1, bytes(2, span)),
    ]);
    expect(read(body).spans.map(({ scope, resource }) => [scope[0], resource.tags?.text])).toEqual([
      ['named', 'a'],
      ['', 'a'],
      ['', undefined],
    ]);
  });

  test('the value before the key, a key twice, a value in two parts', () => {
    const late = bytes(9, Buffer.concat([bytes(2, text(1, 'late')), text(1, 'agent.session.id')]));
    const twice = bytes(
      9,
      Buffer.concat([text(1, 'tags'), text(1, 'agent.session.id'), bytes(2, text(1, 'twice'))]),
    );
    const parts = bytes(
      9,
      Buffer.concat([text(1, 'agent.session.id'), bytes(2, text(1, 'parts')), bytes(2, Buffer.of())]),
    );
    expect([late, twice, parts].map((field) => sessionOf(request(field)))).toEqual([
      'late',
      'twice',
      'parts',
    ]);
  });

  test('of a repeated key the last one wins, even if it says nothing', () => {
    expect(sessionOf(request(session('a'), session('b')))).toBe('b');
    expect(sessionOf(request(session('a'), session('')))).toBeUndefined();
    expect(sessionOf(request(session('a'), attribute('agent.session.id', Buffer.of())))).toBeUndefined();
    expect(sessionOf(request(session('a'), bytes(9, text(1, 'agent.session.id'))))).toBeUndefined();
  });

  test('of two members of one oneof the last one wins', () => {
    const both = Buffer.concat([text(1, 'text'), tag(3, 0), plainVarint(7n)]);
    expect(sessionOf(request(attribute('agent.session.id', both)))).toBe('7');
  });

  test('one span does not leak into the next', () => {
    const full = Buffer.concat([
      TRACE,
      SPAN,
      bytes(4, new Uint8Array(8).fill(3)),
      text(5, 'full'),
      session('s'),
      fixed64(7, 9n),
    ]);
    const body = bytes(1, bytes(2, Buffer.concat([bytes(2, full), bytes(2, Buffer.concat([TRACE, SPAN]))])));
    const second = read(body).spans[1]!;
    expect(second).toMatchObject({ name: '', start: 0n, attributes: {} });
    expect(second.ids.endsWith('0'.repeat(16))).toBe(true);
  });
});

describe('a body that is no protobuf is malformed, with the place and what was wanted', () => {
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    [
      'a length past the end',
      Buffer.of(0x0a, 0x05, 0x00),
      /^byte 2: wanted a length of at most the 1 bytes left, got 5$/,
    ],
    [
      'an absurd length',
      Buffer.concat([Buffer.of(0x0a), plainVarint(2n ** 60n)]),
      /got 1152921504606847000$/,
    ],
    [
      'a varint of 11 bytes',
      Buffer.concat([tag(9, 0), Buffer.alloc(10, 0x80), Buffer.of(1)]),
      /a varint of at most 10 bytes$/,
    ],
    ['half a varint', Buffer.of(0x80), /the rest of a varint/],
    ['field number 0', Buffer.of(0x02, 0x00), /a field number/],
    ['field number 2^29', Buffer.concat([tag(2 ** 29, 0), Buffer.of(0)]), /a field number/],
    ['wire type 6', Buffer.of(0x4e), /a wire type that opens a field, got 6$/],
    ['the end of no group', Buffer.of(0x4c), /a wire type that opens a field, got 4$/],
    [
      'a group that ends as another',
      Buffer.concat([tag(9, 3), tag(8, 4)]),
      /the end of the group that was opened, got 8$/,
    ],
    ['a group without end', tag(9, 3), /the rest of a varint/],
    ['half a fixed64', Buffer.of(0x49, 0x00), /8 bytes of a number, found 1$/],
    ['resource_spans as a number', Buffer.of(0x08, 0x00), /field 1, resource_spans, got 0$/],
    [
      'a trace id as a number',
      bytes(1, bytes(2, bytes(2, Buffer.of(0x08, 0x00)))),
      /field 1, trace_id, got 0$/,
    ],
    ['a start as text', request(text(7, 'noon')), /field 7, start_time_unix_nano, got 2$/],
    ['a name as a group', request(group(5, [])), /field 5, name, got 3$/],
    ['text as a number', request(attribute('tags', Buffer.of(0x08, 0x00))), /field 1, string, got 0$/],
    ['half a double', request(attribute('tags', Buffer.of(0x21, 0x00))), /8 bytes of a number/],
    [
      'a broken array',
      request(attribute('tags', bytes(5, Buffer.of(0x0a, 0x09)))),
      /a length of at most the 0 bytes left/,
    ],
    [
      'a broken map',
      request(attribute('tags', bytes(6, bytes(1, Buffer.of(0x12, 0x09))))),
      /a length of at most/,
    ],
  ];
  test.each(cases)('%s', (_, body, message) => {
    const { decoded } = read(body);
    expect(decoded).toEqual({ kind: 'malformed', message: expect.stringMatching(message) });
    expect(decoded.kind === 'malformed' && decoded.message).toMatch(/^byte \d+: wanted /);
  });

  test('nothing at all is an empty request', () => {
    expect(read(new Uint8Array(0)).decoded).toEqual({ kind: 'decoded', spans: 0, rejected: 0, message: '' });
  });

  test('a broken value under a key that nobody reads is passed over', () => {
    expect(read(request(attribute('unread', Buffer.of(0x0a, 0x7f)))).decoded).toMatchObject({ spans: 1 });
  });
});

describe('a span without good ids is rejected, and the rest goes on', () => {
  const good: OtlpSpan = {
    traceId: new Uint8Array(16).fill(1),
    spanId: new Uint8Array(8).fill(2),
    name: 'good',
  };
  const cases: readonly (readonly [string, OtlpSpan, string])[] = [
    ['no trace id', { ...good, traceId: new Uint8Array(0) }, 'has no trace id'],
    ['a short trace id', { ...good, traceId: new Uint8Array(8) }, 'has a trace id of 8 bytes, wanted 16'],
    ['an all-zero trace id', { ...good, traceId: new Uint8Array(16) }, 'has an all-zero trace id'],
    ['no span id', { ...good, spanId: new Uint8Array(0) }, 'has no span id'],
    ['a long span id', { ...good, spanId: new Uint8Array(9).fill(1) }, 'has a span id of 9 bytes, wanted 8'],
    ['an all-zero span id', { ...good, spanId: new Uint8Array(8) }, 'has an all-zero span id'],
    [
      'a short parent id',
      { ...good, parentSpanId: new Uint8Array(4) },
      'has a parent span id of 4 bytes, wanted 8',
    ],
  ];
  test.each(cases)('%s', (_, bad, why) => {
    const spans = [good, { ...bad, name: 'bad "one"\n' }, good, { ...bad, name: 'another' }];
    const { decoded, spans: seen } = read(encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    expect(decoded).toEqual({
      kind: 'decoded',
      spans: 2,
      rejected: 2,
      message: `span 1 "bad \\"one\\"\\n" ${why}`,
    });
    expect(seen.map(({ name }) => name)).toEqual(['good', 'good']);
  });

  test('no parent id and an all-zero one both mean a root', () => {
    const spans = [good, { ...good, parentSpanId: new Uint8Array(8) }];
    const { spans: seen } = read(encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    expect(seen.map(({ ids }) => ids.slice(48))).toEqual(['0'.repeat(16), '0'.repeat(16)]);
  });

  test('the message stays far below its limit', () => {
    const name = '\u0001'.repeat(5000);
    const { decoded } = read(encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans: [{ name }] }] }] }));
    expect(decoded.kind === 'decoded' && Buffer.byteLength(decoded.message)).toBeLessThan(
      LIMITS.messageBytesMax,
    );
  });
});
