import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { demoTraffic } from '../../src/demo/traffic.ts';
import { encodeRequest } from '../decode/reference.ts';
import { readStatus, readStatusJson } from '../receive/rpc-schema.ts';
import { sampleOf } from '../support/metrics.ts';
import { withService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type Asked, bodyOf, expectSound, getJson, metricsOf, post, span, Witnesses } from './witness.ts';

/**
 * Goal: past a bound a sender is told to come back, and what it sends again gets through: nothing acked is lost, and
 * nothing is kept that was refused. Method: the bound is reached for certain, real exporters send against it, then
 * it gives way.
 */

const DEMO_TASKS = 3;

const EXPORTERS: Readonly<Record<string, (service: Asked) => SpanExporter>> = {
  'OTLP/HTTP protobuf': ({ addresses }) => new ProtoExporter({ url: `${addresses.otlpHttp}/v1/traces` }),
  'OTLP/HTTP JSON': ({ addresses }) => new JsonExporter({ url: `${addresses.otlpHttp}/v1/traces` }),
};

/** The exporter of this SDK resends nothing over gRPC; a client with gRPC's own retries stands for those that do. */
const RETRYING = JSON.stringify({
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 5,
        initialBackoff: '0.1s',
        maxBackoff: '1s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
});

function exportGrpc(
  { addresses }: Asked,
  body: Uint8Array,
  options: object = {},
): Promise<ServiceError | undefined> {
  const client = new Client(addresses.otlpGrpc, credentials.createInsecure(), options);
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, Buffer.from(body), (fault) => {
      client.close();
      resolve(fault ?? undefined);
    });
  });
}

const grpcBody = (session: string): Uint8Array =>
  encodeRequest({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: Buffer.from(session.padEnd(16, '.')),
                spanId: Buffer.from(session.padEnd(8, '.').slice(0, 8)),
                startTimeUnixNano: String(BigInt(Date.now() - 60_000) * 1_000_000n),
                endTimeUnixNano: String(BigInt(Date.now() - 59_000) * 1_000_000n),
                attributes: [
                  { key: 'agent.session.id', value: { stringValue: session } },
                  { key: 'agent.type', value: { stringValue: 'by grpc' } },
                  { key: 'agent.cost.usd', value: { stringValue: '3' } },
                ],
              },
            ],
          },
        ],
      },
    ],
  });

/** Both transports say no, say for how long, and keep nothing. */
async function expectShed(service: Asked): Promise<void> {
  const refused = await post(
    service,
    bodyOf([span({ 'agent.session.id': 'refused', 'agent.type': 'refused' })]),
  );
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(readStatusJson(refused.text)).toMatchObject({ code: status.RESOURCE_EXHAUSTED, retryMs: 200 });
  const fault = await exportGrpc(service, grpcBody('refused'));
  expect(fault?.code).toBe(status.UNAVAILABLE);
  const [details] = fault?.metadata.get('grpc-status-details-bin') ?? [];
  expect(readStatus(details as Buffer)).toMatchObject({ code: status.UNAVAILABLE, retryMs: 200 });
}

interface Row {
  readonly agent_type: string;
  readonly tasks: { readonly solved: number; readonly remediated: number; readonly failed: number };
  readonly cost_usd: { readonly total: string };
}

/** What was sent while the door was shut is there, once; what was only refused is not. */
async function expectArrived(service: Asked): Promise<void> {
  const rows = await until('every resent task is closed', async () => {
    const { rows } = (await getJson(service, '/api/v1/cpst?group_by=agent_type')) as { rows: Row[] };
    const closed = rows.filter(({ agent_type }) => !['witness', 'by grpc', 'waiting'].includes(agent_type));
    const tasks = closed.reduce((sum, { tasks }) => sum + tasks.solved + tasks.remediated + tasks.failed, 0);
    const exporters = Object.keys(EXPORTERS).length;
    return tasks === DEMO_TASKS * 2 * exporters && rows.some((row) => row.agent_type === 'by grpc') && rows;
  });
  expect(rows.map(({ agent_type }) => agent_type)).not.toContain('refused');
  expect(rows.find((row) => row.agent_type === 'by grpc')).toMatchObject({
    tasks: { solved: 1 },
    cost_usd: { total: '3' },
  });
}

/** All senders send at once against the shut door, which `open` opens once each of them was refused. */
async function sendAgainst(service: Asked, open: () => Promise<unknown>): Promise<void> {
  const before = await refusals(service);
  const sent = Object.values(EXPORTERS).map((exporter, index) =>
    demoTraffic({ exporter: exporter(service), tasks: DEMO_TASKS, nowMs: Date.now(), runId: `run ${index}` }),
  );
  const byGrpc = exportGrpc(service, grpcBody('resent'), { 'grpc.service_config': RETRYING });
  await until('each sender was refused', async () => (await refusals(service)) >= before + sent.length + 1);
  await open();
  for (const { lost, why } of await Promise.all(sent))
    expect({ lost, why }).toEqual({ lost: 0, why: undefined });
  expect(await byGrpc).toBeUndefined();
}

const refusals = async (service: Asked): Promise<number> => {
  const samples = await metricsOf(service);
  return samples
    .filter(({ name, labels }) => name === 'solvent_requests_total' && labels.answer === 'overloaded')
    .reduce((sum, { value }) => sum + value, 0);
};

/** A request of which the second half is held back. */
async function halfRequest({ addresses }: Asked, body: string): Promise<{ finish(): Promise<string> }> {
  const { hostname, port } = new URL(addresses.otlpHttp);
  const socket: Socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const length = Buffer.byteLength(body);
  const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  socket.write(head + body.slice(0, 100));
  return {
    async finish() {
      const answer = once(socket, 'data');
      socket.write(body.slice(100));
      const [bytes] = await answer;
      socket.destroy();
      return String(bytes);
    },
  };
}

const bytesInFlight = async (service: Asked): Promise<number | undefined> =>
  sampleOf(await metricsOf(service), 'solvent_bytes_in_flight');

describe('past a bound senders are told to come back, and do', () => {
  test('when too many spans wait to be settled', async () => {
    const env = {
      SOLVENT_OPEN_SPANS_MAX: '1000',
      SOLVENT_SETTLE_INTERVAL: '1h',
      SOLVENT_RETRY_AFTER: '200ms',
    };
    await withService(env, async (service) => {
      const witnesses = new Witnesses();
      const waiting = Array.from({ length: 1001 }, () =>
        span({ 'agent.session.id': 'waiting', 'agent.type': 'waiting' }),
      );
      const accepted = await post(service, bodyOf([...waiting, witnesses.span()]));
      expect(accepted.status).toBe(200);
      await expectShed(service);
      const settling = { on: true };
      const settle = async () => {
        while (settling.on) {
          await service.settleNow();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      let settled: Promise<void> | undefined;
      await sendAgainst(service, async () => {
        settled = settle();
      });
      await expectArrived(service);
      await witnesses.charged(service);
      settling.on = false;
      await settled;
      await expectSound(service);
      expect(sampleOf(await metricsOf(service), 'solvent_spans_pending')).toBe(0);
    });
  });

  test('when too many bytes are in flight', async () => {
    const env = {
      SOLVENT_INFLIGHT_BYTES_MAX: '128KiB',
      SOLVENT_BODY_BYTES_MAX: '64KiB',
      SOLVENT_RETRY_AFTER: '200ms',
    };
    await withService(env, async (service) => {
      const witnesses = new Witnesses();
      const bodies = [1, 2].map(() => bodyOf([witnesses.span()]).padEnd(65_536, ' '));
      const halves = await Promise.all(bodies.map((body) => halfRequest(service, body)));
      await until('their bytes are taken', async () => (await bytesInFlight(service)) === 131_072);
      await expectShed(service);
      await sendAgainst(service, async () => {
        for (const half of halves) expect(await half.finish()).toMatch(/^HTTP\/1\.1 200 /);
      });
      await expectArrived(service);
      await witnesses.charged(service);
      await expectSound(service);
      expect(await bytesInFlight(service)).toBe(0);
    });
  });
});
