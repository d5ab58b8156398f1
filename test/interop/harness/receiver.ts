import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

/** An OTLP/JSON body of traces, as far as a recording has to know it. */
export interface Recorded {
  readonly resourceSpans: readonly unknown[];
}

export interface Receiver {
  readonly endpoint: string;
  /** All bodies so far as one, in order of arrival. */
  recorded(): Recorded;
  close(): Promise<void>;
}

const ID_FIELDS = new Set(['traceId', 'spanId', 'parentSpanId']);

/** An OTLP/HTTP door that keeps what it is given: JSON as it came, protobuf in OTLP's JSON spelling. */
export async function openReceiver(): Promise<Receiver> {
  const schema = await protobuf.load(join(import.meta.dirname, 'otlp.proto'));
  const request = schema.lookupType('interop.otlp.Request');
  const taken: unknown[] = [];

  function fromProtobuf(body: Buffer): Recorded {
    const plain = request.toObject(request.decode(body), { longs: String });
    return JSON.parse(
      JSON.stringify(plain, (key, value) => {
        if (value?.type !== 'Buffer') return value;
        return Buffer.from(value.data).toString(ID_FIELDS.has(key) ? 'hex' : 'base64');
      }),
    ) as Recorded;
  }

  const server = createServer((message, response) => {
    read(message).then((body) => {
      const isTraces = message.url === '/v1/traces';
      const isJson = message.headers['content-type']?.startsWith('application/json') === true;
      if (isTraces) {
        const { resourceSpans } = isJson ? (JSON.parse(String(body)) as Recorded) : fromProtobuf(body);
        taken.push(...resourceSpans);
      }
      // Like Solvent's own door, which knows traces alone.
      response.writeHead(isTraces ? 200 : 404, { 'content-type': message.headers['content-type'] });
      response.end(isJson ? '{}' : '');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded: () => ({ resourceSpans: taken }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  return message.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
}
