import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { LedgerReads } from '../../src/domain/ledger-reads.ts';
import type { Log } from '../../src/lib/log.ts';
import { silentLog } from '../../src/lib/log.ts';
import { BODY_BYTES_MAX } from '../../src/show/web.ts';
import { table } from '../support/table.ts';
import { ledgerOf } from '../support/tasks.ts';
import { serving, withWeb } from '../support/web.ts';

describe('a bad parameter is 400 and named', () => {
  const cases = table(`
    asked                                                       parameter
    /api/v1/tasks?agent=x                                       agent
    /api/v1/tasks?__proto__=x                                   __proto__
    /api/v1/tasks?toString=x                                    toString
    /api/v1/tasks?sort=price                                    sort
    /api/v1/tasks?sort=cost&sort=cost                           sort
    /api/v1/tasks?outcome=SOLVED                                outcome
    /api/v1/tasks?limit=0                                       limit
    /api/v1/tasks?limit=1001                                    limit
    /api/v1/tasks?limit=1e2                                     limit
    /api/v1/tasks?from=yesterday                                from
    /api/v1/tasks?to=2026-02-30T00:00:00Z                       to
    /api/v1/tasks?to=2263-01-01T00:00:00Z                       to
    /api/v1/tasks?min_cost_usd=-1                               min_cost_usd
    /api/v1/tasks?min_cost_usd=NaN                              min_cost_usd
    /api/v1/tasks?cursor=nonsense                               cursor
    /api/v1/tasks/x?verbose=1                                   verbose
    /api/v1/tasks/x/charges?limit=1                             limit
    /api/v1/tasks/x/history?limit=0                             limit
    /api/v1/tasks/x/history?limit=1001                          limit
    /api/v1/tasks/x/history?cursor=x                            cursor
    /api/v1/tasks/x/history?sort=cost                           sort
    /api/v1/cpst?group_by=team                                  group_by
    /api/v1/cpst?group_by=agent_type,agent_type                 group_by
    /api/v1/cpst?group_by=agent_type&group_by=agent_type        group_by
    /api/v1/cpst?group_by=dimension:0                           group_by
    /api/v1/cpst?window=1w                                      window
    /api/v1/cpst?window=0h                                      window
    /api/v1/cpst?window=9999999999d                             window
    /api/v1/cpst?window=1h&to=2026-01-01T00:00:00Z              window
    /api/v1/cpst?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z  from
    /api/v1/unpriced?x=1                                        x
    /api/v1/data-health?window=1h                               window
    /api/v1/prices/openai/gpt-4o?at=now                         at
    /?window=soon                                               window
    /?script=1                                                  script
  `);
  const served = serving(() => ledgerOf({}));
  test.each(cases)('$asked', async ({ asked, parameter }) => {
    const { status, headers, body } = await served().json(asked!);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400, parameter });
    expect((body as { detail: string }).detail).toContain(parameter);
  });

  test('the message says what was given and what was wanted', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ json }) => {
      expect((await json('/api/v1/tasks?limit=none')).body).toMatchObject({
        detail: 'limit is "none", but should be a whole number from 1 to 1000',
      });
      expect((await json('/api/v1/unpriced?a=1')).body).toMatchObject({
        detail: 'unknown parameter a; it should be left out: there are no parameters here',
      });
    });
  });
});

describe('wrong paths and methods', () => {
  const cases = table(`
    method   path                     status  allow
    GET      /nothing                 404     _
    GET      /api/v1                  404     _
    GET      /api/v1/tasks/a/b        404     _
    POST     /nothing                 404     _
    POST     /api/v1/tasks            405     GET,·HEAD
    DELETE   /api/v1/tasks/x          405     GET,·HEAD
    PUT      /api/v1/prices/a/b/c     405     GET,·HEAD
    GET      /api/v1/outcomes         405     POST
    OPTIONS  /api/v1/outcomes         405     POST
    POST     /metrics                 405     GET,·HEAD
    PATCH    /                        405     GET,·HEAD
    POST     /api/v1/openapi.json     405     GET,·HEAD
    GET      /api/v1/tasks/%zz        400     _
  `);
  const served = serving(() => ledgerOf({}));
  test.each(cases)('$method $path', async ({ method, path, status, allow }) => {
    const answer = await served().json(path!, { method: method! });
    expect(answer.status).toBe(Number(status));
    expect(answer.headers.get('allow') ?? '').toBe(allow);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({ type: 'about:blank', status: Number(status) });
  });

  test('HEAD answers as GET does, without the body', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ get }) => {
      for (const path of ['/', '/metrics', '/healthz', '/api/v1/cpst'])
        expect(await get(path, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    });
  });
});

describe('bodies', () => {
  const send = (body: string, type = 'application/json') => ({
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  const cases = table(`
    body                       type                              status
    {"task_id":                application/json                  400
    _                          application/json                  400
    {"__proto__":{"a":1}}      application/json                  400
    {}                         text/plain                        415
    {}                         application/x-www-form-urlencoded 415
    {}                         application/json;·charset=utf-8   400
    null                       application/json                  400
    7                          application/json                  400
  `);
  const served = serving(() => ledgerOf({}));
  test.each(cases)('$body as $type', async ({ body, type, status }) => {
    const answer = await served().json('/api/v1/outcomes', send(body!, type!));
    expect(answer.status).toBe(Number(status));
    expect(answer.body).toMatchObject({ type: 'about:blank', status: Number(status) });
  });

  test('at the limit a body is read, one byte past it is 413', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ json }) => {
      const report = '{"task_id":"t","outcome":"solved"}';
      const padded = (bytes: number) => report + ' '.repeat(bytes - report.length);
      expect((await json('/api/v1/outcomes', send(padded(BODY_BYTES_MAX)))).status).toBe(200);
      expect((await json('/api/v1/outcomes', send(padded(BODY_BYTES_MAX + 1)))).status).toBe(413);
    });
  });
});

describe('faults of ours', () => {
  test('a ledger that fails is 500 without its insides, which the log gets', async () => {
    const said: unknown[] = [];
    const log: Log = { ...silentLog, error: (fields) => said.push(fields) };
    const reads = {
      ...(await ledgerOf({})),
      dataHealth: async () => {
        throw new Error('select secret from table');
      },
    } satisfies LedgerReads;
    await withWeb(reads, { log }, async ({ get }) => {
      for (const path of ['/', '/api/v1/data-health']) {
        const { status, text } = await get(path);
        expect(status).toBe(500);
        expect(text).not.toContain('secret');
      }
    });
    expect(said).toHaveLength(2);
    expect(said[0]).toMatchObject({ err: { message: 'select secret from table' } });
  });
});

/** Sends bytes that no HTTP client would, and gives what comes back. */
const raw = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(5000, () => socket.destroy(new Error(`no end after: ${answer}`)));
  });

describe('what is no HTTP', () => {
  const cases = table(`
    bytes                                                   begins
    GET·http://·HTTP/1.1\\r\\nHost:·x\\r\\nConnection:·close\\r\\n\\r\\n         HTTP/1.1·4
    GET·http://[·HTTP/1.1\\r\\nHost:·x\\r\\nConnection:·close\\r\\n\\r\\n        HTTP/1.1·4
    GET·//·HTTP/1.1\\r\\nHost:·x\\r\\nConnection:·close\\r\\n\\r\\n              HTTP/1.1·4
    GET·*·HTTP/1.1\\r\\nHost:·x\\r\\nConnection:·close\\r\\n\\r\\n               HTTP/1.1·2
    GET·/·HTTP/1.1\\r\\nConnection:·close\\r\\n\\r\\n                          HTTP/1.1·400
    garbage\\r\\n\\r\\n                                       HTTP/1.1·400
  `);
  const served = serving(() => ledgerOf({}));
  test.each(cases)('$bytes is answered, and the process lives', async ({ bytes, begins }) => {
    const { url, get } = served();
    const answer = await raw(url, bytes!.replaceAll('\\r', '\r').replaceAll('\\n', '\n'));
    expect(answer.slice(0, begins!.length)).toBe(begins);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('headers past the limit are 431, as a problem', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ url }) => {
      const answer = await raw(url, `GET / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`);
      expect(answer).toContain('HTTP/1.1 431');
      expect(answer).toContain('application/problem+json');
    });
  });
});

describe('a port that is taken', () => {
  test('refuses to listen', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ url }) => {
      const second = withWeb(await ledgerOf({}), { port: Number(new URL(url).port) }, async () => {});
      await expect(second).rejects.toThrow('Set SOLVENT_WEB_PORT to another one');
    });
  });
});
