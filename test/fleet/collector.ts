import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { freePort } from '../support/postgres-server.ts';

/** A real Collector, running docker/otel-collector-fleet.yaml but for where the replicas are. */

const FILE = fileURLToPath(new URL('../../docker/otel-collector-fleet.yaml', import.meta.url));

/** Whether a Collector was built with the exporter that the file names; one without has the OTLP exporter alone. */
export function hasLoadBalancing(binary: string): boolean {
  const { status, stdout, stderr } = spawnSync(binary, ['components'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${binary} does not say what it is made of: ${stderr}`);
  return /^\s*- name: load_?balancing$/m.test(stdout);
}

/**
 * The file with other endpoints. For a Collector without the `loadbalancing` exporter its queue, its retries and its
 * protocol go to the OTLP exporter as they are, before one endpoint that stands for all.
 */
export function configFor(endpoints: readonly string[], how: 'by trace' | 'by connection'): string {
  const config = parse(readFileSync(FILE, 'utf8'));
  const { protocol, resolver: _, routing_key: __, ...rest } = config.exporters.loadbalancing;
  if (how === 'by trace') config.exporters.loadbalancing.resolver = { static: { hostnames: [...endpoints] } };
  else {
    config.exporters = { otlp: { ...protocol.otlp, ...rest, endpoint: endpoints[0] } };
    config.service.pipelines.traces.exporters = ['otlp'];
  }
  return stringify(config);
}

export interface Collector {
  /** As of a service that takes OTLP/HTTP. */
  readonly addresses: { readonly otlpHttp: string };
  /** What it said last. */
  told(): string;
  stop(): Promise<void>;
}

/** Starts it with a configuration, which it refuses where a key is not one that it knows. */
export async function startCollector(options: {
  readonly binary: string;
  readonly config: string;
  readonly path: string;
}): Promise<Collector> {
  writeFileSync(options.path, options.config);
  const [grpc, http, self] = await Promise.all([freePort(), freePort(), freePort()]);
  const child = spawn(options.binary, ['--config', options.path], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      COLLECTOR_OTLP_GRPC_PORT: String(grpc),
      COLLECTOR_OTLP_HTTP_PORT: String(http),
      COLLECTOR_SELF_PORT: String(self),
    },
  });
  const lines: string[] = [];
  const ended = once(child, 'close');
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 50) lines.shift();
      if (line.includes('Everything is ready')) resolve(true);
    });
    ended.then(() => resolve(false));
  });
  const told = (): string => lines.join('\n');
  if (!(await ready)) throw new Error(`the Collector ended before it was ready:\n${told()}`);
  return {
    addresses: { otlpHttp: `http://127.0.0.1:${http}` },
    told,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * Spreads connections over `ports()`, as a balancer that knows of no traces does, and cuts each after a while, in the midst
 * of whatever is said on it.
 */
export async function openBalancer(ports: () => readonly number[], cutAfterMs: number) {
  const open = new Set<Socket>();
  let next = 0;
  let connections = 0;
  const server = createServer((from) => {
    const all = ports();
    const to = connect(all[next++ % all.length]!, '127.0.0.1');
    connections += 1;
    const cut = (): void => {
      clearTimeout(timer);
      for (const socket of [from, to]) {
        socket.destroy();
        open.delete(socket);
      }
    };
    const timer = setTimeout(cut, cutAfterMs);
    for (const socket of [from, to]) {
      open.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    from.pipe(to).pipe(from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    endpoint: `127.0.0.1:${port}`,
    connections: () => connections,
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
