import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import { sampleOf } from '../support/metrics.ts';
import { withService } from '../support/service.ts';
import {
  type Asked,
  bodyOf,
  expectSound,
  JSON_TYPE,
  PROTOBUF_TYPE,
  post,
  span,
  Witnesses,
} from './witness.ts';

/**
 * Goal: bytes that are no request are answered clearly and counted, and harm nothing. Method: each goes to a whole
 * service over a real socket; between them good spans, which at the end are all charged exactly.
 */

const GZIP = { 'content-encoding': 'gzip' };
const sample = bodyOf([span({ 'agent.session.id': 'never', 'agent.type': 'never' })]);
const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);
const nested = sample.replace(
  '"attributes":[',
  `"attributes":[{"key":"agent.type","value":${deep('{"arrayValue":{"values":[', ']}}')}},`,
);
/** Field 1 in field 1 in field 1, each to the end of the body. */
function deepProtobuf(levels: number): Buffer {
  const head: number[] = [];
  for (let level = 0; level < levels; level += 1) head.push(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f);
  return Buffer.from(head);
}

interface Bad {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  /** Of `solvent_requests_total`. */
  readonly answer: string;
  readonly says: RegExp;
}

const bad = (
  body: Bad['body'],
  headers: Bad['headers'],
  [wanted, answer, says]: readonly [number, string, RegExp],
): Bad => ({ body, headers, status: wanted, answer, says });

const MALFORMED = 'malformed';
const BODIES: Readonly<Record<string, Bad>> = {
  'bytes that are no protobuf': bad(Buffer.alloc(999, 0xff), PROTOBUF_TYPE, [
    400,
    MALFORMED,
    /byte \d+: wanted/,
  ]),
  'JSON where protobuf is announced': bad(sample, PROTOBUF_TYPE, [400, MALFORMED, /byte \d+: wanted/]),
  'protobuf cut in the middle': bad(Buffer.from([0x0a, 0x7f, 1, 2]), PROTOBUF_TYPE, [400, MALFORMED, /byte/]),
  'protobuf 100,000 deep': bad(deepProtobuf(100_000), PROTOBUF_TYPE, [400, MALFORMED, /byte/]),
  'bytes that are no JSON': bad('{{{', JSON_TYPE, [400, MALFORMED, /byte 1: wanted/]),
  'no JSON at all': bad('', JSON_TYPE, [400, MALFORMED, /found nothing/]),
  'JSON that is no object': bad('[]', JSON_TYPE, [400, MALFORMED, /wanted a JSON object/]),
  'JSON cut in the middle': bad(sample.slice(0, -20), JSON_TYPE, [400, MALFORMED, /byte \d+: wanted/]),
  'JSON with broken UTF-8 and a broken end': bad(Buffer.from([0x7b, 0xff, 0xfe]), JSON_TYPE, [
    400,
    MALFORMED,
    /byte/,
  ]),
  'arrays 100,000 deep': bad(`{"x":${deep('[', ']')}}`, JSON_TYPE, [400, MALFORMED, /at most 272 levels/]),
  'objects 100,000 deep': bad(deep('{"x":', '}'), JSON_TYPE, [400, MALFORMED, /at most 272 levels/]),
  'an attribute 100,000 deep': bad(nested, JSON_TYPE, [400, MALFORMED, /at most 272 levels/]),
  'gzip cut in the middle': bad(gzipSync(sample).subarray(0, 60), { ...JSON_TYPE, ...GZIP }, [
    400,
    MALFORMED,
    /gzip/,
  ]),
  'gzip that is none': bad(sample, { ...JSON_TYPE, ...GZIP }, [400, MALFORMED, /gzip/]),
  'an unknown coding': bad(sample, { ...JSON_TYPE, 'content-encoding': 'br' }, [
    400,
    'unknown_coding',
    /Content-Enc/,
  ]),
  'plain text': bad(sample, { 'content-type': 'text/plain' }, [
    415,
    'unknown_media_type',
    /Content-Type must be/,
  ]),
  'a form': bad(sample, { 'content-type': 'application/x-www-form-urlencoded' }, [
    415,
    'unknown_media_type',
    /must be/,
  ]),
  'a type that never was': bad(sample, { 'content-type': '\u00e9/;;"' }, [
    415,
    'unknown_media_type',
    /must be/,
  ]),
  'a body past its limit': bad(Buffer.alloc(4_200_000, 0x20), JSON_TYPE, [413, 'too_large', /larger than/]),
  'a bomb': bad(gzipSync(Buffer.alloc(9_000_000)), { ...JSON_TYPE, ...GZIP }, [
    413,
    'too_large',
    /larger than/,
  ]),
};

/** Sends bytes that need not be HTTP; resolves to what came back. */
function raw({ addresses }: Asked, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(addresses.otlpHttp);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

function exportGrpc(
  service: Asked,
  body: Buffer,
  metadata = new Metadata(),
): Promise<ServiceError | undefined> {
  const client = new Client(service.addresses.otlpGrpc, credentials.createInsecure());
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, body, metadata, (fault) => {
      client.close();
      resolve(fault ?? undefined);
    });
  });
}

describe('bodies that are no request', () => {
  test('are each refused with a reason, counted, and lose no good span', async () => {
    await withService({ SOLVENT_BODY_BYTES_MAX: '4MiB' }, async (service) => {
      const witnesses = new Witnesses();
      const expected = new Map<string, number>();
      for (const [name, { body, headers, answer, ...wanted }] of Object.entries(BODIES)) {
        const told = await post(service, body, headers);
        expect({ name, status: told.status, text: told.text }).toEqual({
          name,
          status: wanted.status,
          text: expect.stringMatching(wanted.says),
        });
        expected.set(answer, (expected.get(answer) ?? 0) + 1);
        expect((await post(service, bodyOf([witnesses.span()]))).status).toBe(200);
      }
      await witnesses.charged(service);
      const samples = await expectSound(service);
      for (const [answer, count] of [...expected, ['accepted', Object.keys(BODIES).length] as const])
        expect({ answer, count: sampleOf(samples, 'solvent_requests_total', { answer }) }).toEqual({
          answer,
          count,
        });
    });
  });

  test('that are no HTTP are answered or cut off', async () => {
    await withService({}, async (service) => {
      const witnesses = new Witnesses();
      const answers = [
        await raw(service, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
        await raw(service, 'GET / HTTP/9.9\r\n\r\n'),
        await raw(service, 'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-length: banana\r\n\r\n'),
        await raw(service, `POST /v1/traces HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
      ];
      for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect((await post(service, bodyOf([witnesses.span()]))).status).toBe(200);
      await witnesses.charged(service);
      await expectSound(service);
    });
  });

  test('over gRPC are INVALID_ARGUMENT, never our fault', async () => {
    await withService({ SOLVENT_BODY_BYTES_MAX: '4MiB' }, async (service) => {
      const witnesses = new Witnesses();
      const codes = async (bodies: readonly Buffer[]) =>
        Promise.all(bodies.map(async (body) => (await exportGrpc(service, body))?.code));
      expect(
        await codes([
          Buffer.alloc(99, 0xff),
          Buffer.from('{"resourceSpans":[]}'),
          deepProtobuf(50_000),
          Buffer.from([0x0a, 9]),
        ]),
      ).toEqual(Array(4).fill(status.INVALID_ARGUMENT));
      expect(await codes([Buffer.alloc(4_200_000)])).toEqual([status.RESOURCE_EXHAUSTED]);
      expect(await codes([Buffer.alloc(0)])).toEqual([undefined]);
      expect((await post(service, bodyOf([witnesses.span()]))).status).toBe(200);
      await witnesses.charged(service);
      const samples = await expectSound(service);
      const labels = { transport: 'grpc', answer: 'malformed' };
      expect(sampleOf(samples, 'solvent_requests_total', labels)).toBe(4);
    });
  });
});
