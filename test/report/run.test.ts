import { describe, expect, test } from '@jest/globals';
import { runReport } from '../../src/report/run.ts';
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
    expect((await report({ json: true, csv: true })).code).toBe(2);
  });
});
