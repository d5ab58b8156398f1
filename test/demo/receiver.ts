import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';

const raw = (bytes: Buffer): Buffer => bytes;
const EXPORT = {
  path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  requestStream: false,
  responseStream: false,
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
};
const servers: Server[] = [];

/** An OTLP/gRPC receiver that keeps the requests as they came and answers all of them alike. */
export async function receiver(code: status = status.OK) {
  const bodies: Buffer[] = [];
  const answer: handleUnaryCall<Buffer, Buffer> = (call, done) => {
    bodies.push(call.request);
    if (code === status.OK) done(null, Buffer.alloc(0));
    else done({ code, details: 'said no' });
  };
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService({ export: EXPORT }, { export: answer });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  servers.push(server);
  return { grpcUrl: `http://127.0.0.1:${port}`, bodies };
}

/** For `afterEach`: no test leaves a receiver behind. */
export function closeReceivers(): void {
  for (const server of servers.splice(0)) server.forceShutdown();
}
