import { describe, expect, test } from '@jest/globals';
import { openDecoder } from '../../src/decode/decoder.ts';
import { LIMITS } from '../../src/domain/limits.ts';
import { type AnyValue, encodeRequest, type OtlpSpan } from './reference.ts';
import { look } from './views.ts';
import { bytes, group, plainVarint, tag, text } from './wild-protobuf.ts';

/** Each limit at its last good value and one past it, in both encodings where both have it. */
const NAMES = ['tags', 'agent.session.id'];
const decoder = openDecoder(NAMES);
const ids: OtlpSpan = { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2) };

const protobufOf = (span: OtlpSpan) =>
  encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, ...span }] }] }] });

function jsonOf(span: OtlpSpan): Buffer {
  const whole = { ...span, traceId: '01'.repeat(16), spanId: '02'.repeat(8) };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [whole] }] }] }));
}

const ENCODINGS = [
  ['protobuf', (span: OtlpSpan) => look(NAMES, (visit) => decoder.protobuf(protobufOf(span), visit))],
  ['json', (span: OtlpSpan) => look(NAMES, (visit) => decoder.json(jsonOf(span), visit))],
] as const;

const tagged = (value: AnyValue): OtlpSpan => ({ attributes: [{ key: 'tags', value }] });

describe.each(ENCODINGS)('limits of %s', (_, read) => {
  const textOf = (stringValue: string) => read(tagged({ stringValue })).spans[0]!.attributes.tags!;

  test('textBytesMax: longer text is cut and says so', () => {
    expect(textOf('x'.repeat(LIMITS.textBytesMax))).toMatchObject({
      text: 'x'.repeat(LIMITS.textBytesMax),
      cut: false,
    });
    expect(textOf('x'.repeat(LIMITS.textBytesMax + 1))).toMatchObject({
      text: 'x'.repeat(LIMITS.textBytesMax),
      cut: true,
    });
  });

  test('textBytesMax: with escapes the text counts, not its spelling', () => {
    expect(textOf('\n'.repeat(LIMITS.textBytesMax))).toMatchObject({
      text: '\n'.repeat(LIMITS.textBytesMax),
      cut: false,
    });
    expect(textOf('\n'.repeat(LIMITS.textBytesMax + 1))).toMatchObject({
      text: '\n'.repeat(LIMITS.textBytesMax),
      cut: true,
    });
  });

  test.each(['é', '€', '😀'])('textBytesMax: %s is never cut in two', (character) => {
    const size = Buffer.byteLength(character);
    for (let room = 0; room < size; room++) {
      const before = 'x'.repeat(LIMITS.textBytesMax - room);
      expect(textOf(before + character)).toMatchObject({ text: before, cut: true });
    }
    const whole = 'x'.repeat(LIMITS.textBytesMax - size) + character;
    expect(textOf(whole)).toMatchObject({ text: whole, cut: false });
  });

  test('textBytesMax: a long run of digits is no number', () => {
    expect(textOf('1'.repeat(LIMITS.textBytesMax + 1)).number).toBeUndefined();
  });

  test('longTextBytesMax: a longer one is not read at all', () => {
    const most = LIMITS.longTextBytesMax;
    for (const character of ['x', '\n', '\u0001', '"']) {
      expect(textOf(character.repeat(most)).long).toBe(character.repeat(most));
      expect(textOf(character.repeat(most + 1))).toMatchObject({ long: undefined, has: true, cut: true });
    }
  });

  test.each(['é', '€', '😀'])('longTextBytesMax: %s counts its bytes', (character) => {
    const before = 'x'.repeat(LIMITS.longTextBytesMax - Buffer.byteLength(character));
    expect(textOf(before + character).long).toBe(before + character);
    expect(textOf(`${before}x${character}`).long).toBeUndefined();
  });

  test('attributesMax', () => {
    const attributes = (before: number) => [
      ...Array.from({ length: before }, () => ({ key: 'unread' })),
      { key: 'tags', value: { stringValue: 'last' } },
    ];
    const seen = (before: number) => read({ attributes: attributes(before) }).spans[0]!.attributes.tags?.text;
    expect([seen(LIMITS.attributesMax - 1), seen(LIMITS.attributesMax)]).toEqual(['last', undefined]);
  });

  test('eventsMax', () => {
    const events = (before: number) => [
      ...Array.from({ length: before }, () => ({ name: 'exception' })),
      { name: 'gen_ai.evaluation.result' },
    ];
    const seen = (before: number) => read({ events: events(before) }).spans[0]!.events.length;
    expect([seen(LIMITS.eventsMax - 1), seen(LIMITS.eventsMax)]).toEqual([1, 0]);
  });

  test('textsMax', () => {
    const values = (length: number) => Array.from({ length }, () => ({ stringValue: 'x' }));
    const seen = (length: number) =>
      read(tagged({ arrayValue: { values: values(length) } })).spans[0]!.attributes.tags!.texts;
    expect([seen(LIMITS.textsMax).length, seen(LIMITS.textsMax + 1).length]).toEqual([
      LIMITS.textsMax,
      LIMITS.textsMax,
    ]);
  });
});

/** AnyValues in AnyValues, written by hand: the reference encoder gives up at fewer. */
function nestedProtobuf(levels: number, wrap: (inner: Uint8Array) => Uint8Array): Uint8Array {
  let value: Uint8Array = text(1, 'x');
  for (let level = 1; level < levels; level++) value = wrap(value);
  const attribute = bytes(9, Buffer.concat([text(1, 'tags'), bytes(2, value)]));
  return bytes(
    1,
    bytes(2, bytes(2, Buffer.concat([bytes(1, ids.traceId!), bytes(2, ids.spanId!), attribute]))),
  );
}
const inArray = (inner: Uint8Array) => bytes(5, bytes(1, inner));
const inMap = (inner: Uint8Array) => bytes(6, bytes(1, Buffer.concat([text(1, 'k'), bytes(2, inner)])));

function nestedJson(levels: number, open: string, close: string): Buffer {
  const value = `${open.repeat(levels - 1)}{"stringValue":"x"}${close.repeat(levels - 1)}`;
  const span = `{"traceId":"${'01'.repeat(16)}","spanId":"${'02'.repeat(8)}","attributes":[{"key":"tags","value":${value}}]}`;
  return Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`);
}

describe('depth', () => {
  const ignore = () => undefined;
  const TOO_DEEP = { kind: 'malformed', message: expect.stringMatching(/at most 64 levels of values$/) };

  test.each([inArray, inMap])('nestingMax in protobuf, %p', (wrap) => {
    expect(decoder.protobuf(nestedProtobuf(LIMITS.nestingMax, wrap), ignore)).toMatchObject({ spans: 1 });
    expect(decoder.protobuf(nestedProtobuf(LIMITS.nestingMax + 1, wrap), ignore)).toEqual(TOO_DEEP);
  });

  test.each([
    ['{"arrayValue":{"values":[', ']}}'],
    ['{"kvlistValue":{"values":[{"key":"k","value":', '}]}}'],
  ])('nestingMax in JSON, %s', (open, close) => {
    expect(decoder.json(nestedJson(LIMITS.nestingMax, open, close), ignore)).toMatchObject({ spans: 1 });
    expect(decoder.json(nestedJson(LIMITS.nestingMax + 1, open, close), ignore)).toMatchObject({
      kind: 'malformed',
    });
  });

  test('nestingMax of unknown groups', () => {
    const groups = (levels: number): Uint8Array =>
      Buffer.concat([...Array<Buffer>(levels).fill(tag(99, 3)), ...Array<Buffer>(levels).fill(tag(99, 4))]);
    expect(decoder.protobuf(groups(LIMITS.nestingMax), ignore)).toMatchObject({ kind: 'decoded' });
    expect(decoder.protobuf(groups(LIMITS.nestingMax + 1), ignore)).toMatchObject({ kind: 'malformed' });
    expect(decoder.protobuf(group(99, [group(98, [])]), ignore)).toMatchObject({ kind: 'decoded' });
  });

  test('jsonNestingMax, in a member that nobody reads', () => {
    const body = (levels: number) => Buffer.from(`{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`);
    expect(decoder.json(body(LIMITS.jsonNestingMax), ignore)).toMatchObject({ kind: 'decoded' });
    expect(decoder.json(body(LIMITS.jsonNestingMax + 1), ignore)).toMatchObject({ kind: 'malformed' });
  });

  test.each(['[', '{"a":', '{"resourceSpans":[', '{"value":{"arrayValue":{"values":['])(
    '100,000 times %s',
    (open) => {
      expect(decoder.json(Buffer.from(`{"a":${open.repeat(100_000)}`), ignore)).toMatchObject({
        kind: 'malformed',
      });
    },
  );

  test('100,000 levels of AnyValue are refused where they are read, and passed over where not', () => {
    let value: Uint8Array = text(1, 'x');
    let wrapped = value.length;
    const heads: Uint8Array[] = [value];
    for (let level = 0; level < 100_000; level++) {
      const inner = Buffer.concat([tag(1, 2), plainVarint(BigInt(wrapped))]);
      const outer = Buffer.concat([tag(5, 2), plainVarint(BigInt(wrapped + inner.length))]);
      heads.push(inner, outer);
      wrapped += inner.length + outer.length;
    }
    value = Buffer.concat(heads.reverse());
    const body = (key: string) =>
      bytes(
        1,
        bytes(
          2,
          bytes(
            2,
            Buffer.concat([
              bytes(1, ids.traceId!),
              bytes(2, ids.spanId!),
              bytes(9, Buffer.concat([text(1, key), bytes(2, value)])),
            ]),
          ),
        ),
      );
    expect(decoder.protobuf(body('tags'), ignore)).toEqual(TOO_DEEP);
    expect(decoder.protobuf(body('unread'), ignore)).toMatchObject({ spans: 1 });
  });
});
