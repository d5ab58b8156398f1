import grpc from '@grpc/grpc-js';
import { fastify } from 'fastify';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openPipeline } from '../../src/pipeline.ts';
import { openAdmission } from '../../src/receive/admission.ts';
import { openOtlpGrpc } from '../../src/receive/grpc.ts';
import { openOtlpHttp } from '../../src/receive/http.ts';
import { benchFolder, openWalk } from './walk.ts';

/** A server of one kind in a process of its own; tells its port, then its CPU time whenever it is asked. */
const kinds: Record<string, () => Promise<number>> = {
  'bare-http': bareHttp,
  'bare-grpc': bareGrpc,
  'solvent-http': async () => (await openOtlpHttp(await doorParts()).listen(ANY)).port,
  'solvent-grpc': async () => (await openOtlpGrpc(await doorParts()).listen(ANY)).port,
};
const ANY = { host: '127.0.0.1', port: 0 };
const MIB = 1024 * 1024;

/** The yardstick: a route that only receives the body. */
async function bareHttp(): Promise<number> {
  const app = fastify({ bodyLimit: 64 * MIB });
  app.addContentTypeParser('application/x-protobuf', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  );
  app.post('/v1/traces', (_, reply) =>
    reply.header('content-type', 'application/x-protobuf').send(Buffer.alloc(0)),
  );
  await app.listen(ANY);
  return (app.server.address() as { port: number }).port;
}

/** The yardstick: a method that only receives the body. */
function bareGrpc(): Promise<number> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 64 * MIB });
  const pass = (bytes: Buffer): Buffer => bytes;
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  server.addService(
    {
      Export: {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: pass,
        requestDeserialize: pass,
        responseSerialize: pass,
        responseDeserialize: pass,
      },
    },
    { Export: (_: unknown, done: (error: null, value: Buffer) => void) => done(null, Buffer.alloc(0)) },
  );
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

/** Everything up to the durable answer, over the real journal. What is acked is let go, for settle has its own row. */
async function doorParts() {
  const rooms = await openWalk(benchFolder(), openMemoryLedger());
  setInterval(() => {
    rooms.openTraces.take(systemClock.now(), Number.MAX_SAFE_INTEGER);
    rooms.openTraces.settled();
    void rooms.journal.release(rooms.journal.end());
  }, 200).unref();
  const { accept } = openPipeline(rooms);
  const admission = openAdmission({ inflightBytesMax: 256 * MIB });
  const limits = { bodyBytesMax: 64 * MIB, retryAfterMs: 1000 };
  return { accept, admission, count: () => {}, log: silentLog, limits };
}

const open = kinds[process.argv[2] ?? ''];
if (open === undefined) throw new Error(`one of ${Object.keys(kinds).join(', ')}`);
process.send?.({ port: await open() });
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
