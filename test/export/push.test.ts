import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import { readPushSettings } from '../../src/export/push-settings.ts';
import type { Log } from '../../src/lib/log.ts';
import { silentLog } from '../../src/lib/log.ts';
import { table } from '../support/table.ts';
import { everyMetric } from '../support/tasks.ts';
import { until } from '../support/until.ts';
import { withExport } from './opened.ts';

const METRICS = 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT';
const GENERAL = 'OTEL_EXPORTER_OTLP_ENDPOINT';

describe('the OTEL variables', () => {
  test('without an endpoint nothing is pushed, whatever else is set', () => {
    expect(
      readPushSettings({ OTEL_METRIC_EXPORT_INTERVAL: 'x', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    ).toEqual({
      kind: 'off',
    });
    expect(readPushSettings({ [GENERAL]: ' ' })).toEqual({ kind: 'off' });
  });

  const cases = table(`
    general               metrics               protocol       metrics_protocol  url                              as
    http://c:4318         _                     _              _                 http://c:4318/v1/metrics         http/protobuf
    http://c:4318/        _                     http/json      _                 http://c:4318/v1/metrics         http/json
    http://c:4318/otlp/   _                     _              _                 http://c:4318/otlp/v1/metrics    http/protobuf
    http://c:4318         http://m:1/custom     _              _                 http://m:1/custom                http/protobuf
    http://c:4317         _                     grpc           _                 http://c:4317/                   grpc
    c:4317                _                     grpc           _                 c:4317                           grpc
    https://c             _                     grpc           http/protobuf     https://c/v1/metrics             http/protobuf
  `);
  test.each(cases)('$general $metrics $protocol $metrics_protocol', (row) => {
    const env = {
      [GENERAL]: row.general!,
      [METRICS]: row.metrics!,
      OTEL_EXPORTER_OTLP_PROTOCOL: row.protocol!,
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: row.metrics_protocol!,
    };
    expect(readPushSettings(env)).toEqual({
      kind: 'push',
      protocol: row.as,
      url: row.url,
      intervalMs: 60_000,
      timeoutMs: 30_000,
    });
  });

  test('the timeout is never longer than the interval', () => {
    const env = { [GENERAL]: 'http://c', OTEL_METRIC_EXPORT_INTERVAL: '5000' };
    expect(readPushSettings(env)).toMatchObject({ intervalMs: 5000, timeoutMs: 5000 });
  });

  test('every mistake is told at once, with what was wanted', () => {
    const env = {
      [GENERAL]: 'collector',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'thrift',
      OTEL_METRIC_EXPORT_INTERVAL: '-1',
      OTEL_METRIC_EXPORT_TIMEOUT: '1m',
    };
    expect(readPushSettings(env)).toEqual({
      kind: 'refused',
      complaints: [
        'OTEL_EXPORTER_OTLP_PROTOCOL is "thrift", but should be grpc, http/protobuf or http/json',
        'OTEL_EXPORTER_OTLP_ENDPOINT is "collector", but should be a URL such as http://localhost:4318',
        'OTEL_METRIC_EXPORT_INTERVAL is "-1", but should be a whole number of milliseconds above 0',
        'OTEL_METRIC_EXPORT_TIMEOUT is "1m", but should be a whole number of milliseconds above 0',
      ],
    });
  });
});

interface Pushed {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A collector over HTTP that remembers what it gets, and answers as `status` says. */
async function withCollector(
  status: () => number,
  run: (where: { url: string; pushed: readonly Pushed[] }) => Promise<void>,
): Promise<void> {
  const pushed: Pushed[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url: path = '', headers } = request;
    pushed.push({ path, contentType: headers['content-type'] ?? '', body: Buffer.concat(chunks) });
    response.writeHead(status(), { 'content-type': headers['content-type'] ?? '' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pushed });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly sum?: { readonly dataPoints: readonly OtlpPoint[]; readonly isMonotonic: boolean };
}
interface OtlpPoint {
  readonly asDouble: number;
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
}

const metricsOf = (body: Buffer): readonly OtlpMetric[] =>
  JSON.parse(body.toString()).resourceMetrics[0].scopeMetrics.flatMap(
    ({ metrics }: { metrics: readonly OtlpMetric[] }) => metrics,
  );

describe('the push', () => {
  test('http/json: gauges and counters under their OTel names, units and resource', async () => {
    await withCollector(
      () => 200,
      async ({ url, pushed }) => {
        const env = {
          [GENERAL]: url,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          OTEL_METRIC_EXPORT_INTERVAL: '50',
        };
        await withExport(await everyMetric(), { env }, async ({ start }) => {
          await start();
          await until('two pushes', () => pushed.length >= 2);
        });
        const [first] = pushed as [Pushed];
        expect(first).toMatchObject({ path: '/v1/metrics', contentType: 'application/json' });
        const metrics = metricsOf(first.body);
        const cpst = metrics.find(({ name }) => name === 'agent.cpst.usd')!;
        expect(cpst.unit).toBe('{USD}');
        expect(cpst.gauge!.dataPoints).toHaveLength(2);
        const cost = metrics.find(({ name }) => name === 'agent.cost.usd')!;
        expect(cost.sum).toMatchObject({ isMonotonic: true, dataPoints: [{ asDouble: 3 }] });
        const [point] = cost.sum!.dataPoints as [OtlpPoint];
        expect(point.startTimeUnixNano).toBe(point.timeUnixNano);
        expect(point.startTimeUnixNano).toBe('1795435200000000000');
        const { resource } = JSON.parse(first.body.toString()).resourceMetrics[0];
        expect(resource.attributes).toContainEqual({
          key: 'service.name',
          value: { stringValue: 'solvent' },
        });
        // Of the ledger, not of the process: another one may push next.
        expect(resource.attributes).toContainEqual({
          key: 'service.instance.id',
          value: { stringValue: 'test-ledger' },
        });
        expect(metrics.map(({ name }) => name)).toContain('solvent.spans_received');
      },
    );
  });

  test('http/protobuf is the default, and closing pushes once more', async () => {
    await withCollector(
      () => 200,
      async ({ url, pushed }) => {
        await withExport(await everyMetric(), { env: { [METRICS]: `${url}/in` } }, ({ start }) => start());
        expect(pushed).toHaveLength(1);
        expect(pushed[0]).toMatchObject({ path: '/in', contentType: 'application/x-protobuf' });
        expect(pushed[0]!.body.includes('agent.cpst.usd')).toBe(true);
      },
    );
  });

  test('grpc', async () => {
    const bodies: Buffer[] = [];
    const server = new Server();
    const same = (bytes: Buffer): Buffer => bytes;
    const definition = {
      path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    } as const;
    server.addService(
      { Export: definition },
      {
        Export: (call: { request: Buffer }, done: (error: null, answer: Buffer) => void) => {
          bodies.push(call.request);
          done(null, Buffer.alloc(0));
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    const env = { [GENERAL]: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    await withExport(await everyMetric(), { env }, ({ start }) => start());
    server.forceShutdown();
    expect(bodies).toHaveLength(1);
    expect(bodies[0]!.includes('agent.cpst.usd')).toBe(true);
  });

  test('a wrong variable refuses the start with its line', async () => {
    const env = { [GENERAL]: 'http://c', OTEL_METRIC_EXPORT_INTERVAL: 'often' };
    await withExport(await everyMetric(), { env }, async ({ start }) => {
      await expect(start()).rejects.toThrow('OTEL_METRIC_EXPORT_INTERVAL is "often"');
    });
  });

  test('a collector that refuses is logged once, and once when it takes again', async () => {
    const said: string[] = [];
    const log: Log = {
      ...silentLog,
      warn: (_fields, message) => said.push(message),
      info: (_fields, message) => said.push(message),
    };
    let status = 400;
    await withCollector(
      () => status,
      async ({ url, pushed }) => {
        const env = { [GENERAL]: url, OTEL_METRIC_EXPORT_INTERVAL: '20' };
        await withExport(await everyMetric(), { env, log }, async ({ start }) => {
          await start();
          await until('three refused pushes', () => pushed.length >= 3);
          status = 200;
          await until('that it works again', () => said.includes('metrics are pushed again'));
        });
      },
    );
    expect(said).toEqual(['metrics are pushed', 'metrics cannot be pushed', 'metrics are pushed again']);
  });
});
