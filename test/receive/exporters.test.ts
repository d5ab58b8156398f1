/**
 * The OTel SDK's own exporters, as users run them: they succeed, and those over HTTP resend exactly what asks for it.
 * The one over gRPC resends nothing in this version, whatever it is told; so a plain gRPC client with a retry policy stands
 * in for the exporters of other languages.
 */
import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, expect, test } from '@jest/globals';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { Answer } from '../../src/domain/request.ts';
import { ACCEPTED, TRACES_EXPORT, withGrpc, withHttp } from './opened.ts';

const memory = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
const tracer = provider.getTracer('test');
for (let index = 0; index < 50; index++) tracer.startSpan(`span-${index}`, { attributes: { index } }).end();
const spans = memory.getFinishedSpans();
afterAll(() => provider.shutdown());

interface Sender {
  readonly name: string;
  readonly over: typeof withHttp;
  open(port: number, compression: CompressionAlgorithm): SpanExporter;
}
const http = (port: number) => `http://127.0.0.1:${port}/v1/traces`;
const senders: Sender[] = [
  {
    name: 'exporter-trace-otlp-grpc',
    over: withGrpc,
    open: (port, compression) => new GrpcExporter({ url: `http://127.0.0.1:${port}`, compression }),
  },
  {
    name: 'exporter-trace-otlp-proto',
    over: withHttp,
    open: (port, compression) => new ProtoExporter({ url: http(port), compression }),
  },
  {
    name: 'exporter-trace-otlp-http',
    over: withHttp,
    open: (port, compression) => new JsonExporter({ url: http(port), compression }),
  },
];

const overHttp = senders.filter(({ over }) => over === withHttp);

/** 0 where the SDK takes it for a success. */
function send(exporter: SpanExporter): Promise<number> {
  return new Promise((resolve) => exporter.export(spans, ({ code }) => resolve(code)));
}

for (const compression of [CompressionAlgorithm.NONE, CompressionAlgorithm.GZIP])
  test.each(senders)(`$name, ${compression}: its spans arrive`, async ({ over, open }) => {
    await over({}, async ({ port, received }) => {
      const exporter = open(port, compression);
      expect(await send(exporter)).toBe(0);
      expect(received).toHaveLength(1);
      expect(received[0]!.body.includes('span-49')).toBe(true);
      await exporter.shutdown();
    });
  });

/** Says no once, then yes. */
function onceRefused(refusal: object): () => Promise<Answer> {
  let asked = 0;
  return async () => (asked++ === 0 ? ({ kind: 'refused', refusal } as Answer) : ACCEPTED);
}

for (const reason of ['overloaded', 'unavailable'])
  test.each(overHttp)(`$name resends what is ${reason}`, async ({ over, open }) => {
    const accept = onceRefused({ reason, message: 'later', retryAfterMs: 50 });
    await over({ accept }, async ({ port, received, answers }) => {
      const exporter = open(port, CompressionAlgorithm.GZIP);
      expect(await send(exporter)).toBe(0);
      expect(received[1]!.body.equals(received[0]!.body)).toBe(true);
      expect(answers.get(reason)).toBe(1);
      await exporter.shutdown();
    });
  });

test.each(overHttp)('$name resends after a bug of ours', async ({ over, open }) => {
  let asked = 0;
  const accept = async () => {
    if (asked++ === 0) throw new Error('a bug');
    return ACCEPTED;
  };
  await over({ accept, limits: { retryAfterMs: 50 } }, async ({ port, received }) => {
    const exporter = open(port, CompressionAlgorithm.NONE);
    expect(await send(exporter)).toBe(0);
    expect(received).toHaveLength(2);
    await exporter.shutdown();
  });
});

for (const reason of ['overloaded', 'unavailable', 'malformed'])
  test(`a gRPC client that resends UNAVAILABLE ${reason === 'malformed' ? 'drops' : 'resends'} what is ${reason}`, async () => {
    const accept = onceRefused({ reason, message: 'later', retryAfterMs: 50 });
    await withGrpc({ accept }, async ({ port, received }) => {
      const retryPolicy = {
        maxAttempts: 3,
        initialBackoff: '0.05s',
        maxBackoff: '0.1s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      };
      const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
        'grpc.service_config': JSON.stringify({ methodConfig: [{ name: [{}], retryPolicy }] }),
      });
      const bytes = (some: Buffer) => some;
      const code = await new Promise((resolve) =>
        client.makeUnaryRequest(TRACES_EXPORT, bytes, bytes, Buffer.from('x'), (fault) =>
          resolve(fault?.code),
        ),
      );
      client.close();
      expect([code, received.length]).toEqual(reason === 'malformed' ? [3, 1] : [undefined, 2]);
    });
  });

test.each(senders)('$name drops what is malformed', async ({ over, open }) => {
  await over({ accept: onceRefused({ reason: 'malformed', message: 'no' }) }, async ({ port, received }) => {
    const exporter = open(port, CompressionAlgorithm.NONE);
    expect(await send(exporter)).not.toBe(0);
    expect(received).toHaveLength(1);
    await exporter.shutdown();
  });
});
