import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { anthropicMessages } from './anthropic.ts';
import { type Api, type Desk, type Fields, fieldsOf, json, type Reply } from './api.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings, openaiModels, openaiResponses } from './openai-responses.ts';
import { Book, type Truth } from './truth.ts';
import { pinecone, qdrant } from './vectors.ts';

/** By the beginning of the path, which is cut off. */
const APIS: readonly (readonly [string, readonly Api[]])[] = [
  ['/openai/v1', [openaiChat, openaiResponses, openaiEmbeddings, openaiModels]],
  ['/anthropic', [anthropicMessages]],
  ['/gemini', [gemini]],
  ['/pinecone', [pinecone]],
  ['/qdrant', [qdrant]],
];

export interface Mock {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly truth: Truth;
  /** Requests that no API here knows: a program that makes one asks for something the mock should learn. */
  readonly strange: readonly string[];
  close(): Promise<void>;
}

/**
 * Providers of models and of vector search on loopback, which answer by a script (`turn.ts`) and know what they billed.
 * `POST /truth/tool {"name", "ok"}` takes down a tool that ran; `GET /truth` tells everything.
 */
export async function openMock(): Promise<Mock> {
  const run = randomBytes(4).toString('hex');
  const book = new Book();
  const strange: string[] = [];
  let calls = 0;
  let requests = 0;
  const desk: Desk = {
    book,
    seen: new Set(),
    next() {
      calls += 1;
      return calls;
    },
    id: (prefix, n) => `${prefix}_${run}${String(n).padStart(4, '0')}`,
  };

  function answer(method: string, url: URL, body: Fields): Reply {
    const { pathname } = url;
    if (pathname === '/truth') return json(book);
    if (pathname === '/truth/tool') {
      book.tools.push({ name: String(body.name), ok: body.ok !== false });
      return json({});
    }
    for (const [base, apis] of APIS) {
      if (!pathname.startsWith(`${base}/`) && pathname !== base) continue;
      const path = pathname.slice(base.length).replace(/^$/, '/');
      for (const api of apis) {
        const reply = api({ method, path, query: url.searchParams, body }, desk);
        if (reply !== undefined) return reply;
      }
    }
    strange.push(`${method} ${pathname}`);
    return json({ error: { message: `the mock does not know ${method} ${pathname}` } }, 404);
  }

  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => answer(request.method ?? 'GET', new URL(request.url ?? '/', 'http://127.0.0.1'), body))
      .catch((fault: unknown) => json({ error: { message: String(fault) } }, 400))
      .then((reply) => {
        requests += 1;
        write(reply, response, desk.id('req', requests));
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    truth: book,
    strange,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
  return plain.length === 0 ? {} : fieldsOf(JSON.parse(plain.toString('utf8')));
}

function write(reply: Reply, response: ServerResponse, requestId: string): void {
  const id = { 'request-id': requestId, 'x-request-id': requestId };
  if (reply.kind === 'json') {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...id });
    response.end(JSON.stringify(reply.body));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...id });
  for (const { event, data } of reply.events)
    response.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`);
  response.end();
}
