import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_COST } from '../../src/domain/economics.ts';
import type { MicroUnits, UsdFemto, UsdPico } from '../../src/domain/money.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import { table } from '../support/table.ts';
import { charge, ledgerOf, NOON, openTask, task, usd } from '../support/tasks.ts';
import { column, dig, serving, withWeb } from '../support/web.ts';

const SECOND = 1_000_000_000n;

describe('GET /api/v1/tasks/{id}', () => {
  test('every field of the contract, exact', async () => {
    const full = task({
      taskId: 'T1',
      agentType: 'coder',
      taskType: 'bugfix',
      promptVersion: 'v3',
      user: 'u-3',
      dimensions: ['red', ''],
      outcome: 'remediated',
      closedBy: 'inferred',
      startedAt: NOON - 90n * SECOND,
      closedAt: NOON - 123_456_789n,
      value: usd('99.5'),
      cost: { ...NO_COST, inference: usd('0.000000000001'), remediation: usd('10') },
      tokens: { ...tokensOf(NO_USAGE), input: 100, cache_read: 7, reasoning: 3, output: 9 },
      calls: { inference: 2, embedding: 1, rerank: 0, vector: 4, tool: 5 },
      actions: 5,
      unpricedCalls: 1,
      flags: ['lower_bound', 'imputed_remediation'],
    });
    await withWeb(await ledgerOf({ tasks: [full] }), { dimensions: ['team', 'region'] }, async ({ json }) => {
      const { status, headers, body } = await json('/api/v1/tasks/T1');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(body).toEqual({
        task_id: 'T1',
        agent_type: 'coder',
        task_type: 'bugfix',
        prompt_version: 'v3',
        user_id: 'u-3',
        dimensions: { team: 'red', region: '' },
        state: 'closed',
        outcome: 'remediated',
        closed_by: 'inferred',
        started_at: '2026-11-23T11:58:30Z',
        closed_at: '2026-11-23T11:59:59.876543211Z',
        value_usd: '99.5',
        cost_usd: {
          total: '10.000000000001',
          inference: '0.000000000001',
          vector: '0',
          tooling: '0',
          compute: '0',
          remediation: '10',
        },
        tokens: { input: 100, cache_read: 7, cache_write_5m: 0, cache_write_1h: 0, output: 9, reasoning: 3 },
        calls: { inference: 2, embedding: 1, rerank: 0, vector: 4, tool: 5 },
        actions: 5,
        unpriced_calls: 1,
        flags: ['lower_bound', 'imputed_remediation'],
        trace_ids: ['00000000000000000000000000000001'],
        charges_rolled_off: false,
        suppressed: [{ span_id: '00000000000000aa', rule: 'response_twin' }],
      });
    });
  });

  test('an open task has nulls where it has no answer yet', async () => {
    await withWeb(await ledgerOf({ tasks: [openTask({ taskId: 'o' })] }), {}, async ({ json }) => {
      expect((await json('/api/v1/tasks/o')).body).toMatchObject({
        state: 'open',
        outcome: null,
        closed_by: null,
        closed_at: null,
        value_usd: null,
      });
    });
  });

  test('any id is found by its encoded form, and an unknown one is 404', async () => {
    const id = fc
      .oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        fc.constantFrom('a/b', 'a%2Fb', '?x=1#y', 'ß 日本', '%', '/', 'charges'),
      )
      .filter((text) => text !== '.' && text !== '..');
    await withWeb(await ledgerOf({}), {}, async ({ json }) => {
      const { status, headers, body } = await json('/api/v1/tasks/none');
      expect(status).toBe(404);
      expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(body).toEqual({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'no task has the id "none"',
      });
    });
    await fc.assert(
      fc.asyncProperty(id, async (taskId) => {
        const ledger = await ledgerOf({ tasks: [task({ taskId })], charges: [charge({ taskId })] });
        await withWeb(ledger, {}, async ({ json }) => {
          const path = `/api/v1/tasks/${encodeURIComponent(taskId)}`;
          expect((await json(path)).body).toMatchObject({ task_id: taskId });
          expect((await json(`${path}/charges`)).body).toMatchObject({
            task_id: taskId,
            charges: [{ line: 0 }],
          });
        });
      }),
      { numRuns: 40 },
    );
  });

  test('an id at the limit of 1024 bytes, each of them encoded', async () => {
    const taskId = '✓'.repeat(341);
    await withWeb(await ledgerOf({ tasks: [task({ taskId })] }), {}, async ({ json }) => {
      expect((await json(`/api/v1/tasks/${encodeURIComponent(taskId)}`)).status).toBe(200);
    });
  });
});

describe('GET /api/v1/tasks/{id}/charges', () => {
  test('a priced line and one without a price', async () => {
    const ledger = await ledgerOf({
      tasks: [task({ taskId: 'T' })],
      charges: [
        charge({
          taskId: 'T',
          quantity: 1_500_000n as MicroUnits,
          rate: 1n as UsdFemto,
          amount: 1n as UsdPico,
          at: NOON,
        }),
        charge({
          taskId: 'T',
          line: 1,
          rate: null,
          amount: null,
          priceId: null,
          tableHash: null,
          reason: 'model_unknown',
          flags: ['assumed_inclusive'],
          at: NOON,
        }),
      ],
    });
    await withWeb(ledger, {}, async ({ json }) => {
      const { body } = await json('/api/v1/tasks/T/charges');
      expect(dig(body, 'charges', 0)).toEqual({
        trace_id: '00000000000000000000000000000001',
        span_id: 'b7ad6b7169203331',
        line: 0,
        at: '2026-11-23T12:00:00Z',
        component: 'inference',
        provider: 'openai',
        model: 'gpt-4o',
        resource: '',
        class: 'input',
        quantity: 1.5,
        rate_usd: '0.000000000000001',
        amount_usd: '0.000000000001',
        price_id: 'openai/gpt-4o',
        table_hash: 'abc123',
        flags: [],
        reason: null,
        served: null,
        reported_usd: null,
        computed_usd: null,
      });
      expect(dig(body, 'charges', 1)).toMatchObject({
        rate_usd: null,
        amount_usd: null,
        price_id: null,
        table_hash: null,
        flags: ['assumed_inclusive'],
        reason: 'model_unknown',
      });
      expect((await json('/api/v1/tasks/none/charges')).status).toBe(404);
    });
  });
});

describe('GET /api/v1/tasks', () => {
  const some = () =>
    ledgerOf({
      tasks: [
        task({
          taskId: 'a',
          agentType: 'A',
          taskType: 'x',
          cost: { ...NO_COST, inference: usd('3') },
          closedAt: NOON - 3n * SECOND,
        }),
        task({
          taskId: 'b',
          agentType: 'B',
          taskType: 'x',
          cost: { ...NO_COST, inference: usd('1') },
          closedAt: NOON - 1n * SECOND,
          outcome: 'failed',
        }),
        task({
          taskId: 'c',
          agentType: 'A',
          taskType: 'y',
          cost: { ...NO_COST, inference: usd('2') },
          closedAt: NOON - 2n * SECOND,
        }),
        openTask({ taskId: 'o', agentType: 'B', taskType: 'y' }),
      ],
      charges: [charge({ taskId: 'a', model: 'big' }), charge({ taskId: 'b', model: 'small' })],
    });

  const cases = table(`
    query                                            ids
    _                                                b,c,a,o
    sort=cost                                        a,c,b,o
    agent_type=A                                     c,a
    agent_type=                                      _
    task_type=y                                      c,o
    outcome=failed                                   b
    outcome=open                                     o
    outcome=abandoned                                _
    model=big                                        a
    min_cost_usd=2                                   c,a
    min_cost_usd=2.000000000001                      a
    from=2026-11-23T11:59:58Z                        b,c
    to=2026-11-23T11:59:58Z                          a,o
    agent_type=A&task_type=x&outcome=solved          a
    limit=2                                          b,c
  `);
  const served = serving(some);
  test.each(cases)('?$query', async ({ query, ids }) => {
    const { status, body } = await served().json(`/api/v1/tasks?${query}`);
    expect(status).toBe(200);
    expect(column(dig(body, 'tasks'), 'task_id').join(',')).toBe(ids);
    expect(JSON.stringify(body)).not.toMatch(/trace_ids|suppressed/);
  });

  test.each(['cost', 'closed_at', 'started_at'])('pages by %s hold every task once', async (sort) => {
    await withWeb(await some(), {}, async ({ json }) => {
      const seen: unknown[] = [];
      let cursor = '';
      do {
        const { body } = await json(`/api/v1/tasks?sort=${sort}&limit=1${cursor}`);
        seen.push(...column(dig(body, 'tasks'), 'task_id'));
        const next = dig(body, 'next_cursor');
        cursor = next === null ? '' : `&cursor=${encodeURIComponent(String(next))}`;
      } while (cursor !== '');
      expect(seen.sort()).toEqual(['a', 'b', 'c', 'o']);
    });
  });
});
