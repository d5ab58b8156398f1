import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { bindFault } from '../lib/bind-fault.ts';
import { systemClock } from '../lib/clock.ts';
import { DOOR_DEFAULTS, type Door, type DoorParts, type DoorRefusal } from './door.ts';
import { HttpExchanges } from './http-exchange.ts';
import { httpStatusOf } from './http-status.ts';
import { encodingOf } from './media-type.ts';
import { encodeStatus } from './status-message.ts';

const TRACES = '/v1/traces';
const HEADERS_TIMEOUT_MS_MAX = 10_000;
/** How often Node looks for requests that are late. */
const LATE_CHECK_MS_MAX = 5_000;

/** OTLP/HTTP. Fastify routes and closes; bodies, errors and answers are ours, for its own break conformance. */
export function openOtlpHttp(parts: DoorParts): Door {
  const exchanges = new HttpExchanges(parts);
  const app = openFastify(parts, exchanges);
  app.server.maxConnections = parts.limits.connectionsMax ?? DOOR_DEFAULTS.connectionsMax;
  const lost = (fault: unknown) => parts.log.error({ err: fault }, 'a request over OTLP/HTTP got no answer');
  // Before Fastify looks at a body or a content type, the request is ours.
  app.addHook('onRequest', ({ is404, raw }: FastifyRequest, reply: FastifyReply) => {
    reply.hijack();
    if (!is404) exchanges.receive(raw, reply.raw).catch(lost);
    else exchanges.refuse(reply.raw, encodingOf(raw.headers['content-type']) ?? 'json', refusalOf(raw));
  });
  app.post(TRACES, (_, reply) => reply.hijack());
  app.setNotFoundHandler((_, reply) => reply.hijack());
  return {
    listen: (at) => listen(app, at),
    close: () => close(app, parts),
  };
}

function openFastify({ limits }: DoorParts, exchanges: HttpExchanges): FastifyInstance {
  const requestTimeoutMs = limits.requestTimeoutMs ?? DOOR_DEFAULTS.requestTimeoutMs;
  return fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    http: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(requestTimeoutMs, HEADERS_TIMEOUT_MS_MAX),
      connectionsCheckingInterval: Math.min(requestTimeoutMs, LATE_CHECK_MS_MAX),
    },
    // Its body would be Fastify's; ours says 503 while closing by itself.
    return503OnClosing: false,
    frameworkErrors: (_, __, reply) => {
      reply.hijack();
      exchanges.refuse(reply.raw, 'json', { reason: 'bad_request', message: 'the path cannot be read' });
    },
    clientErrorHandler: answerClientError,
  });
}

function refusalOf({ url = '', method }: IncomingMessage): DoorRefusal {
  const path = url.split('?', 1)[0];
  return path === TRACES
    ? { reason: 'wrong_method', message: `${TRACES} takes POST only, not ${method}` }
    : { reason: 'unknown_path', message: `only traces are read here: POST ${TRACES}` };
}

/** What Node's parser could not read, or did not get in time. */
function answerClientError(fault: NodeJS.ErrnoException, socket: Socket): void {
  // Where a whole request waits for its answer, these bytes would be taken for it.
  const pending = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage;
  const busy = pending != null && (pending.headersSent || pending.req.complete);
  if (fault.code === 'ECONNRESET' || !socket.writable || busy) socket.destroy();
  else answerRaw(socket, refusalOfFault(fault.code));
}

function refusalOfFault(code: string | undefined): DoorRefusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { reason: 'headers_too_large', message: 'the headers are too large' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      // Not 408, which makes a sender on a slow line drop its spans.
      return { reason: 'unavailable', message: 'the request did not arrive in time', retryAfterMs: 1000 };
    default:
      return { reason: 'bad_request', message: 'this is not an HTTP/1.1 request' };
  }
}

/** The last words on a connection. */
function answerRaw(socket: Socket, refusal: DoorRefusal): void {
  const { status, body } = httpStatusOf(refusal);
  const bytes = encodeStatus(body, 'json');
  const retry =
    body.retryAfterMs === undefined ? '' : `retry-after: ${Math.ceil(body.retryAfterMs / 1000)}\r\n`;
  const head = `HTTP/1.1 ${status} ${refusal.reason}\r\ncontent-type: application/json\r\n${retry}`;
  socket.end(`${head}content-length: ${bytes.length}\r\nconnection: close\r\n\r\n${bytes}`);
  socket.destroySoon();
}

async function listen(app: FastifyInstance, at: { host: string; port: number }): Promise<{ port: number }> {
  try {
    await app.listen({ host: at.host, port: at.port });
  } catch (fault) {
    throw bindFault({ transport: 'OTLP/HTTP', setting: 'SOLVENT_OTLP_HTTP_PORT' }, at, fault);
  }
  return { port: (app.server.address() as AddressInfo).port };
}

async function close(app: FastifyInstance, { clock = systemClock, limits }: DoorParts): Promise<void> {
  const cutOff = clock.after(limits.closeTimeoutMs ?? DOOR_DEFAULTS.closeTimeoutMs, () =>
    app.server.closeAllConnections(),
  );
  await app.close();
  cutOff();
}
