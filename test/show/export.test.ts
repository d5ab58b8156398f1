import { once } from 'node:events';
import { get } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import type { Auditor } from '../../src/domain/audit.ts';
import { openStreams } from '../../src/show/streams.ts';
import { table } from '../support/table.ts';
import { charge, ledgerOf, NOON, task, usd } from '../support/tasks.ts';
import { until } from '../support/until.ts';
import { serving, withWeb } from '../support/web.ts';

/**
 * Goal: an export is whole or plainly not. Method: a web server over a real socket, with an auditor that fails, waits
 * or never ends where a test says so.
 */

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
const ledger = () =>
  ledgerOf({
    tasks: [task({ taskId: 'T1' }), task({ taskId: 'T2', agentType: 'coder', taskType: 'bugfix' })],
    charges: [
      charge({ taskId: 'T1', at: NOON }),
      charge({ taskId: 'T1', line: 1, at: NOON + 5n, amount: usd('0.5') }),
      charge({ taskId: 'T2', at: NOON + DAY, model: 'other' }),
    ],
  });

describe('GET /api/v1/export/charges', () => {
  const asked = serving(ledger);
  const rows = async (query: string) =>
    (await asked().get(`/api/v1/export/charges.csv${query}`)).text.split('\r\n').slice(1, -1);

  test.each(
    table(`
      query                                                 rows
      _                                                     3
      ?from=2026-11-24                                      1
      ?to=2026-11-24                                        2
      ?from=2026-11-23T12:00:00.000000005Z                  2
      ?from=2026-11-23T12:00:00Z&to=2026-11-23T12:00:00Z    0
      ?agent_type=coder                                     1
      ?agent_type=coder&task_type=default                   0
      ?task_type=bugfix&model=other                         1
      ?model=gpt-4o                                         2
    `),
  )('$query gives $rows rows', async ({ query, rows: wanted }) => {
    expect(await rows(query === '_' ? '' : query!)).toHaveLength(Number(wanted));
  });

  test.each([
    ['csv', 'text/csv; charset=utf-8; header=present'],
    ['json', 'application/json; charset=utf-8'],
    ['ndjson', 'application/x-ndjson; charset=utf-8'],
  ])('%s says what it is, and under which name to keep it', async (format, type) => {
    const { status, headers, text } = await asked().get(`/api/v1/export/charges.${format}`);
    expect([status, headers.get('content-type')]).toEqual([200, type]);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="solvent-charges.${format}"`);
    if (format !== 'csv') {
      const json = format === 'json' ? text : `[${text.trimEnd().replaceAll('\n', ',')}]`;
      expect(JSON.parse(json)).toMatchObject([
        { line: 0 },
        { line: 1, amount_usd: '0.5' },
        { model: 'other' },
      ]);
    }
    expect(await asked().get(`/api/v1/export/charges.${format}`, { method: 'HEAD' })).toMatchObject({
      status: 200,
      text: '',
    });
  });

  test('no rows are an empty list, and a header', async () => {
    expect((await asked().get('/api/v1/export/charges.json?from=2030-01-01')).text).toBe('[\n\n]\n');
    expect((await asked().get('/api/v1/export/charges.ndjson?from=2030-01-01')).text).toBe('');
    expect((await asked().get('/api/v1/export/charges.csv?from=2030-01-01')).text).toMatch(
      /^at,trace_id,.*\r\n$/,
    );
  });

  test.each([
    ['/charges.csv?from=yesterday', 'from'],
    ['/charges.csv?from=2026-11-02&to=2026-11-01', 'from'],
    ['/charges.csv?agent=x', 'agent'],
    ['/checksums?from=2026-11-01T00:00:00Z', 'from'],
    ['/checksums?to=2026-02-30', 'to'],
  ])('%s is a problem with %s', async (path, parameter) => {
    const { status, headers, body } = await asked().json(`/api/v1/export${path}`);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(body).toMatchObject({ parameter });
  });

  test('checksums have a line for each day', async () => {
    const { body } = await asked().json('/api/v1/export/checksums');
    expect(body).toMatchObject({
      days: [
        { day: '2026-11-23', lines: 2, unpriced_lines: 0, amount_usd: '0.5025' },
        { day: '2026-11-24', lines: 1, amount_usd: '0.0025' },
      ],
    });
  });
});

/** Exports whose bytes a test gives. */
function auditorOf(bytes: (signal: AbortSignal) => AsyncGenerator<Uint8Array>): Auditor {
  return {
    exported: (_format, _query, signal) => bytes(signal!),
    async *checksums() {},
  };
}

const CSV = '/api/v1/export/charges.csv';

describe('an export that does not come to its end', () => {
  test('is a problem where it fails before its first byte', async () => {
    // biome-ignore lint/correctness/useYield: it fails before
    const failing = auditorOf(async function* () {
      throw new Error('the disk is gone');
    });
    await withWeb(await ledgerOf({}), { auditor: failing }, async ({ json }) => {
      expect(await json(CSV)).toMatchObject({ status: 500, body: { title: 'Internal Server Error' } });
    });
  });

  test('is cut off where it fails on its way', async () => {
    const failing = auditorOf(async function* () {
      yield Buffer.from('at\r\n');
      throw new Error('the disk is gone');
    });
    await withWeb(await ledgerOf({}), { auditor: failing }, async ({ url }) => {
      const answer = await fetch(url + CSV);
      expect(answer.status).toBe(200);
      await expect(answer.text()).rejects.toThrow();
    });
  });

  /** One that never ends, and says what came of it. */
  function endless() {
    const seen = { pulled: 0, over: 0 };
    const auditor = auditorOf(async function* () {
      try {
        for (;;) {
          seen.pulled += 1;
          yield Buffer.alloc(65_536, 'x');
        }
      } finally {
        seen.over += 1;
      }
    });
    return { seen, auditor };
  }

  test('stops when its client goes away, and waits while that takes nothing', async () => {
    const { seen, auditor } = endless();
    await withWeb(await ledgerOf({}), { auditor }, async ({ url }) => {
      const client = get(url + CSV);
      await once(client, 'response');
      let before = -1;
      await until('nothing more is pulled', () => {
        const still = before === seen.pulled;
        before = seen.pulled;
        return still;
      });
      // What the sockets of both sides hold, and no more.
      expect(seen.pulled).toBeLessThan(1000);
      client.destroy();
      await until('it is over', () => seen.over === 1);
    });
  });

  test('is cut off by a service that closes, and no more than three run at once', async () => {
    const { seen, auditor } = endless();
    const answers: Response[] = [];
    await withWeb(await ledgerOf({}), { auditor }, async ({ url, json }) => {
      for (let one = 0; one < 3; one += 1) answers.push(await fetch(url + CSV));
      const { status, headers, body } = await json(CSV);
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
      expect(body).toMatchObject({ detail: '3 exports are under way, which is all there may be at once' });
    });
    await until('all are over', () => seen.over === 3);
    for (const answer of answers) await expect(answer.text()).rejects.toThrow();
  });

  test('is told of its abort while it still makes its first byte', async () => {
    let [begun, aborted] = [false, false];
    const slow = auditorOf(async function* (signal) {
      begun = true;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted = true;
      yield Buffer.from('too late');
    });
    await withWeb(await ledgerOf({}), { auditor: slow }, async ({ url }) => {
      const client = get(url + CSV).on('error', () => {});
      await until('it began', () => begun);
      client.destroy();
      await until('it hears', () => aborted);
    });
  });
});

test('streams that are cut when none runs are none', () => {
  expect(() => openStreams().cut()).not.toThrow();
});
