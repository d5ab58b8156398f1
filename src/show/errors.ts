import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LedgerUnavailable } from '../domain/ledger.ts';
import { NobodyKeepsHouse } from '../domain/repricing.ts';
import type { Log } from '../lib/log.ts';
import { send } from './bind.ts';
import { PROBLEM_TYPE, problem } from './problem.ts';

/** A request that was refused before its route saw it, or a fault of ours, whose reason only the log hears. */
export function answerError(error: unknown, reply: FastifyReply, log: Log): FastifyReply {
  const { statusCode = 500, code = '', message } = error as RefusedByFastify;
  if (statusCode >= 400 && statusCode < 500) {
    return send(reply, problem(statusCode, DETAILS[code] ?? message ?? 'the request could not be read'));
  }
  if (error instanceof NobodyKeepsHouse) return send(reply, problem(503, error.message));
  log.error({ err: error, url: reply.request.url }, 'a request could not be answered');
  if (error instanceof LedgerUnavailable)
    return send(reply, problem(503, 'the ledger cannot be read or written now; the log says why'));
  return send(reply, problem(500, 'Solvent could not answer; its log says why'));
}

export const answerNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  send(reply, problem(404, `nothing is at ${request.url.slice(0, 200)}; see /api/v1/openapi.json`));

/** What never became a request: bad syntax, headers too large, or too slow. */
export function answerClientError(error: { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = CLIENT_STATUS[error.code ?? ''] ?? 400;
  const body = JSON.stringify(problem(status, 'this is no HTTP request that can be read'));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

interface RefusedByFastify {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
}

const DETAILS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the content type should be application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body should be at most 1 MiB; send several requests',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty, but should be JSON',
};

const CLIENT_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
