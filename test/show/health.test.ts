import { describe, expect, test } from '@jest/globals';
import { NO_COST } from '../../src/domain/economics.ts';
import type { Replica } from '../../src/domain/fleet.ts';
import type { MicroUnits } from '../../src/domain/money.ts';
import { charge, ledgerOf, NOON, openTask, task, usd } from '../support/tasks.ts';
import { noPrices, withWeb } from '../support/web.ts';

describe('GET /api/v1/unpriced', () => {
  test('models and units without a price, with calls, quantity, first and last seen', async () => {
    const line = { taskId: 'a', model: 'acme-1', provider: 'acme', rate: null, amount: null } as const;
    const ledger = await ledgerOf({
      tasks: [task({ taskId: 'a' })],
      charges: [
        charge({ ...line, reason: 'model_unknown', quantity: 1_500_000n as MicroUnits, at: NOON - 1n }),
        charge({ ...line, reason: 'model_unknown', quantity: 2_000_000n as MicroUnits, at: NOON, line: 1 }),
        charge({
          taskId: 'a',
          line: 2,
          component: 'tooling',
          provider: '',
          model: '',
          resource: 'search',
          class: 'call',
          rate: null,
          amount: null,
          reason: 'no_rate',
          at: NOON,
        }),
        charge({ taskId: 'a', line: 3 }),
      ],
    });
    await withWeb(ledger, {}, async ({ json }) => {
      const { status, body } = await json('/api/v1/unpriced');
      expect(status).toBe(200);
      expect(body).toEqual({
        unpriced: [
          {
            component: 'inference',
            provider: 'acme',
            model: 'acme-1',
            resource: '',
            unit: 'input',
            reason: 'model_unknown',
            calls: 2,
            quantity: 3.5,
            first_seen: '2026-11-23T11:59:59.999999999Z',
            last_seen: '2026-11-23T12:00:00Z',
          },
          {
            component: 'tooling',
            provider: '',
            model: '',
            resource: 'search',
            unit: 'call',
            reason: 'no_rate',
            calls: 1,
            quantity: 1000,
            first_seen: '2026-11-23T12:00:00Z',
            last_seen: '2026-11-23T12:00:00Z',
          },
        ],
      });
    });
  });

  test('where all is priced the list is empty', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ json }) => {
      expect((await json('/api/v1/unpriced')).body).toEqual({ unpriced: [] });
    });
  });
});

describe('GET /api/v1/data-health', () => {
  test('every doubt as a count, money exact', async () => {
    const cost = { ...NO_COST, inference: usd('0.000000000001') };
    const calls = { inference: 3, embedding: 1, rerank: 1, vector: 7, tool: 9 };
    const ledger = await ledgerOf({
      tasks: [
        task({ taskId: 'a', calls, cost, closedBy: 'inferred', flags: ['late', 'assumed_inclusive'] }),
        task({ taskId: 'b', tagged: false, cost: { ...NO_COST, tooling: usd('2') }, unpricedCalls: 4 }),
        task({ taskId: 'c', outcome: 'abandoned', closedBy: 'expired', flags: ['clock_skewed', 'late'] }),
        openTask({ taskId: 'd' }),
      ],
    });
    await withWeb(ledger, {}, async ({ json }) => {
      const { status, body } = await json('/api/v1/data-health');
      expect(status).toBe(200);
      expect(body).toEqual({
        tasks: 4,
        tasks_closed: 3,
        lower_bound: true,
        reported_costs: [],
        untagged_tasks: 1,
        untagged_cost_usd: '2',
        total_cost_usd: '2.000000000001',
        inferred_tasks: 1,
        expired_tasks: 1,
        lower_bound_tasks: 1,
        unpriced_calls: 4,
        model_calls: 5,
        late_tasks: 2,
        clock_skewed_tasks: 1,
        suppressed: { response_twin: 4 },
        flags: { late: 2, assumed_inclusive: 1, clock_skewed: 1 },
        prices: {
          table_hash: 'f00d',
          list: '',
          list_published: '',
          list_read: '',
          list_age_days: 0,
          stale: false,
          set_aside: [],
        },
      });
    });
  });

  test('of several replicas: who lives, who keeps house, whose prices differ, and what nobody can reach', async () => {
    const one: Replica = {
      name: 'one',
      lives: true,
      keepsHouse: true,
      journal: 'database',
      tableHash: 'f00d',
      spansOpen: 3,
    };
    const other: Replica = { ...one, name: 'other', keepsHouse: false };
    const gone: Replica = {
      ...other,
      name: 'gone',
      lives: false,
      journal: 'disk',
      tableHash: 'old',
      spansOpen: 7,
    };
    const fleetOf = (replicas: readonly Replica[]) => ({ replicas: async () => replicas });
    await withWeb(await ledgerOf({}), fleetOf([one, other, gone]), async ({ json }) => {
      expect((await json('/api/v1/data-health')).body).toMatchObject({
        fleet: {
          price_tables_differ: false,
          spans_out_of_reach: 7,
          replicas: [
            {
              name: 'one',
              lives: true,
              keeps_house: true,
              journal: 'database',
              table_hash: 'f00d',
              spans_open: 3,
            },
            {
              name: 'other',
              lives: true,
              keeps_house: false,
              journal: 'database',
              table_hash: 'f00d',
              spans_open: 3,
            },
            {
              name: 'gone',
              lives: false,
              keeps_house: false,
              journal: 'disk',
              table_hash: 'old',
              spans_open: 7,
            },
          ],
        },
      });
    });
    await withWeb(await ledgerOf({}), fleetOf([one, { ...other, tableHash: 'beef' }]), async ({ json }) => {
      expect((await json('/api/v1/data-health')).body).toMatchObject({
        fleet: { price_tables_differ: true },
      });
    });
  });

  test.each([
    [45, false],
    [46, true],
  ])('list prices of %d days are stale: %s', async (days, stale) => {
    const source = {
      published: '2026-09-23',
      read: '2026-11-23',
      hash: 'h',
      rows: 1,
      aside: ['a/b: changed'],
    };
    const pricing = {
      ...noPrices,
      sources: [{ ...source, kind: 'snapshot', name: 'list 1' } as const],
      ageMs: () => days * 86_400_000 + 1,
    };
    await withWeb(await ledgerOf({}), { pricing }, async ({ json }) => {
      expect((await json('/api/v1/data-health')).body).toMatchObject({
        prices: {
          list: 'list 1',
          list_published: '2026-09-23',
          list_read: '2026-11-23',
          list_age_days: days,
          stale,
          set_aside: ['a/b: changed'],
        },
      });
    });
  });
});
