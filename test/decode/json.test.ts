import { describe, expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { IDS, messageOf, readSpan, readText, tagOf, withIds } from './json-bodies.ts';

/** The list of section 1.4 of the receiver's reference: what OTLP's JSON is, and where we are lenient. J5 and J6 are in json-number.test.ts. */
describe('1.4 J1: ids are hex in any case, other bytes base64', () => {
  test('lower, upper and mixed case', () => {
    const seen = [IDS, IDS.replaceAll(/"[0-9a-f]+"/g, (hex) => hex.toUpperCase())].map(
      (ids) => readSpan(ids).spans[0]!.ids,
    );
    expect(seen).toEqual(Array(2).fill(`5b8efff798038103d269b633813fc60ceee19b7ec3c1b174${'0'.repeat(16)}`));
  });

  test('a parent id', () => {
    expect(withIds('"parentSpanId":"00f067aa0ba902b7"').spans[0]!.ids.slice(48)).toBe('00f067aa0ba902b7');
    expect(withIds('"parentSpanId":""').spans[0]!.ids.slice(48)).toBe('0'.repeat(16));
  });

  test.each(
    table(`
    trace_id                           why
    5b8efff798038103d269b633813fc6     has·a·trace·id·of·15·bytes,·wanted·16
    5b8efff798038103d269b633813fc60    has·a·trace·id·of·15.5·bytes,·wanted·16
    5b8efff798038103d269b633813fc60c1  has·a·trace·id·of·16.5·bytes,·wanted·16
    00000000000000000000000000000000   has·an·all-zero·trace·id
    _                                  has·no·trace·id
  `),
  )('the span with trace id "$trace_id" is rejected: it $why', ({ trace_id, why }) => {
    expect(readSpan(`"traceId":"${trace_id}","spanId":"eee19b7ec3c1b174","name":"n"`).decoded).toEqual({
      kind: 'decoded',
      spans: 0,
      rejected: 1,
      message: `span 0 "n" ${why}`,
    });
  });

  test.each(['W47/95gDgQPSabYzgT/GDA==', 'zb8efff798038103d269b633813fc60c', '5b8efff7\\u0039'])(
    'a trace id %s is no hex, and the body malformed',
    (id) => expect(messageOf(readSpan(`"traceId":"${id}"`))).toMatch(/wanted hex digits for traceId/),
  );

  test('bytesValue is there, but is neither text nor number', () => {
    expect(tagOf('{"bytesValue":"aGVsbG8="}').spans[0]!.attributes.tags).toMatchObject({
      has: true,
      text: undefined,
    });
  });
});

describe('1.4 J2: enums are integers; names and quotes are let pass', () => {
  test.each(
    table(`
    kind                 seen
    3                    3
    "3"                  3
    "SPAN_KIND_CLIENT"   3
    "SPAN_KIND_CONSUMER" 5
    99                   0
    -1                   0
    null                 0
  `),
  )('kind $kind is $seen', ({ kind, seen }) => {
    expect(withIds(`"kind":${kind}`).spans[0]!.kind).toBe(Number(seen));
  });

  test.each(
    table(`
    code                seen
    2                   2
    "2"                 2
    "STATUS_CODE_ERROR" 2
    "STATUS_CODE_UNSET" 0
    7                   0
  `),
  )('status code $code is $seen', ({ code, seen }) => {
    expect(withIds(`"status":{"message":"why","code":${code}}`).spans[0]!.status).toBe(Number(seen));
  });

  test.each(['"CLIENT"', 'true', '1.5', '""', '{}'])('kind %s is malformed', (kind) => {
    expect(messageOf(withIds(`"kind":${kind}`))).toMatch(/wanted .* kind$/);
  });
});

describe('1.4 J3: lowerCamelCase and snake_case are both read', () => {
  const camel = `{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"scope":{"name":"s","version":"1"},"spans":[{
    "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"00f067aa0ba902b7",
    "startTimeUnixNano":"1","endTimeUnixNano":"2","events":[{"timeUnixNano":"3","name":"gen_ai.evaluation.result"}],
    "attributes":[{"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"1"}]}}},
      {"key":"agent.session.id","value":{"stringValue":"s-1"}}]}]}]}]}`;

  test('with the same result', () => {
    const snake = camel.replaceAll(
      /"([a-zA-Z]+)":/g,
      (_, name: string) => `"${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}":`,
    );
    expect(snake).toContain('trace_id');
    expect(readText(snake)).toEqual(readText(camel));
    expect(readText(camel).spans[0]).toMatchObject({
      start: 1n,
      end: 2n,
      scope: ['s', '1'],
      events: [{ time: 3n }],
    });
  });

  test('a name may be spelled with escapes', () => {
    const escaped = camel
      .replaceAll('"spanId"', '"span\\u0049d"')
      .replaceAll('agent.session.id', 'agent\\u002esession.id');
    expect(readText(escaped)).toEqual(readText(camel));
  });
});

describe('1.4 J4: unknown members are ignored', () => {
  test.each(['null', '1e400', '"\\ud800"', '[[],{},[{}]]', '{"traceId":1,"":{"spans":[1]}}'])(
    'of the value %s',
    (value) => {
      const unknown = `"new_field":${value}`;
      const body = `{${unknown},"resourceSpans":[{${unknown},"scopeSpans":[{${unknown},"spans":[{${unknown},${IDS}}],${unknown}}]}]}`;
      expect(readText(body).decoded).toMatchObject({ kind: 'decoded', spans: 1 });
    },
  );

  test('what is read elsewhere is unknown here', () => {
    expect(withIds('"scope":1,"resource":[],"code":"x"').decoded).toMatchObject({ spans: 1 });
  });
});

describe('1.4 J7: null is the default, a missing array is empty', () => {
  test.each([
    '{}',
    '{"resourceSpans":null}',
    '{"resourceSpans":[]}',
    '{"resourceSpans":[{}]}',
    '{"resourceSpans":[null]}',
    '{"resourceSpans":[{"resource":null,"scopeSpans":null}]}',
    '{"resourceSpans":[{"resource":{"attributes":null},"scopeSpans":[{"scope":null,"spans":null}]}]}',
  ])('%s holds no spans', (body) => {
    expect(readText(body).decoded).toEqual({ kind: 'decoded', spans: 0, rejected: 0, message: '' });
  });

  test('in every field of a span', () => {
    const nulls = [
      'parentSpanId',
      'name',
      'kind',
      'startTimeUnixNano',
      'endTimeUnixNano',
      'attributes',
      'events',
      'status',
      'flags',
    ];
    const plain = readSpan(IDS);
    expect(withIds(nulls.map((name) => `"${name}":null`).join())).toEqual(plain);
    expect(withIds('"status":{"code":null},"attributes":[null,{}],"events":[null]')).toEqual(plain);
  });

  test.each(['null', '{}', '{"stringValue":null}', '{"stringValue":""}', '{"unknownValue":5}'])(
    'a value of %s is absent',
    (value) => {
      expect(tagOf(value).spans[0]!.attributes).toEqual({});
    },
  );
});

describe('1.4 J8: repeated and hostile names', () => {
  test('__proto__ is a name as any other', () => {
    const own = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';
    const attributes =
      '"attributes":[{"key":"__proto__","value":{"stringValue":"a"}},{"key":"constructor","value":{"stringValue":"b"}}]';
    const [span] = withIds(`${own},${attributes}`).spans;
    expect(Object.keys(span!.attributes)).toContain('constructor');
    expect(Object.entries(span!.attributes).find(([name]) => name === '__proto__')?.[1].text).toBe('a');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('of a repeated name the last one wins, and lists go on', () => {
    expect(withIds('"name":"a","name":"b"').spans[0]!.name).toBe('b');
    expect(tagOf('{"stringValue":"a","intValue":2}').spans[0]!.attributes.tags!.text).toBe('2');
    expect(tagOf('{"stringValue":"a","intValue":null}').spans[0]!.attributes.tags!.text).toBe('a');
    const scopes = `"scopeSpans":[{"spans":[{${IDS}}],"spans":[{${IDS}}]}]`;
    const late = `"resource":{"attributes":[{"key":"tags","value":{"stringValue":"late"}}]}`;
    const { spans } = readText(`{"resourceSpans":[{${scopes},${scopes},${late}}]}`);
    expect(spans.map(({ resource }) => resource.tags?.text)).toEqual(Array(4).fill('late'));
  });
});

describe('1.4 J9: what is no JSON object is malformed, and says where', () => {
  test.each([
    ['', /^byte 0: wanted a JSON object, found nothing$/],
    [' \n', /^byte 2: wanted a JSON object, found nothing$/],
    ['[]', /^byte 0: wanted a JSON object$/],
    ['"{}"', /^byte 0: wanted a JSON object$/],
    ['\ufeff{}', /^byte 0: wanted a JSON object$/],
    ['{"a":1,}', /^byte 7: wanted the name of a member in quotes$/],
    ['{"a":[1,]}', /^byte 8: wanted a JSON value$/],
    ['{} {}', /^byte 3: wanted nothing behind the JSON object$/],
    ['{"a":"\u0001"}', /^byte 6: wanted control characters in strings to be escaped$/],
    ['{"a":"\\x"}', /^byte 7: wanted an escape that JSON has$/],
    ['{"a":"\\u12g4"}', /^byte 10: wanted four hex digits$/],
    ['{"a"}', /^byte 4: wanted ":"$/],
    ['{"a":1]', /^byte 6: wanted "," or "}"$/],
    ['{"a":', /^byte 5: wanted a JSON value, found the end$/],
    ['{"a":"b', /^byte 7: wanted the end of a string$/],
    ['{"resourceSpans":{}}', /^byte 17: wanted an array for resourceSpans$/],
    ['{"resourceSpans":[1]}', /^byte 18: wanted an object for an element of resourceSpans$/],
    ['{"resourceSpans":[{"scopeSpans":[{"spans":[[]]}]}]}', /^byte 43: wanted an object for a span$/],
  ])('%j', (body, message) => expect(messageOf(readText(body))).toMatch(message));

  test.each([
    ['"name":5', /wanted a string for name$/],
    ['"traceId":5', /wanted a string for traceId$/],
    ['"status":2', /wanted an object for status$/],
    ['"attributes":{"a":1}', /wanted an array for attributes$/],
    ['"attributes":[{"key":"tags","value":"bare"}]', /wanted an object for a value$/],
    ['"attributes":[{"key":"tags","value":{"stringValue":5}}]', /wanted a string for stringValue$/],
    ['"attributes":[{"key":"tags","value":{"boolValue":"true"}}]', /wanted true or false for boolValue$/],
    ['"attributes":[{"key":"tags","value":{"arrayValue":[]}}]', /wanted an object for arrayValue$/],
    [
      '"attributes":[{"key":"tags","value":{"arrayValue":{"values":[{"boolValue":1}]}}}]',
      /wanted true or false/,
    ],
  ])('a span with %s', (members, message) => expect(messageOf(withIds(members))).toMatch(message));
});

test('1.4 J10: bytes that are no UTF-8 and halves of pairs are U+FFFD', () => {
  const invalid = Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[{${IDS},"name":"a?b"}]}]}]}`);
  invalid[invalid.indexOf('?')] = 0xff;
  expect(readText(invalid).spans[0]!.name).toBe('a\ufffdb');
  const names = ['\\ud83d\\ude00', '\\ud83dx', '\\ude00', '\\ud83d\\ud83d\\ude00', '\\u00e9\\u20ac\\"\\/'];
  expect(names.map((name) => withIds(`"name":"${name}"`).spans[0]!.name)).toEqual([
    '😀',
    '\ufffdx',
    '\ufffd',
    '\ufffd😀',
    'é€"/',
  ]);
});
