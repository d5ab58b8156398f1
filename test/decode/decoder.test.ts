import { describe, expect, test } from '@jest/globals';
import { openDecoder } from '../../src/decode/decoder.ts';
import type { ResourceView, SpanView } from '../../src/domain/span.ts';
import { corpusTruth, fatCorpus, leanCorpus } from '../bench/corpus.ts';
import { table } from '../support/table.ts';
import { type AnyValue, encodeRequest, type OtlpRequest } from './reference.ts';
import { look } from './views.ts';

const NAMES = ['tags', 'gen_ai.usage.input_tokens', 'agent.session.id'];
const decoder = openDecoder(NAMES);
const span = { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2) };
const resourceOf = (name: string, spans = [span]) => ({
  resource: { attributes: [{ key: 'tags', value: { stringValue: name } }] },
  scopeSpans: [{ spans }],
});

function tagOf(value: AnyValue) {
  const spans = [{ ...span, attributes: [{ key: 'tags', value }] }];
  const body = encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  return look(NAMES, (visit) => decoder.protobuf(body, visit)).spans[0]!.attributes.tags;
}

describe('what an attribute says', () => {
  test.each(
    table(`
    stringValue  number
    12           12
    -1.5e3       -1500
    +7.          7
    .5           0.5
    0x10         _
    1_000        _
    ·1           _
    NaN          _
    Infinity     _
    1e           _
    -            _
  `),
  )('the text "$stringValue" as a number: $number', ({ stringValue, number }) => {
    expect(tagOf({ stringValue: stringValue! })).toMatchObject({
      text: stringValue,
      number: number === '' ? undefined : Number(number),
      texts: [stringValue],
    });
  });

  test.each<[AnyValue, string | undefined, number | undefined]>([
    [{ intValue: '-1' }, '-1', -1],
    [{ intValue: '9223372036854775807' }, '9223372036854775807', 2 ** 63],
    [{ doubleValue: 0.1 }, '0.1', 0.1],
    [{ doubleValue: Number.NaN }, 'NaN', Number.NaN],
    [{ doubleValue: Number.NEGATIVE_INFINITY }, '-Infinity', Number.NEGATIVE_INFINITY],
    [{ boolValue: false }, 'false', undefined],
    [{ bytesValue: new Uint8Array(3) }, undefined, undefined],
    [{ kvlistValue: { values: [] } }, undefined, undefined],
    [{ arrayValue: { values: [] } }, undefined, undefined],
  ])('%j', (value, text, number) => {
    expect(tagOf(value)).toEqual({ has: true, text, number, texts: [], cut: false });
  });

  test('an array gives its strings, and passes over what is none', () => {
    const values = [
      { stringValue: 'a' },
      { intValue: 1 },
      {},
      { stringValue: '' },
      { arrayValue: { values: [] } },
      { stringValue: 'b' },
    ];
    expect(tagOf({ arrayValue: { values } })!.texts).toEqual(['a', 'b']);
  });
});

describe('what is reused, and what is not', () => {
  test('one span object; a resource object for each resource, which can be read later', () => {
    const spans = new Set<SpanView>();
    const resources = new Set<ResourceView>();
    const keep = (one: SpanView) => {
      spans.add(one);
      resources.add(one.resource);
    };
    decoder.protobuf(
      encodeRequest({ resourceSpans: [resourceOf('a', [span, span]), resourceOf('b')] }),
      keep,
    );
    decoder.protobuf(encodeRequest({ resourceSpans: [resourceOf('c')] }), keep);
    expect(spans.size).toBe(1);
    expect([...resources].map((resource) => resource.text(0))).toEqual(['a', 'b', 'c']);
  });

  test('a body may lie anywhere in its buffer', () => {
    const body = encodeRequest({ resourceSpans: [resourceOf('a')] });
    const padded = new Uint8Array(body.length + 20).fill(0x0a);
    padded.set(body, 7);
    const { spans } = look(NAMES, (visit) => decoder.protobuf(padded.subarray(7, 7 + body.length), visit));
    expect(spans[0]!.resource.tags!.text).toBe('a');
  });
});

describe('the visitor', () => {
  const body = encodeRequest({ resourceSpans: [resourceOf('a')] } satisfies OtlpRequest);

  test('what it throws comes through, and the decoder goes on', () => {
    const fail = () => {
      throw new RangeError('of the visitor');
    };
    expect(() => decoder.protobuf(body, fail)).toThrow('of the visitor');
    expect(decoder.protobuf(body, () => undefined)).toMatchObject({ spans: 1 });
  });

  test('does not decode another body', () => {
    const nest = () => void decoder.protobuf(body, () => undefined);
    expect(() => decoder.protobuf(body, nest)).toThrow('a visitor of spans does not decode another body');
  });
});

test.each([
  ['lean', leanCorpus],
  ['fat', fatCorpus],
] as const)('the %s corpus holds what its truth says', (_, corpus) => {
  const truth = corpusTruth(70);
  const found = { spans: 0, sessions: new Set<string>(), inputTokens: 0 };
  for (const body of corpus(70)) {
    decoder.protobuf(body, (one) => {
      found.spans += 1;
      found.inputTokens += one.number(1) ?? 0;
      const session = one.text(2);
      if (session !== undefined) found.sessions.add(session);
    });
  }
  expect([found.spans, found.sessions.size, found.inputTokens]).toEqual([
    truth.spans,
    truth.tasks,
    truth.inputTokens,
  ]);
});
