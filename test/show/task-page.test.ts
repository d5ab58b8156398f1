import { describe, expect, test } from '@jest/globals';
import { EVENTS_MAX } from '../../src/show/page-route.ts';
import { everyEvent, ledgerOf, NOON, openTask, task } from '../support/tasks.ts';
import { withWeb, words } from '../support/web.ts';

describe('the page of a task', () => {
  test('shows what it cost, how it ended, and each change with when and by whom', async () => {
    const ledger = await ledgerOf({ tasks: [task({ taskId: 'T' })], history: everyEvent('T') });
    await withWeb(ledger, { dimensions: ['team'] }, async ({ get }) => {
      const { status, headers, text } = await get('/tasks/T');
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const shown = words(text);
      expect(shown).toContain('Outcome solved');
      expect(shown).toContain('2026-11-23 12:00:00 UTC state open → closed outcome none → failed');
      expect(shown).toContain('value none → $3.00 agent type none → coder task type default → bug');
      expect(shown).toContain('dimensions none → team red cost $0.00 → $1.50 calls without a price 1 → 0');
      expect(shown).toContain('spans of trace 11111111 policy: nothing more was heard');
      // What stands beside a change and is the same says so once.
      expect(shown).toContain(
        'outcome failed → solved cost $1.50 trace 11111111 came from other , third report of crm k',
      );
      expect(shown).toContain('cost $1.50 → $0.00 re-pricing 3 of ana');
      expect(shown).toContain('the task is gone state closed cost $1.50 trace 22222222 went to no task');
      expect(text).toContain('<a href="/tasks/third">third</a>');
      expect(text).not.toMatch(/<script|style="|javascript:|\son\w+=/);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    });
  });

  test('is there for one that is gone, and for one with nothing to tell; not for an unknown one', async () => {
    const ledger = await ledgerOf({ tasks: [openTask({ taskId: 'o' })], history: everyEvent('gone') });
    await withWeb(ledger, {}, async ({ get, json }) => {
      const gone = await get('/tasks/gone');
      expect(gone.status).toBe(200);
      expect(words(gone.text)).toContain('This task is no more');
      expect(gone.text).not.toContain('Task as JSON');
      expect(words((await get('/tasks/o')).text)).toContain('Nothing has changed yet');
      expect(await json('/tasks/none')).toMatchObject({
        status: 404,
        body: { detail: 'no task has the id "none"' },
      });
      expect(await json('/tasks/o?cursor=x')).toMatchObject({ status: 400, body: { parameter: 'cursor' } });
      expect(await json('/tasks/o?page=2')).toMatchObject({ status: 400, body: { parameter: 'page' } });
      expect((await json('/tasks/o', { method: 'POST' })).status).toBe(405);
    });
  });

  test('has a hundred changes, and leads to those behind them and back', async () => {
    const [, second] = everyEvent('T');
    const history = Array.from({ length: EVENTS_MAX + 1 }, (_, at) => ({
      ...second!,
      atMs: second!.atMs + at,
      by: [{ kind: 'report', source: `s${at}.`, key: `k${at}` }] as const,
    }));
    await withWeb(await ledgerOf({ tasks: [task({ taskId: 'T' })], history }), {}, async ({ get }) => {
      const first = (await get('/tasks/T')).text;
      expect(first).toContain(`s${EVENTS_MAX - 1}.`);
      expect(first).not.toContain(`s${EVENTS_MAX}.`);
      const next = /<a href="(\/tasks\/T\?cursor=[^"]+)">Later changes/.exec(first)![1]!;
      const second = (await get(next)).text;
      expect(second).toContain(`s${EVENTS_MAX}.`);
      expect(second).not.toContain('Later changes');
      expect(second).toContain('<a href="/tasks/T">From the first change on</a>');
    });
  });

  test('is where the first page leads, whatever the id is, and every name on it is escaped', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'`&/?#%\u00e9';
    const ledger = await ledgerOf({
      tasks: [task({ taskId: evil, agentType: evil, taskType: evil, closedAt: NOON })],
      history: everyEvent(evil).map((event) => ({
        ...event,
        by: [{ kind: 'report', source: evil, key: evil }] as const,
        cameFrom: [{ traceId: '1'.repeat(32), taskIds: [evil] }],
      })),
    });
    await withWeb(ledger, {}, async ({ get }) => {
      const links = /href="(\/tasks\/[^"]+)"/.exec((await get('/')).text)!;
      const { status, text } = await get(links[1]!.replaceAll('&#39;', "'"));
      expect(status).toBe(200);
      expect(text).not.toContain('<img');
      expect(words(text)).toContain('Outcome solved');
    });
  });
});
