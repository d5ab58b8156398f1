import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { codingOf, encodingOf } from '../../src/receive/media-type.ts';
import { table } from '../support/table.ts';

const types = table(`
  content_type                                     encoding
  application/x-protobuf                           protobuf
  application/json                                 json
  APPLICATION/X-PROTOBUF                           protobuf
  Application/Json                                 json
  ·application/json·                               json
  application/json;charset=utf-8                   json
  application/json;·charset="utf-8"                json
  application/json·;·a=b·;·c="d;·e\\"f"            json
  application/json;                                json
  APPLICATION/X-PROTOBUF·;x=1                      protobuf
  APPLICATION/X-PROTOBUF·;x                        _
  application/json·garbage                         _
  application/json,application/x-protobuf          _
  application/jsonx                                _
  application/json;charset                         _
  application/json;charset="open                   _
  application/json;a=b·c                           _
  application/                                     _
  application                                      _
  application/x-protobuf/json                      _
  text/plain                                       _
  application/grpc                                 _
  text/plain;a="application/json"                  _
`);
test.each(types)('encodingOf: "$content_type" is "$encoding"', ({ content_type, encoding }) => {
  expect(encodingOf(content_type) ?? '').toBe(encoding);
});

describe('encodingOf', () => {
  test('no header, a tab with a tail, and a header that is too long are nothing', () => {
    expect(encodingOf(undefined)).toBeUndefined();
    expect(encodingOf('application/json\ta')).toBeUndefined();
    expect(encodingOf(`application/json;a=${'b'.repeat(256)}`)).toBeUndefined();
  });

  test('a tail that begins with anything but a parameter is never let through', () => {
    const tail = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/^[ \t]*(;|$)/.test(text));
    fc.assert(
      fc.property(tail, (text) => {
        expect(encodingOf(`application/json${text}`)).toBeUndefined();
      }),
    );
  });

  test('hostile parameters cost no time', () => {
    const started = performance.now();
    for (const piece of ['; ', ';a=b', ';a="', ' \t', ';\t;'])
      for (let rounds = 0; rounds < 100; rounds++) encodingOf(`application/json${piece.repeat(60)}\u0000`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

const codings = table(`
  content_encoding  coding
  _                 identity
  identity          identity
  gzip              gzip
  GZIP              gzip
  x-gzip            gzip
  ·gzip·            gzip
  gzip,·gzip        none
  br                none
  zstd              none
  deflate           none
  gzipx             none
`);
test.each(codings)('codingOf: "$content_encoding" is $coding', ({ content_encoding, coding }) => {
  expect(codingOf(content_encoding) ?? 'none').toBe(coding);
});
test('codingOf: no header is identity', () => expect(codingOf(undefined)).toBe('identity'));
