import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Push {
  /** `service.instance.id` of who pushed. */
  readonly by: string;
  readonly atMs: number;
  readonly metrics: readonly string[];
}

/** Takes metrics by OTLP/HTTP as JSON, and remembers who pushed when. */
export async function openReceiver() {
  const pushes: Push[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      for (const one of JSON.parse(Buffer.concat(parts).toString()).resourceMetrics) {
        const [id] = one.resource.attributes.filter(
          (pair: { key: string }) => pair.key === 'service.instance.id',
        );
        const metrics = one.scopeMetrics.flatMap((scope: { metrics: { name: string }[] }) =>
          scope.metrics.map(({ name }) => name),
        );
        pushes.push({ by: id.value.stringValue, atMs: Date.now(), metrics });
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    pushes,
    env: {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`,
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_METRIC_EXPORT_INTERVAL: '300',
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
