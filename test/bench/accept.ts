import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import grpc from '@grpc/grpc-js';
import { leanCorpus } from './corpus.ts';
import { type Figure, median, perSecond, type Row, times } from './row.ts';

const TASKS = 600;
const SPANS = TASKS * 17;
const ROUNDS = 9;
const ROUND_MS = 1500;
const LANES = 8;

type Send = (body: Uint8Array) => Promise<void>;
interface Server {
  /** Spans that it answered per second of its own CPU, user and system. */
  measure(ms: number): Promise<number>;
  close(): void;
}

/** Accept to durable answer, in a process of its own, against a server that only receives the same bodies. */
export const acceptFigure: Figure = {
  name: 'accept',
  run: async () => [
    await compare({
      transport: 'OTLP/HTTP protobuf',
      ours: 'solvent-http',
      bare: 'bare-http',
      open: openHttp,
      target: '<= 4x the CPU',
    }),
    await compare({
      transport: 'OTLP/gRPC',
      ours: 'solvent-grpc',
      bare: 'bare-grpc',
      open: openGrpc,
      target: '<= 3x the CPU',
    }),
  ],
};

/** How far the yardstick itself moved from round to round: how large the pieces are in which a body arrives is chance. */
function spread(rounds: readonly { readonly bare: number }[]): string {
  const all = rounds.map((round) => round.bare);
  return `${perSecond(Math.min(...all))} to ${perSecond(Math.max(...all))}`;
}

async function compare(one: {
  readonly transport: string;
  readonly ours: string;
  readonly bare: string;
  readonly open: (port: number) => Send;
  readonly target: string;
}): Promise<Row> {
  const ours = await openServer(one.ours, one.open);
  const bare = await openServer(one.bare, one.open);
  const rounds: { ours: number; bare: number }[] = [];
  await ours.measure(ROUND_MS / 2);
  await bare.measure(ROUND_MS / 2);
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ ours: await ours.measure(ROUND_MS), bare: await bare.measure(ROUND_MS) });
  }
  ours.close();
  bare.close();
  return {
    figure: `accept to durable answer, ${one.transport}, lean`,
    measured: `${perSecond(median(rounds.map((round) => round.ours)))} per CPU-second`,
    yardstick: `only received: ${perSecond(median(rounds.map((round) => round.bare)))} per CPU-second (${spread(rounds)})`,
    ratio: times(median(rounds.map((round) => round.bare / round.ours))),
    target: one.target,
  };
}

export async function openServer(kind: string, open: (port: number) => Send): Promise<Server> {
  const child = fork(new URL('./accept-server.js', import.meta.url), [kind]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const send = open(port);
  const bodies = leanCorpus(TASKS).map((body) => Buffer.from(body));
  return {
    async measure(ms) {
      const before = await cpuOf(child);
      const until = performance.now() + ms;
      let rounds = 0;
      while (performance.now() < until) {
        await inLanes(bodies, send);
        rounds += 1;
      }
      return (rounds * SPANS) / ((await cpuOf(child)) - before);
    },
    close: () => child.disconnect(),
  };
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }];
  return (cpu.user + cpu.system) / 1e6;
}

async function inLanes(bodies: readonly Uint8Array[], send: Send): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await send(body);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

export function openHttp(port: number): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const options = { host: '127.0.0.1', port, agent, method: 'POST', path: '/v1/traces' };
  return (body) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
      const request = httpRequest({ ...options, headers }, (response) => {
        response.resume();
        response.once('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
        );
      });
      request.once('error', reject);
      request.end(body);
    });
}

function openGrpc(port: number): Send {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
  });
  const pass = (bytes: Buffer): Buffer => bytes;
  return (body) =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        pass,
        pass,
        body as Buffer,
        (error) => (error === null ? resolve() : reject(error)),
      );
    });
}
