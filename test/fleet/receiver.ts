import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Push {
  /** Who pushed: each process has a first collection of its own, from which its points count. */
  readonly by: string;
  /** `service.instance.id`. */
  readonly as: string;
  readonly atMs: number;
  readonly metrics: readonly string[];
}

interface Metric {
  readonly name: string;
  readonly gauge?: Points;
  readonly sum?: Points;
}
interface Points {
  readonly dataPoints: readonly { readonly startTimeUnixNano: string }[];
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
        const metrics: Metric[] = one.scopeMetrics.flatMap((scope: { metrics: Metric[] }) => scope.metrics);
        pushes.push({
          by: startOf(metrics),
          as: id.value.stringValue,
          atMs: Date.now(),
          metrics: metrics.map(({ name }) => name),
        });
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

/** The same in every point of a push. */
function startOf(metrics: readonly Metric[]): string {
  const points = metrics.flatMap(({ gauge, sum }) => [gauge, sum]).flatMap((one) => one?.dataPoints ?? []);
  const [start = '', ...others] = new Set(points.map(({ startTimeUnixNano }) => startTimeUnixNano));
  if (others.length > 0) throw new Error(`points of one push begin at ${[start, ...others].join()}`);
  return start;
}
