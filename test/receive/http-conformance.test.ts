/**
 * **Goal**: every row of the OTLP specification that concerns a receiver over HTTP, by its id in `reference/otlp.md`.
 * **Method**: real sockets, a scripted `accept`. Where the Collector deviates, the specification's answer is asked for.
 */
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../src/domain/request.ts';
import { table } from '../support/table.ts';
import { JSON_TYPE, PROTOBUF, post, talk, withHttp } from './opened.ts';
import { readResponse, readStatus, readStatusJson } from './rpc-schema.ts';

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const refused = (reason: string): Answer =>
  ({ kind: 'refused', refusal: { reason, message: 'why', retryAfterMs: 1500 } }) as Answer;

describe('both transports', () => {
  test('B1: no compression and gzip are accepted, by either name', () =>
    withHttp({}, async (opened) => {
      for (const coding of ['identity', 'gzip', 'x-gzip', 'GZIP']) {
        const body = coding === 'identity' ? Buffer.from('spans') : gzipSync(Buffer.from('spans'));
        const response = await post(opened, body, { ...PROTOBUF, 'content-encoding': coding });
        expect(response.status).toBe(200);
      }
      expect(opened.received.map(({ body }) => body.toString())).toEqual(Array(4).fill('spans'));
    }));

  test('B2: an empty request succeeds', () =>
    withHttp({}, async (opened) => {
      expect((await post(opened, '')).status).toBe(200);
      expect((await post(opened, '{}', JSON_TYPE)).status).toBe(200);
      expect(opened.received[0]?.body).toHaveLength(0);
    }));

  test('B3: full success leaves partial_success unset', () =>
    withHttp({}, async (opened) => {
      expect(readResponse(await bytesOf(await post(opened, 'x')))).toBeUndefined();
      expect(await (await post(opened, '{}', JSON_TYPE)).json()).toEqual({});
    }));

  const partial: Answer = { kind: 'accepted', rejectedSpans: 3, message: 'the trace id is all zero' };
  test('B4, B5: rejected spans are a partial success that says how many and why', () =>
    withHttp({ accept: partial }, async (opened) => {
      const response = await post(opened, 'x');
      expect(response.status).toBe(200);
      expect(readResponse(await bytesOf(response))).toEqual({
        rejectedSpans: 3,
        message: 'the trace id is all zero',
      });
      expect(await (await post(opened, '{}', JSON_TYPE)).json()).toEqual({
        partialSuccess: { rejectedSpans: '3', errorMessage: 'the trace id is all zero' },
      });
    }));

  test('B6: a warning is a partial success without a rejected span', () =>
    withHttp({ accept: { kind: 'accepted', rejectedSpans: 0, message: 'careful' } }, async (opened) => {
      expect(readResponse(await bytesOf(await post(opened, 'x')))).toEqual({
        rejectedSpans: 0,
        message: 'careful',
      });
    }));

  test('B7: a partial success is final: 200, counted as partial, and nothing asks for a resend', () =>
    withHttp({ accept: partial }, async (opened) => {
      const response = await post(opened, 'x');
      expect([response.status, response.headers.get('retry-after')]).toEqual([200, null]);
      expect(opened.answers).toEqual(new Map([['partial', 1]]));
    }));

  test('B8: answers stay small, however long the message is', async () => {
    const message = 'é'.repeat(5_000_000);
    for (const accept of [
      { kind: 'accepted', rejectedSpans: 1, message },
      { kind: 'refused', refusal: { reason: 'malformed', message } },
    ] as const)
      await withHttp({ accept }, async (opened) => {
        expect((await bytesOf(await post(opened, 'x'))).length).toBeLessThan(4096);
        expect((await bytesOf(await post(opened, '{}', JSON_TYPE))).length).toBeLessThan(4096);
      });
  });

  test('B9, B10, B11: whatever a body holds reaches accept byte by byte', () =>
    withHttp({}, async (opened) => {
      const body = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256));
      for (const sent of [body, gzipSync(body)])
        await post(opened, sent, sent === body ? PROTOBUF : { ...PROTOBUF, 'content-encoding': 'gzip' });
      expect(opened.received.map((one) => one.body.equals(body))).toEqual([true, true]);
    }));

  test('B12: the same batch again is accepted again', () =>
    withHttp({}, async (opened) => {
      expect([(await post(opened, 'x')).status, (await post(opened, 'x')).status]).toEqual([200, 200]);
      expect(opened.received).toHaveLength(2);
    }));
});

describe('OTLP/HTTP', () => {
  test('H1: POST /v1/traces takes traces; other signals and paths are 404 and told so', () =>
    withHttp({}, async (opened) => {
      expect((await post(opened, 'x')).status).toBe(200);
      for (const path of ['/v1/metrics', '/v1/logs', '/v1development/profiles', '/', '/v1/traces/']) {
        const url = `http://127.0.0.1:${opened.port}${path}`;
        const response = await fetch(url, { method: 'POST', headers: PROTOBUF, body: 'x' });
        expect(response.status).toBe(404);
        expect(readStatus(await bytesOf(response)).message).toMatch('only traces are read here');
      }
      expect(opened.received).toHaveLength(1);
    }));

  test('H2, H3: both encodings on one port, and the answer in that of the request, errors too', async () => {
    for (const accept of [undefined, refused('malformed'), refused('overloaded'), refused('unavailable')])
      await withHttp(accept === undefined ? {} : { accept }, async (opened) => {
        for (const [encoding, headers] of [
          ['protobuf', PROTOBUF],
          ['json', JSON_TYPE],
        ] as const) {
          const response = await post(opened, '{}', headers);
          expect(response.headers.get('content-type')).toBe(headers['content-type']);
          expect(opened.received.at(-1)?.encoding).toBe(encoding);
        }
      });
  });

  test('H4: gRPC on this port is no media type that is read here', () =>
    withHttp({}, async (opened) => {
      expect((await post(opened, 'x', { 'content-type': 'application/grpc' })).status).toBe(415);
    }));

  test('H5: parameters of the content type are accepted', () =>
    withHttp({}, async (opened) => {
      const types = [
        'application/json; charset=utf-8',
        'application/x-protobuf;a="b;c"',
        'APPLICATION/JSON;q=1',
      ];
      for (const type of types) expect((await post(opened, '{}', { 'content-type': type })).status).toBe(200);
      expect(opened.received.map(({ encoding }) => encoding)).toEqual(['json', 'protobuf', 'json']);
    }));

  test('H6: HTTP/1.1, and 1.0 without keep-alive', () =>
    withHttp({}, async (opened) => {
      const head =
        'POST /v1/traces HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
      expect(await talk(opened.port, head)).toMatch(/^HTTP\/1\.1 200 /);
    }));

  test('H7: gzip is decoded, also of several members and chunk by chunk', () =>
    withHttp({}, async (opened) => {
      const members = Buffer.concat([gzipSync(Buffer.from('one ')), gzipSync(Buffer.from('two'))]);
      const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
      const chunked = new ReadableStream({
        start(controller) {
          for (const byte of members) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
      expect((await post(opened, members, headers)).status).toBe(200);
      expect((await post(opened, chunked, headers)).status).toBe(200);
      expect(opened.received.map(({ body }) => body.toString())).toEqual(['one two', 'one two']);
    }));

  test('H8: a body at the limit is taken; over it 413, announced, chunked, or only after inflating', () =>
    withHttp({ limits: { bodyBytesMax: 100_000 } }, async (opened) => {
      const gzip = { ...PROTOBUF, 'content-encoding': 'gzip' };
      const streamed = (size: number) => new Blob([Buffer.alloc(size)]).stream() as ReadableStream;
      const statuses = async (size: number) => [
        (await post(opened, Buffer.alloc(size))).status,
        (await post(opened, streamed(size))).status,
        (await post(opened, gzipSync(Buffer.alloc(size)), gzip)).status,
      ];
      expect(await statuses(100_000)).toEqual([200, 200, 200]);
      expect(await statuses(100_001)).toEqual([413, 413, 413]);
      const response = await post(opened, Buffer.alloc(5_000_000));
      expect(readStatus(await bytesOf(response))).toEqual({
        code: 8,
        message: 'the body is larger than 100000 bytes',
      });
      expect(opened.answers.get('too_large')).toBe(4);
    }));

  test('H9: success is 200 with an ExportTraceServiceResponse', () =>
    withHttp({}, async (opened) => {
      const response = await post(opened, 'x');
      expect([response.status, (await bytesOf(response)).length]).toEqual([200, 0]);
      expect(await (await post(opened, '{}', JSON_TYPE)).text()).toBe('{}');
    }));

  const errors = table(`
    method  path         type                    coding  status
    GET     /v1/traces   _                       _       405
    GET     /v1/traces   application/x-protobuf  _       405
    POST    /nowhere     application/x-protobuf  _       404
    POST    /nowhere     application/json        _       404
    POST    /nowhere     text/·plain             _       404
    POST    /v1/traces   text/plain              _       415
    POST    /v1/traces   application/x-protobuf  br      400
    POST    /v1/traces   application/json        br      400
    POST    /v1/traces   application/x-protobuf  gzip    400
    POST    /%zz         application/json        _       400
  `);
  test.each(errors)('H10: $method $path of $type, $coding is $status with a Status body', (row) =>
    withHttp({}, async ({ port }) => {
      const response = await fetch(`http://127.0.0.1:${port}${row.path}`, {
        method: row.method!,
        headers: {
          'content-type': row.type!,
          ...(row.coding === '' ? {} : { 'content-encoding': row.coding! }),
        },
        ...(row.method === 'POST' ? { body: 'x' } : {}),
      });
      const encoding = row.type === 'application/x-protobuf' ? row.type : 'application/json';
      expect([response.status, response.headers.get('content-type')]).toEqual([Number(row.status), encoding]);
      const bytes = await bytesOf(response);
      const read =
        encoding === row.type && row.type !== 'application/json'
          ? readStatus(bytes)
          : readStatusJson(bytes.toString());
      expect(read.message).not.toBe('');
    }),
  );

  test('H11: what accept cannot read is 400 with a BadRequest', () =>
    withHttp({ accept: refused('malformed') }, async (opened) => {
      const response = await post(opened, 'x');
      expect(response.status).toBe(400);
      expect(readStatus(await bytesOf(response))).toEqual({ code: 3, message: 'why', violations: ['why'] });
      const json = await (await post(opened, '{}', JSON_TYPE)).text();
      expect(readStatusJson(json)).toEqual({ code: 3, message: 'why', violations: ['why'] });
    }));

  const faults: [string, () => Promise<Answer>][] = [
    ['rejects', () => Promise.reject(new Error('disk full'))],
    [
      'throws',
      () => {
        throw new Error('a bug');
      },
    ],
    ['answers nonsense', () => Promise.resolve(undefined as unknown as Answer)],
  ];
  test.each(faults)('H12: where accept %s, the answer is 503 and asks for a resend, never 500', (_, accept) =>
    withHttp({ accept }, async (opened) => {
      const response = await post(opened, 'x');
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
      expect(readStatus(await bytesOf(response))).toMatchObject({ code: 14, retryMs: 1500 });
      expect(opened.logged).toHaveLength(1);
    }),
  );

  test('H13: overload is 429, closing is 503; both with Retry-After in whole seconds and RetryInfo', () =>
    withHttp({ inflightBytesMax: 1000 }, async (opened) => {
      const held = opened.admission.take(995);
      const full = await post(opened, 'too much');
      expect([full.status, full.headers.get('retry-after')]).toEqual([429, '2']);
      expect(readStatus(await bytesOf(full))).toMatchObject({ code: 8, retryMs: 1500 });
      const inflated = await post(opened, gzipSync(''), { ...PROTOBUF, 'content-encoding': 'gzip' });
      expect(inflated.status).toBe(429);
      void opened.admission.drain();
      const closing = await post(opened, 'x');
      expect([closing.status, closing.headers.get('retry-after')]).toEqual([503, '2']);
      held?.release();
    }));

  test('H14: a connection is kept for the next request, after an error too', () =>
    withHttp({ limits: { bodyBytesMax: 10 } }, async ({ port }) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ports = new Set<number | undefined>();
      for (const body of ['x', 'y', 'longer than ten', 'z'])
        await new Promise<void>((resolve, reject) => {
          const sent = request(
            { port, agent, method: 'POST', path: '/v1/traces', headers: PROTOBUF },
            (got) => {
              ports.add(sent.socket?.localPort);
              got.resume().on('end', resolve);
            },
          );
          sent.on('error', reject).end(body);
        });
      agent.destroy();
      expect(ports.size).toBe(1);
    }));

  test('H15: wrong method 405 with Allow; wrong content type 415; unknown coding 400', () =>
    withHttp({}, async (opened) => {
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND']) {
        const response = await fetch(`http://127.0.0.1:${opened.port}/v1/traces?a=b`, { method });
        expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
      }
      for (const type of ['text/plain', 'application/xml', 'json'])
        expect((await post(opened, 'x', { 'content-type': type })).status).toBe(415);
      for (const coding of ['br', 'zstd', 'deflate', 'snappy', 'gzip, gzip'])
        expect((await post(opened, 'x', { ...PROTOBUF, 'content-encoding': coding })).status).toBe(400);
      expect(opened.received).toEqual([]);
      expect(Object.fromEntries(opened.answers)).toEqual({
        wrong_method: 7,
        unknown_media_type: 3,
        unknown_coding: 5,
      });
    }));
});
