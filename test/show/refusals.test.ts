import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LedgerUnavailable } from '../../src/domain/ledger.ts';
import { silentLog } from '../../src/lib/log.ts';
import { answerClientError, answerError, answerNotFound } from '../../src/show/errors.ts';
import { table } from '../support/table.ts';
import { ledgerOf } from '../support/tasks.ts';
import { serving } from '../support/web.ts';

/** A reply that keeps what it is told. */
function reply() {
  const told = { status: 0, type: '', body: '' };
  const keep = (part: Partial<typeof told>) => {
    Object.assign(told, part);
    return fake;
  };
  const fake = {
    request: { url: '/asked' },
    header: () => fake,
    code: (status: number) => keep({ status }),
    type: (type: string) => keep({ type }),
    send: (body: string) => keep({ body }),
  } as unknown as FastifyReply;
  return { fake, problem: () => JSON.parse(told.body) as unknown, told };
}

describe('what the framework refuses', () => {
  test.each([
    [
      { statusCode: 415, code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' },
      415,
      'the content type should be application/json',
    ],
    [
      { statusCode: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE' },
      413,
      'the body should be at most 1 MiB; send several requests',
    ],
    [{ statusCode: 400, code: 'FST_ERR_CTP_EMPTY_JSON_BODY' }, 400, 'the body is empty, but should be JSON'],
    [{ statusCode: 400, code: 'OTHER', message: 'in its own words' }, 400, 'in its own words'],
    [{ statusCode: 499 }, 499, 'the request could not be read'],
    [{ statusCode: 399, message: 'secret' }, 500, 'Solvent could not answer; its log says why'],
    [{ statusCode: 500, message: 'secret' }, 500, 'Solvent could not answer; its log says why'],
    [{ statusCode: 503, message: 'secret' }, 500, 'Solvent could not answer; its log says why'],
    [new Error('secret'), 500, 'Solvent could not answer; its log says why'],
    [new LedgerUnavailable('secret'), 503, 'the ledger cannot be read or written now; the log says why'],
  ])('%j is %d', (error, status, detail) => {
    const { fake, problem, told } = reply();
    const said: unknown[] = [];
    answerError(error, fake, { ...silentLog, error: (fields) => said.push(fields) });
    expect(told).toMatchObject({ status, type: 'application/problem+json; charset=utf-8' });
    expect(problem()).toMatchObject({ status, detail });
    expect(said).toEqual(status >= 500 ? [{ err: error, url: '/asked' }] : []);
  });

  test('a path that is not there is said back, cut to a readable length', () => {
    const { fake, problem } = reply();
    answerNotFound({ url: `/${'x'.repeat(5000)}` } as FastifyRequest, fake);
    expect(problem()).toMatchObject({
      status: 404,
      detail: `nothing is at /${'x'.repeat(199)}; see /api/v1/openapi.json`,
    });
  });
});

describe('what never became a request', () => {
  /** What is written to a socket, or `destroyed`. */
  function answered(code: string | undefined, writable = true): string {
    const said: string[] = [];
    const socket = Object.assign(new EventEmitter(), {
      writable,
      end: (text: string) => said.push(text),
      destroy: () => said.push('destroyed'),
    });
    answerClientError(code === undefined ? {} : { code }, socket as unknown as Socket);
    return said.join();
  }

  test.each([
    ['HPE_HEADER_OVERFLOW', 'HTTP/1.1 431 Request Header Fields Too Large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 'HTTP/1.1 408 Request Timeout'],
    ['HPE_INVALID_METHOD', 'HTTP/1.1 400 Bad Request'],
    [undefined, 'HTTP/1.1 400 Bad Request'],
  ])('%s is answered %s, whole and for the last time', (code, line) => {
    const [head = '', body = ''] = answered(code).split('\r\n\r\n');
    const [first, ...headers] = head.split('\r\n');
    expect(first).toBe(line);
    expect(headers).toEqual([
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ]);
    expect(JSON.parse(body)).toMatchObject({ detail: 'this is no HTTP request that can be read' });
  });

  test('who is gone is not answered', () => {
    expect(answered('ECONNRESET')).toBe('destroyed');
    expect(answered('HPE_HEADER_OVERFLOW', false)).toBe('destroyed');
  });
});

describe('every refusal of a path or method', () => {
  const served = serving(() => ledgerOf({}));
  test.each(
    table(`
      method   path                       status  detail
      POST     /api/v1/cpst               405     POST·is·not·for·this·path,·but·GET·or·HEAD
      DELETE   /api/v1/outcomes           405     DELETE·is·not·for·this·path,·but·POST
      OPTIONS  /                          405     OPTIONS·is·not·for·this·path,·but·GET·or·HEAD
      GET      /api/v1/Tasks              404     nothing·is·at·/api/v1/Tasks;·see·/api/v1/openapi.json
      GET      /api/v1/tasks/             404     no·task·has·the·id·""
      GET      /api/v1/tasks/%2e%2e%2fx   404     no·task·has·the·id·"../x"
      GET      /api/v1/prices/a/b/c       404     no·price·for·a/b/c·at·that·time
    `),
  )('$method $path', async ({ method, path, status, detail }) => {
    const answer = await served().json(path!, { method: method! });
    expect(answer).toMatchObject({ status: Number(status), body: { type: 'about:blank', detail } });
    for (const [name, value] of [
      ['x-content-type-options', 'nosniff'],
      ['referrer-policy', 'no-referrer'],
      ['cache-control', 'no-store'],
      ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
    ] as const)
      expect(answer.headers.get(name)).toBe(value);
  });
});
