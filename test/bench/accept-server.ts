import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { fastify } from 'fastify';
import { openDecoder } from '../../src/decode/decoder.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { openJournal } from '../../src/ledger/journal.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { OpenReports } from '../../src/ledger/open-reports.ts';
import { OpenTraces } from '../../src/ledger/open-traces.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { openPipeline } from '../../src/pipeline.ts';
import { openPriceBook } from '../../src/price/book.ts';
import { loadPrices } from '../../src/price/load.ts';
import { openAdmission } from '../../src/receive/admission.ts';
import { openOtlpGrpc } from '../../src/receive/grpc.ts';
import { openOtlpHttp } from '../../src/receive/http.ts';

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
  const dir = mkdtempSync(join(tmpdir(), 'solvent-bench-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const journal = await openJournal({ dir });
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: systemClock.now });
  const openTraces = new OpenTraces({ graceMs: 0, quietMs: 0, interimMs: 0, spansMax: 0 });
  setInterval(() => {
    openTraces.take(systemClock.now(), Number.MAX_SAFE_INTEGER);
    openTraces.settled();
    void journal.release(journal.end());
  }, 200).unref();
  const policy = openPolicy({
    defaultMode: 'root',
    modes: {},
    remediation: [],
    hourly: undefined,
    taskQuietMs: 0,
    orphanRootMs: 0,
    openTaskMaxMs: 0,
  });
  const prices = await loadPrices(undefined);
  if (prices.kind === 'refused') throw new Error(prices.complaints.join('\n'));
  const { accept } = openPipeline({
    decoder: openDecoder(vocabulary.freeze()),
    normalizer,
    journal,
    openTraces,
    openReports: new OpenReports(),
    prices: openPriceBook({ ...prices, policy }),
    policy,
    ledger: openMemoryLedger(),
    clock: systemClock,
    count: () => {},
    limits: {
      pendingSpansMax: 1e9,
      settleSpansMax: 1e9,
      dueTasksMax: 1,
      retryAfterMs: 1000,
      lateWindowMs: 0,
    },
  });
  const limits = { bodyBytesMax: 64 * MIB, retryAfterMs: 1000 };
  return {
    accept,
    admission: openAdmission({ inflightBytesMax: 256 * MIB }),
    count: () => {},
    log: silentLog,
    limits,
  };
}

const open = kinds[process.argv[2] ?? ''];
if (open === undefined) throw new Error(`one of ${Object.keys(kinds).join(', ')}`);
process.send?.({ port: await open() });
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
