import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_COST } from '../../src/domain/economics.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { formatUsd, perTask, type UsdPico } from '../../src/domain/money.ts';
import type { Task } from '../../src/domain/task.ts';
import { table } from '../support/table.ts';
import { ledgerOf, NOON, task, usd } from '../support/tasks.ts';
import { type Asked, column, dig, withWeb } from '../support/web.ts';

const HOUR = 3_600_000_000_000n;

const many = (count: number, prefix: string, given: Partial<Task>): Task[] =>
  Array.from({ length: count }, (_, index) => task({ taskId: `${prefix}-${index}`, ...given }));

const costs = (inference: string, remediation: string) => ({
  ...NO_COST,
  inference: usd(inference),
  remediation: usd(remediation),
});

/** Agents A and B of the design: a cheap run that fails half the time, and a dear one that hardly fails. */
const golden = () =>
  ledgerOf({
    tasks: [
      ...many(10, 'a-solved', { agentType: 'A', cost: costs('0.5', '0') }),
      ...many(10, 'a-failed', { agentType: 'A', cost: costs('0.5', '10'), outcome: 'remediated' }),
      ...many(19, 'b-solved', { agentType: 'B', cost: costs('2', '0') }),
      ...many(1, 'b-failed', { agentType: 'B', cost: costs('2', '10'), outcome: 'remediated' }),
    ],
  });

const asking = async (ledger: Ledger, run: (asked: Asked) => Promise<void>, dimensions: string[] = []) =>
  withWeb(ledger, { dimensions }, run);

describe('GET /api/v1/cpst', () => {
  test('the golden example is exact, dearest group first', async () => {
    await asking(await golden(), async ({ json }) => {
      const { status, body } = await json('/api/v1/cpst?group_by=agent_type');
      expect(status).toBe(200);
      expect(dig(body, 'group_by')).toEqual(['agent_type']);
      expect(column(dig(body, 'rows'), 'agent_type')).toEqual(['A', 'B']);
      expect(column(dig(body, 'rows'), 'cpst_usd')).toEqual([
        { resolved: '5.5', autonomous: '11' },
        { resolved: '2.5', autonomous: '2.631578947368' },
      ]);
      expect(dig(body, 'rows', 0)).toMatchObject({
        tasks: { solved: 10, remediated: 10, failed: 0, abandoned: 0 },
        cost_usd: { total: '110', inference: '10', vector: '0', remediation: '100' },
        success_ratio: { resolved: 1, autonomous: 0.5 },
        reasoning_action_ratio: { reasoning: null, output: null },
        lower_bound: false,
      });
    });
  });

  test('no tasks are no rows, no solved task is null', async () => {
    await asking(await ledgerOf({}), async ({ json }) => {
      expect((await json('/api/v1/cpst')).body).toMatchObject({ group_by: [], rows: [] });
    });
    const failed = await ledgerOf({
      tasks: [task({ taskId: 'f', outcome: 'failed', cost: costs('1', '0') })],
    });
    await asking(failed, async ({ json }) => {
      const { body } = await json('/api/v1/cpst');
      expect(dig(body, 'rows', 0, 'cpst_usd')).toEqual({ resolved: null, autonomous: null });
      expect(dig(body, 'rows', 0, 'cost_usd', 'total')).toBe('1');
    });
  });

  test('groups by dimensions under their own names, told once or as a list', async () => {
    const ledger = await ledgerOf({
      tasks: [task({ taskId: '1', dimensions: ['red'] }), task({ taskId: '2', dimensions: [''] })],
    });
    await asking(
      ledger,
      async ({ json }) => {
        const listed = (await json('/api/v1/cpst?group_by=team,agent_type')).body;
        const repeated = (await json('/api/v1/cpst?group_by=team&group_by=agent_type')).body;
        expect(listed).toEqual(repeated);
        expect(dig(listed, 'group_by')).toEqual(['team', 'agent_type']);
        expect(column(dig(listed, 'rows'), 'team').sort()).toEqual(['', 'red']);
      },
      ['team'],
    );
  });

  const old = () =>
    ledgerOf({
      tasks: [task({ taskId: 'now' }), task({ taskId: 'old', closedAt: NOON - 2n * HOUR })],
    });
  test.each(
    table(`
      query                                               tasks  from
      _                                                   2      1970-01-01T00:00:00Z
      window=1h                                           1      2026-11-23T11:00:00Z
      window=7200s                                        2      2026-11-23T10:00:00Z
      window=3d                                           2      2026-11-20T12:00:00Z
      from=2026-11-23T10:00:00Z                           2      2026-11-23T10:00:00Z
      from=2026-11-23T10:00:00.000000001Z                 1      2026-11-23T10:00:00.000000001Z
      from=2026-11-23T12:00:00%2b02:00                    2      2026-11-23T10:00:00Z
      to=1969-07-20T20:17:40Z                             0      1969-07-20T20:17:40Z
      to=2026-11-23T10:00:00Z                             0      1970-01-01T00:00:00Z
      to=2026-11-23T10:00:00.000000001Z                   1      1970-01-01T00:00:00Z
    `),
  )('?$query holds $tasks tasks', async ({ query, tasks, from }) => {
    await asking(await old(), async ({ json }) => {
      const { body } = await json(`/api/v1/cpst?${query}`);
      expect(dig(body, 'from')).toBe(from);
      expect(dig(body, 'rows', 0, 'tasks', 'solved') ?? 0).toBe(Number(tasks));
    });
  });
});

describe('sums over any ledger', () => {
  const anyTask = fc.record({
    agentType: fc.constantFrom('A', 'B', ''),
    outcome: fc.constantFrom('solved', 'remediated', 'failed', 'abandoned'),
    inference: fc.bigInt({ min: 0n, max: 10n ** 14n }),
    remediation: fc.bigInt({ min: 0n, max: 10n ** 14n }),
    closedBy: fc.constantFrom('reported', 'inferred', 'expired'),
  });

  test('groups add up to the whole, to the picodollar, and CPST is cost over tasks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyTask, { minLength: 1, maxLength: 12 }), async (given) => {
        const ledger = await ledgerOf({
          tasks: given.map(({ inference, remediation, ...rest }, index) =>
            task({
              taskId: `t${index}`,
              ...(rest as Partial<Task>),
              cost: { ...NO_COST, inference: inference as UsdPico, remediation: remediation as UsdPico },
            }),
          ),
        });
        await asking(ledger, async ({ json }) => {
          const [all] = dig((await json('/api/v1/cpst')).body, 'rows') as [unknown];
          const rows = dig((await json('/api/v1/cpst?group_by=agent_type')).body, 'rows') as unknown[];
          const total = (row: unknown) => usd(String(dig(row, 'cost_usd', 'total')));
          expect(rows.reduce((sum: bigint, row) => sum + total(row), 0n)).toBe(total(all));
          expect(total(all)).toBe(given.reduce((sum, one) => sum + one.inference + one.remediation, 0n));
          const solved = given.filter(({ outcome }) => outcome === 'solved').length;
          const shown = dig(all, 'cpst_usd', 'autonomous');
          if (solved === 0) expect(shown).toBeNull();
          else expect(shown).toBe(formatUsd(perTask(total(all), solved)!));
          expect(dig(all, 'details', 'closed_by', 'inferred')).toBe(
            given.filter(({ closedBy }) => closedBy === 'inferred').length,
          );
        });
      }),
      { numRuns: 25 },
    );
  });
});
