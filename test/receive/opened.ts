import { connect } from 'node:net';
import { Client, credentials, type Metadata, type ServiceError } from '@grpc/grpc-js';
import type { Accept, Answer, Encoding } from '../../src/domain/request.ts';
import type { Count } from '../../src/domain/self-metrics.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { type Admission, openAdmission } from '../../src/receive/admission.ts';
import type { Door, DoorLimits, DoorParts } from '../../src/receive/door.ts';
import { openOtlpGrpc } from '../../src/receive/grpc.ts';
import { openOtlpHttp } from '../../src/receive/http.ts';

export const ACCEPTED: Answer = { kind: 'accepted', rejectedSpans: 0, message: '' };
export const TRACES_EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
export const PROTOBUF = { 'content-type': 'application/x-protobuf' };
export const JSON_TYPE = { 'content-type': 'application/json' };

/** What a test wants other than usual. `accept` is told what to answer, or does as it likes. */
export interface Wanted {
  readonly accept?: Answer | Accept;
  readonly limits?: Partial<DoorLimits>;
  readonly inflightBytesMax?: number;
  readonly clock?: Clock;
}

/** An open door, and what came through it. */
export interface Opened {
  readonly port: number;
  readonly door: Door;
  readonly admission: Admission;
  readonly received: { readonly body: Buffer; readonly encoding: Encoding }[];
  /** `solvent_requests_total` by answer. */
  readonly answers: Map<string, number>;
  readonly logged: string[];
}

export const withHttp = (wanted: Wanted, run: (opened: Opened) => Promise<void>) =>
  withDoor(openOtlpHttp, wanted, run);
export const withGrpc = (wanted: Wanted, run: (opened: Opened) => Promise<void>) =>
  withDoor(openOtlpGrpc, wanted, run);

/** Opens on a free port, runs, closes; then nothing may be held any more. */
async function withDoor(
  open: (parts: DoorParts) => Door,
  wanted: Wanted,
  run: (opened: Opened) => Promise<void>,
): Promise<void> {
  const { parts, ...seen } = partsOf(wanted);
  const door = open(parts);
  const { port } = await door.listen({ host: '127.0.0.1', port: 0 });
  try {
    await run({ port, door, admission: parts.admission, ...seen });
  } finally {
    await door.close();
  }
  if (parts.admission.bytes !== 0) throw new Error(`this test left ${parts.admission.bytes} bytes in flight`);
}

export function partsOf({ accept = ACCEPTED, limits, inflightBytesMax = 2 ** 28, clock }: Wanted) {
  const received: { body: Buffer; encoding: Encoding }[] = [];
  const answers = new Map<string, number>();
  const logged: string[] = [];
  const count: Count = (name, by, labels) => {
    if (name !== 'requests') return;
    const { answer } = labels as { answer: string };
    answers.set(answer, (answers.get(answer) ?? 0) + by);
  };
  const parts: DoorParts = {
    accept: (body, encoding) => {
      received.push({ body: Buffer.from(body), encoding });
      return typeof accept === 'function' ? accept(body, encoding) : Promise.resolve(accept);
    },
    admission: openAdmission({ inflightBytesMax }),
    count,
    log: { ...silentLog, error: (_, message) => logged.push(message) },
    limits: { bodyBytesMax: 64 * 1024 * 1024, retryAfterMs: 1500, closeTimeoutMs: 200, ...limits },
    ...(clock === undefined ? {} : { clock }),
  };
  return { parts, received, answers, logged };
}

/** POSTs to /v1/traces. */
export function post(
  { port }: { readonly port: number },
  body: string | Buffer | ReadableStream,
  headers: Record<string, string> = PROTOBUF,
): Promise<Response> {
  const init = { method: 'POST', body, headers, duplex: 'half' };
  return fetch(`http://127.0.0.1:${port}/v1/traces`, init as RequestInit);
}

/** Sends text as it stands and gives all that comes back until the connection ends, or until `enough` is in it. */
export function talk(port: number, text: string | Buffer, enough?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      if (enough !== undefined && said.includes(enough)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
  });
}

export interface GrpcResult {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata | undefined;
  readonly response: Buffer | undefined;
}

/** One unary call with bytes as they stand. `gzip` compresses as grpc-js does. */
export async function callGrpc(
  port: number,
  body: Buffer,
  { path = TRACES_EXPORT, gzip = false }: { path?: string; gzip?: boolean } = {},
): Promise<GrpcResult> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    ...(gzip ? { 'grpc.default_compression_algorithm': 2 } : {}),
  });
  try {
    return await new Promise((resolve) => {
      const done = (fault: ServiceError | null, response?: Buffer) =>
        resolve({
          code: fault?.code ?? 0,
          details: fault?.details ?? '',
          metadata: fault?.metadata,
          response,
        });
      const bytes = (some: Buffer) => some;
      client.makeUnaryRequest(path, bytes, bytes, body, done);
    });
  } finally {
    client.close();
  }
}
