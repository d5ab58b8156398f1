import { describe, expect, test } from '@jest/globals';
import { everyEvent, ledgerOf, openTask, task } from '../support/tasks.ts';
import { column, dig, withWeb } from '../support/web.ts';

const cost = (total: string) => ({
  total,
  inference: total,
  vector: '0',
  tooling: '0',
  compute: '0',
  remediation: '0',
});
const [ONE, OTHER] = ['1'.repeat(32), '2'.repeat(32)];
const path = (id: string) => `/api/v1/tasks/${id}/history`;

describe('GET /api/v1/tasks/{id}/history', () => {
  test('every field, exact', async () => {
    const ledger = await ledgerOf({ tasks: [task({ taskId: 'T' })], history: everyEvent('T') });
    await withWeb(ledger, { dimensions: ['team', 'region'] }, async ({ json }) => {
      const { status, body } = await json(path('T'));
      expect(status).toBe(200);
      expect(body).toEqual({
        task_id: 'T',
        history: [
          {
            at: '2026-11-23T12:00:00Z',
            by: [{ kind: 'spans', trace_ids: [ONE] }, { kind: 'policy' }],
            before: {
              state: 'open',
              outcome: null,
              closed_by: null,
              closed_at: null,
              value_usd: null,
              agent_type: '',
              task_type: 'default',
              prompt_version: null,
              user_id: null,
              dimensions: { team: '', region: '' },
              cost_usd: cost('0'),
              unpriced_calls: 1,
            },
            after: {
              state: 'closed',
              outcome: 'failed',
              closed_by: 'reported',
              closed_at: '2026-11-23T12:00:00Z',
              value_usd: '3',
              agent_type: 'coder',
              task_type: 'bug',
              prompt_version: 'v2',
              user_id: 'u-2',
              dimensions: { team: 'red', region: '' },
              cost_usd: cost('1.5'),
              unpriced_calls: 0,
            },
            moved_from: [],
            moved_to: [],
          },
          {
            at: '2026-11-23T12:00:00.001Z',
            by: [{ kind: 'report', source: 'crm', idempotency_key: 'k' }],
            before: { outcome: 'failed', cost_usd: cost('1.5') },
            after: { outcome: 'solved', cost_usd: cost('1.5') },
            moved_from: [{ trace_id: ONE, task_ids: ['other', 'third'] }],
            moved_to: [],
          },
          {
            at: '2026-11-23T12:00:00.002Z',
            by: [{ kind: 'repricing', repricing: 3, by: 'ana' }],
            before: { cost_usd: cost('1.5') },
            after: { cost_usd: cost('0') },
            moved_from: [],
            moved_to: [],
          },
          {
            at: '2026-11-23T12:00:00.003Z',
            by: [{ kind: 'spans', trace_ids: [OTHER] }],
            before: { state: 'closed', cost_usd: cost('1.5') },
            after: null,
            moved_from: [],
            moved_to: [{ trace_id: OTHER, task_ids: [] }],
          },
        ],
        next_cursor: null,
      });
    });
  });

  test('page by page, oldest first', async () => {
    await withWeb(await ledgerOf({ history: everyEvent('T') }), {}, async ({ json }) => {
      const seen: unknown[] = [];
      const sizes: number[] = [];
      for (let query = '?limit=3'; query !== ''; ) {
        const { body } = await json(path('T') + query);
        const page = column(dig(body, 'history'), 'at');
        seen.push(...page);
        sizes.push(page.length);
        const next = dig(body, 'next_cursor') as string | null;
        query = next === null ? '' : `?limit=3&cursor=${next}`;
      }
      expect(sizes).toEqual([3, 1]);
      expect(seen).toEqual(['', '.001', '.002', '.003'].map((fraction) => `2026-11-23T12:00:00${fraction}Z`));
    });
  });

  test('of a task that is gone it is there; the task itself is not', async () => {
    await withWeb(await ledgerOf({ history: everyEvent('gone') }), {}, async ({ json }) => {
      expect((await json('/api/v1/tasks/gone')).status).toBe(404);
      expect((await json(path('gone'))).status).toBe(200);
    });
  });

  test('of a task with nothing to tell it is empty; of an unknown one it is 404', async () => {
    await withWeb(await ledgerOf({ tasks: [openTask({ taskId: 'o' })] }), {}, async ({ json }) => {
      expect((await json(path('o'))).body).toEqual({ task_id: 'o', history: [], next_cursor: null });
      expect(await json(path('none'))).toMatchObject({
        status: 404,
        body: { detail: 'no task has the id "none"' },
      });
    });
  });
});
