import { describe, expect, test } from '@jest/globals';
import { runReport } from '../../src/report/run.ts';
import { reportTable } from '../../src/report/table.ts';
import { golden } from './answers.ts';

type Fetch = typeof globalThis.fetch;

/** Answers by path, and remembers what was asked. */
function serving(answers: Record<string, { status?: number; body: unknown }>) {
  const asked: string[] = [];
  const fetch = (async (input: string) => {
    asked.push(input);
    const { pathname } = new URL(input);
    const { status = 200, body } = answers[pathname] ?? { status: 404, body: {} };
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  }) as unknown as Fetch;
  return { asked, fetch };
}

const healthy = { '/api/v1/cpst': { body: golden }, '/api/v1/data-health': { body: { tasks: 2000 } } };

async function report(more: Partial<Parameters<typeof runReport>[0]>) {
  const [out, err]: [string[], string[]] = [[], []];
  const { fetch } = serving(healthy);
  const code = await runReport({
    fetch,
    write: (text) => out.push(text),
    writeError: (line) => err.push(`${line}\n`),
    ...more,
  });
  return { code, out: out.join(''), err: err.join('') };
}

describe('a running service', () => {
  test('is asked by agent type on the default port, and the table is printed', async () => {
    const { asked, fetch } = serving(healthy);
    const { code, out, err } = await report({ fetch });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('frugal-agent costs $0.50 a run but $5.50 a solved task');
    expect(asked).toEqual([
      'http://127.0.0.1:9464/api/v1/cpst?group_by=agent_type',
      'http://127.0.0.1:9464/api/v1/data-health',
    ]);
  });

  test('is asked what it was told to', async () => {
    const { asked, fetch } = serving(healthy);
    await report({ fetch, url: 'https://solvent.example/', groupBy: 'team,model', window: '24h', csv: true });
    expect(asked).toEqual(['https://solvent.example/api/v1/cpst?group_by=team%2Cmodel&window=24h']);
  });

  test('--json is the answer with every digit', async () => {
    const { code, out } = await report({ json: true });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(golden);
  });

  test('is asked at the address without its slashes', async () => {
    const { asked, fetch } = serving(healthy);
    expect((await report({ fetch, url: 'http://x.example:1//', json: true })).code).toBe(0);
    expect(asked).toEqual(['http://x.example:1/api/v1/cpst?group_by=agent_type']);
  });

  test('prints 120 columns without color unless told, with what its data health says', async () => {
    const health = { tasks: 2, tasks_closed: 2, inferred_tasks: 1, untagged_tasks: 0 };
    const { fetch } = serving({ ...healthy, '/api/v1/data-health': { body: health } });
    const { out } = await report({ fetch });
    expect(out).toBe(reportTable(golden, health, { color: false, width: 120 }));
    expect(out).toContain('50.0 % of all outcomes were inferred');
    const style = { color: true, width: 60 };
    expect((await report({ fetch, style })).out).toBe(reportTable(golden, health, style));
  });

  test.each([
    ['refuses', { status: 500, body: { inferred_tasks: 1, tasks_closed: 1 } }],
    ['is null', { body: 'null' }],
    ['is no JSON', { body: '<html>' }],
  ])('whose data health %s is printed without notes of it', async (_, answer) => {
    const { fetch } = serving({ ...healthy, '/api/v1/data-health': answer });
    expect(await report({ fetch })).toEqual({
      code: 0,
      out: reportTable(golden, undefined, { color: false, width: 120 }),
      err: '',
    });
  });

  test('--json is indented and ends its line', async () => {
    expect((await report({ json: true })).out).toBe(`${JSON.stringify(golden, undefined, 2)}\n`);
  });

  test('--csv is a file', async () => {
    expect((await report({ csv: true })).out).toMatch(/^agent_type,solved,/);
  });

  test('without its data health the table is printed all the same', async () => {
    const { fetch } = serving({ '/api/v1/cpst': { body: golden } });
    expect((await report({ fetch })).code).toBe(0);
  });
});

describe('what cannot be answered is one line', () => {
  test('nothing listens', async () => {
    const fetch = (async () => {
      throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
    }) as unknown as Fetch;
    expect(await report({ fetch })).toEqual({
      code: 1,
      out: '',
      err: 'nothing answers at http://127.0.0.1:9464 (ECONNREFUSED): start it with "solvent serve", or name it with --url\n',
    });
  });

  test.each([
    ['a web page', '<html>'],
    ['other JSON', { hello: 1 }],
    ['money as a number', { ...golden, rows: [{ ...golden.rows[0], cost_usd: { total: 1 } }] }],
    ['null', 'null'],
  ])('another service: %s', async (_what, body) => {
    const { fetch } = serving({ '/api/v1/cpst': { body } });
    expect(await report({ fetch })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^http:\/\/127.0.0.1:9464 answers, but not as Solvent does.*\n$/),
    });
  });

  test('a bad question: the problem document says why, and cannot steer the terminal', async () => {
    const body = { title: 'Bad', detail: 'window is "soon"\u001b[2J' };
    const { fetch } = serving({ '/api/v1/cpst': { status: 400, body } });
    expect(await report({ fetch, window: 'soon' })).toMatchObject({
      code: 2,
      err: 'http://127.0.0.1:9464 refuses: window is "soon" [2J\n',
    });
  });

  test('a fault of the service', async () => {
    const { fetch } = serving({ '/api/v1/cpst': { status: 503, body: 'down' } });
    expect(await report({ fetch })).toMatchObject({
      code: 1,
      err: 'http://127.0.0.1:9464 refuses: status 503\n',
    });
  });

  test.each(['localhost:9464', 'ftp://x', 'nonsense', ''])('--url %j', async (url) => {
    const { code, err } = await report({ url });
    expect(code).toBe(2);
    expect(err).toMatch(/^--url is .*, but should be an address such as /);
  });

  test('without a place of its own an error goes to the output', async () => {
    const { code, out } = await report({ url: 'x', writeError: undefined });
    expect(code).toBe(2);
    expect(out).toMatch(/^--url is .*\n$/);
  });

  test('two formats at once', async () => {
    expect(await report({ json: true, csv: true })).toEqual({
      code: 2,
      out: '',
      err: 'solvent report prints --json or --csv, not both\n',
    });
  });

  test('a reason longer than a screen is cut, and one that nobody gives is said to be none', async () => {
    const long = serving({ '/api/v1/cpst': { status: 400, body: { detail: 'x'.repeat(501) } } });
    expect((await report({ fetch: long.fetch })).err).toBe(
      `http://127.0.0.1:9464 refuses: ${'x'.repeat(500)}\n`,
    );
    const reasons: readonly (readonly [unknown, string])[] = [
      [{}, 'no reason given'],
      [{ message: 'aborted' }, 'aborted'],
      [{ message: 'fetch failed', cause: { message: 'other side closed' } }, 'other side closed'],
      [{ message: 'fetch failed', cause: { message: 'refused', code: 'ECONNREFUSED' } }, 'ECONNREFUSED'],
    ];
    for (const [fault, why] of reasons) {
      const fetch = (() => Promise.reject(fault)) as unknown as Fetch;
      expect((await report({ fetch })).err).toMatch(
        `nothing answers at http://127.0.0.1:9464 (${why}): start it`,
      );
    }
  });

  test.each([
    ['the detail before the title', { title: 'Bad Request', detail: 'window is "x"' }, 'window is "x"'],
    ['a title alone', { title: 'Bad Request' }, 'Bad Request'],
    ['a detail that is no text', { title: 'Bad Request', detail: 5 }, 'status 400'],
    ['no document', 'null', 'status 400'],
  ])('of a problem document %s', async (_, body, why) => {
    const { fetch } = serving({ '/api/v1/cpst': { status: 400, body } });
    expect((await report({ fetch })).err).toBe(`http://127.0.0.1:9464 refuses: ${why}\n`);
  });
});
