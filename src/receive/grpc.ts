import {
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  setLogger,
} from '@grpc/grpc-js';
import type { Answer, Refusal } from '../domain/request.ts';
import { bindFault } from '../lib/bind-fault.ts';
import { systemClock } from '../lib/clock.ts';
import { answerLabels, bodyBytesMaxOf, DOOR_DEFAULTS, type Door, type DoorParts } from './door.ts';
import { GrpcArrivals, type Letter } from './grpc-arrivals.ts';
import { grpcStatusOf } from './grpc-status.ts';
import { encodeResponse } from './status-message.ts';

/** Bytes in, bytes out: grpc-js answers INTERNAL where a deserialiser throws, so decoding is the method's. */
const EXPORT: MethodDefinition<Letter, Buffer> = {
  path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  requestStream: false,
  responseStream: false,
  requestSerialize: (letter) => letter.body,
  // What decompression made is a letter already, not bytes; see GrpcArrivals.
  requestDeserialize: (letter) => letter as unknown as Letter,
  responseSerialize: (bytes) => bytes,
  responseDeserialize: (bytes) => bytes,
};
const TRACE_SERVICE: ServiceDefinition = { export: EXPORT };

const SESSION_MEMORY_MB_MAX = 64;
const STREAMS_MAX = 256;
const IDLE_MS_MAX = 600_000;
const PING_EVERY_MS = 60_000;
const PING_TIMEOUT_MS = 20_000;

/** OTLP/gRPC. Metrics and logs are not registered, which grpc-js answers with UNIMPLEMENTED. */
export function openOtlpGrpc(parts: DoorParts): Door {
  const labels = answerLabels('grpc');
  const arrivals = new GrpcArrivals(parts, (name) => parts.count('requests', 1, labels[name]));
  const say = (text: unknown) => parts.log.debug({}, `grpc-js: ${text}`);
  setLogger({ error: say, info: say, debug: say });
  const server = new Server({
    interceptors: [arrivals.interceptor],
    'grpc.max_receive_message_length': bodyBytesMaxOf(parts),
    'grpc.max_concurrent_streams': STREAMS_MAX,
    'grpc.max_connection_idle_ms': IDLE_MS_MAX,
    'grpc.keepalive_time_ms': PING_EVERY_MS,
    'grpc.keepalive_timeout_ms': PING_TIMEOUT_MS,
    'grpc.enable_channelz': 0,
    'grpc-node.max_session_memory': SESSION_MEMORY_MB_MAX,
  });
  server.addService(TRACE_SERVICE, { export: exportMethod(parts) });
  return {
    listen: (at) => listen(server, at),
    close: () => close(server, arrivals, parts),
  };
}

function exportMethod(parts: DoorParts) {
  const labels = answerLabels('grpc');
  const bytesLabels = { transport: 'grpc' } as const;
  const ourFault: Refusal = {
    reason: 'unavailable',
    message: 'Solvent could not keep these spans; send them again',
    retryAfterMs: parts.limits.retryAfterMs,
  };

  function answered(answer: Answer, reply: sendUnaryData<Buffer>): void {
    if (answer.kind === 'refused') {
      parts.count('requests', 1, labels[answer.refusal.reason]);
      reply(grpcStatusOf(answer.refusal));
      return;
    }
    const whole = answer.rejectedSpans === 0 && answer.message === '';
    parts.count('requests', 1, labels[whole ? 'accepted' : 'partial']);
    reply(null, encodeResponse(answer.rejectedSpans, answer.message, 'protobuf'));
  }

  /** Never throws, never rejects: what goes wrong on our side is UNAVAILABLE. */
  return async ({ request: letter }: ServerUnaryCall<Letter, Buffer>, reply: sendUnaryData<Buffer>) => {
    if (!letter.open()) return;
    try {
      parts.count('request_bytes', letter.body.length, bytesLabels);
      answered(await parts.accept(letter.body, 'protobuf'), reply);
    } catch (fault) {
      parts.log.error({ err: fault }, 'a request over OTLP/gRPC failed; its sender is told to resend it');
      answered({ kind: 'refused', refusal: ourFault }, reply);
    } finally {
      letter.release();
    }
  };
}

async function listen(server: Server, at: { host: string; port: number }): Promise<{ port: number }> {
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${at.port}`, ServerCredentials.createInsecure(), (fault, port) => {
      if (fault === null) resolve({ port });
      else reject(bindFault({ transport: 'OTLP/gRPC', setting: 'SOLVENT_OTLP_GRPC_PORT' }, at, fault));
    });
  });
}

async function close(
  server: Server,
  arrivals: GrpcArrivals,
  { clock = systemClock, limits }: DoorParts,
): Promise<void> {
  const waitMs = limits.closeTimeoutMs ?? DOOR_DEFAULTS.closeTimeoutMs;
  const cancel = clock.after(waitMs, () => arrivals.cutOff());
  await new Promise((resolve) => server.tryShutdown(resolve));
  cancel();
  arrivals.close();
}
