/** **Goal** and **method** as in http-conformance.test.ts, over gRPC. */
import { Client, credentials, status } from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../src/domain/request.ts';
import { callGrpc, type GrpcResult, withGrpc } from './opened.ts';
import { readResponse, readStatus } from './rpc-schema.ts';

const SPANS = Buffer.from('spans');
const refused = (reason: string): Answer =>
  ({ kind: 'refused', refusal: { reason, message: 'why', retryAfterMs: 1500 } }) as Answer;
const detailsOf = ({ metadata }: GrpcResult) => {
  const [bytes] = metadata?.get('grpc-status-details-bin') ?? [];
  return bytes === undefined ? undefined : readStatus(bytes as Buffer);
};

describe('both transports', () => {
  test('B1: no compression and gzip are accepted', () =>
    withGrpc({}, async ({ port, received }) => {
      const big = Buffer.alloc(3_000_000, 'span');
      for (const body of [SPANS, big])
        for (const gzip of [false, true]) expect((await callGrpc(port, body, { gzip })).code).toBe(status.OK);
      expect(received.map(({ body }) => body.length)).toEqual([5, 5, 3_000_000, 3_000_000]);
      expect(received.every(({ encoding }) => encoding === 'protobuf')).toBe(true);
    }));

  test('B2, B3: an empty request succeeds, with partial_success unset', () =>
    withGrpc({}, async ({ port, received }) => {
      const result = await callGrpc(port, Buffer.alloc(0));
      expect([result.code, readResponse(result.response!)]).toEqual([status.OK, undefined]);
      expect(received[0]?.body).toHaveLength(0);
    }));

  test('B4, B5, B6, B7: rejected spans and warnings are a final partial success', async () => {
    for (const rejectedSpans of [3, 0])
      await withGrpc({ accept: { kind: 'accepted', rejectedSpans, message: 'no id' } }, async (opened) => {
        const result = await callGrpc(opened.port, SPANS);
        expect(result.code).toBe(status.OK);
        expect(readResponse(result.response!)).toEqual({ rejectedSpans, message: 'no id' });
        expect(opened.answers).toEqual(new Map([['partial', 1]]));
      });
  });

  test('B8: answers stay small, however long the message is', async () => {
    const message = 'é'.repeat(1_000_000);
    await withGrpc({ accept: { kind: 'accepted', rejectedSpans: 1, message } }, async ({ port }) => {
      expect((await callGrpc(port, SPANS)).response!.length).toBeLessThan(2048);
    });
    await withGrpc(
      { accept: { kind: 'refused', refusal: { reason: 'malformed', message } } },
      async ({ port }) => {
        const result = await callGrpc(port, SPANS);
        expect(result.code).toBe(status.INVALID_ARGUMENT);
        expect(Buffer.byteLength(result.details)).toBeLessThan(2048);
      },
    );
  });

  test('B9, B10, B11: whatever a body holds reaches accept byte by byte', () =>
    withGrpc({}, async ({ port, received }) => {
      const body = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256));
      for (const gzip of [false, true]) await callGrpc(port, body, { gzip });
      expect(received.map((one) => one.body.equals(body))).toEqual([true, true]);
    }));

  test('B12: the same batch again is accepted again', () =>
    withGrpc({}, async ({ port, received }) => {
      for (let times = 0; times < 2; times++) expect((await callGrpc(port, SPANS)).code).toBe(status.OK);
      expect(received).toHaveLength(2);
    }));
});

describe('OTLP/gRPC', () => {
  test('G1: TraceService/Export is served; metrics, logs and other methods are UNIMPLEMENTED', () =>
    withGrpc({}, async ({ port }) => {
      const proto = '/opentelemetry.proto.collector';
      for (const path of [
        `${proto}.metrics.v1.MetricsService/Export`,
        `${proto}.logs.v1.LogsService/Export`,
        `${proto}.trace.v1.TraceService/Import`,
        '/grpc.health.v1.Health/Check',
      ])
        expect((await callGrpc(port, SPANS, { path })).code).toBe(status.UNIMPLEMENTED);
      expect((await callGrpc(port, SPANS)).code).toBe(status.OK);
    }));

  test('G2, G3: at the limit OK; over it RESOURCE_EXHAUSTED without RetryInfo, before or after inflating', () =>
    withGrpc({ limits: { bodyBytesMax: 100_000 } }, async ({ port, answers }) => {
      for (const gzip of [false, true]) {
        expect((await callGrpc(port, Buffer.alloc(100_000), { gzip })).code).toBe(status.OK);
        for (const size of [100_001, 5_000_000]) {
          const result = await callGrpc(port, Buffer.alloc(size), { gzip });
          expect([result.code, detailsOf(result)]).toEqual([status.RESOURCE_EXHAUSTED, undefined]);
        }
      }
      expect(Object.fromEntries(answers)).toEqual({ accepted: 2, too_large: 4 });
    }));

  test('G2: the limit is 64 MiB where the settings say so', () =>
    withGrpc({}, async ({ port }) => {
      const limit = 64 * 1024 * 1024;
      expect((await callGrpc(port, Buffer.alloc(limit))).code).toBe(status.OK);
      expect((await callGrpc(port, Buffer.alloc(limit + 1), { gzip: true })).code).toBe(
        status.RESOURCE_EXHAUSTED,
      );
    }));

  test('G4: unary calls run side by side on one connection', async () => {
    let inside = 0;
    let open = () => {};
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    const accept = async () => {
      if (++inside === 20) open();
      await all;
      return { kind: 'accepted', rejectedSpans: 0, message: '' } as const;
    };
    await withGrpc({ accept }, async ({ port }) => {
      const calls = Array.from({ length: 20 }, () => callGrpc(port, SPANS));
      expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(Array(20).fill(status.OK));
    });
  });

  test('G5: a fault that passes is UNAVAILABLE with RetryInfo', () =>
    withGrpc({ accept: refused('unavailable') }, async ({ port }) => {
      const result = await callGrpc(port, SPANS);
      expect([result.code, result.details]).toEqual([status.UNAVAILABLE, 'why']);
      expect(detailsOf(result)).toEqual({ code: 14, message: 'why', retryMs: 1500 });
    }));

  test('G6: what accept cannot read is INVALID_ARGUMENT with a BadRequest', () =>
    withGrpc({ accept: refused('malformed') }, async ({ port }) => {
      const result = await callGrpc(port, SPANS);
      expect(result.code).toBe(status.INVALID_ARGUMENT);
      expect(detailsOf(result)).toEqual({ code: 3, message: 'why', violations: ['why'] });
    }));

  test('G7: overload is UNAVAILABLE with RetryInfo, said by accept or by the door', () =>
    withGrpc(
      { accept: refused('overloaded'), inflightBytesMax: 1000 },
      async ({ port, admission, answers }) => {
        const held = [undefined, admission.take(900)];
        for (const _ of held) {
          const result = await callGrpc(port, held[1] === undefined ? SPANS : Buffer.alloc(300));
          expect([result.code, detailsOf(result)?.retryMs]).toEqual([status.UNAVAILABLE, 1500]);
        }
        held[1]?.release();
        expect(answers.get('overloaded')).toBe(2);
      },
    ));

  test('G7: while closing it is UNAVAILABLE with RetryInfo', () =>
    withGrpc({}, async ({ port, admission }) => {
      await admission.drain();
      const result = await callGrpc(port, SPANS);
      expect([result.code, detailsOf(result)?.retryMs]).toEqual([status.UNAVAILABLE, 1500]);
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
  test.each(faults)(
    'G8: where accept %s, the answer is UNAVAILABLE, never INTERNAL or UNKNOWN',
    (_, accept) =>
      withGrpc({ accept }, async (opened) => {
        const result = await callGrpc(opened.port, SPANS);
        expect([result.code, detailsOf(result)?.retryMs]).toEqual([status.UNAVAILABLE, 1500]);
        expect(opened.logged).toHaveLength(1);
      }),
  );

  test('G8: a deadline that passes is the sender`s DEADLINE_EXCEEDED, and the bytes are held until accept is done', async () => {
    let finish = () => {};
    const accept = () =>
      new Promise<Answer>((resolve) => {
        finish = () => resolve({ kind: 'accepted', rejectedSpans: 0, message: '' });
      });
    await withGrpc({ accept }, async ({ port, admission }) => {
      const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
      const bytes = (some: Buffer) => some;
      const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
      const code = await new Promise((resolve) =>
        client.makeUnaryRequest(path, bytes, bytes, SPANS, { deadline: Date.now() + 100 }, (fault) =>
          resolve(fault?.code),
        ),
      );
      client.close();
      expect(code).toBe(status.DEADLINE_EXCEEDED);
      expect(admission.bytes).toBeGreaterThan(0);
      finish();
      await admission.drain();
      expect(admission.bytes).toBe(0);
    });
  });
});
