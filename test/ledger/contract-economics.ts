import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SettleChange } from '../../src/domain/ledger.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { withFreshness } from './answers.ts';
import { KNOWN, NOTHING, settleChange } from './changes.ts';
import type { Given } from './contract.ts';
import { aCharge, aPart, aTask, aTrace } from './samples.ts';

const GROUPS = ['agent_type', 'task_type', 'model', 'dimension:0', 'dimension:1', 'dimension:7'];
const ALL = { from: 0n, to: 2n ** 63n - 1n };
/** Every set of groups once: all 64 of them. */
const SETS = Array.from({ length: 2 ** GROUPS.length }, (_, bits) =>
  GROUPS.filter((_, place) => bits & (1 << place)),
);

/** Sums of closed tasks by any groups, and what restates them. */
export function economics({ engine, runs, endOnFailure, fresh }: Given): void {
  describe(`${engine}: economics`, () => {
    const edge = fc.bigInt({ min: KNOWN.start - 1n, max: KNOWN.start + 41n });
    const window = fc.record({ from: edge, to: edge });
    const asked = fc.record({ window, groupBy: fc.shuffledSubarray(GROUPS) });

    test('by any groups in any order, of any window, are those of the model', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(settleChange, { minLength: 1, maxLength: 6 }),
          fc.array(asked, { minLength: 6, maxLength: 12 }),
          async (changes, questions) => {
            const ledger = await fresh();
            const model = openMemoryLedger();
            for (const change of withFreshness(changes)) {
              await ledger.apply(change);
              await model.apply(change);
            }
            for (const { window: within, groupBy } of questions) {
              const question = { ...within, groupBy };
              expect(await ledger.unitEconomics(question)).toEqual(await model.unitEconomics(question));
            }
          },
        ),
        { numRuns: runs / 2, endOnFailure },
      );
    });

    test('by each of the 64 sets of groups are those of the model', async () => {
      const ledger = await fresh();
      const model = openMemoryLedger();
      const changes = fc.sample(settleChange, { numRuns: 12, seed: 7 });
      for (const change of withFreshness(changes)) {
        await ledger.apply(change);
        await model.apply(change);
      }
      for (const groupBy of SETS)
        expect(await ledger.unitEconomics({ ...ALL, groupBy })).toEqual(
          await model.unitEconomics({ ...ALL, groupBy }),
        );
    });

    test('hold a window from its first nanosecond to before its last', async () => {
      const ledger = await fresh();
      await ledger.apply({
        ...NOTHING,
        tasks: [10n, 11n, 12n].map((at) => row(aTask({ taskId: `${at}`, at }))),
      });
      for (const groupBy of [[], ['model']]) {
        const solved = async (from: bigint, to: bigint) =>
          (await ledger.unitEconomics({ from, to, groupBy }))[0]?.tasks.solved;
        expect(await solved(10n, 12n)).toBe(2);
        expect(await solved(11n, 11n)).toBeUndefined();
        expect(await solved(12n, 13n)).toBe(1);
      }
    });
  });

  describe(`${engine}: what restates a closed task by model`, () => {
    const traceA = aTrace({ charges: [aCharge({ model: 'gpt', amount: 3n })] });
    const closed = { ...NOTHING, traces: [traceA], tasks: [row(aTask())] };
    const late = aTrace({
      traceId: 'c'.repeat(32),
      charges: [aCharge({ traceId: 'c'.repeat(32), model: 'opus', amount: 4n })],
    });
    const human = aCharge({ traceId: '', spanId: '', component: 'remediation', amount: 10n, model: '' });
    const again = { ...traceA, fresh: false };

    test.each<[string, Partial<SettleChange>, string]>([
      ['nothing', {}, 'gpt 1 3'],
      ['a late trace with another model', { traces: [late], tasks: [row(aTask())] }, 'gpt 1 3, opus 1 4'],
      ['a late trace, though the task is not told again', { traces: [late] }, 'gpt 1 3, opus 1 4'],
      [
        'its trace priced anew',
        { traces: [{ ...again, charges: [aCharge({ model: 'gpt', amount: 5n })] }] },
        'gpt 1 5',
      ],
      [
        'its trace under another model',
        { traces: [{ ...again, charges: [aCharge({ model: 'opus' })] }] },
        'opus 1 1',
      ],
      ['its trace that lost its charges', { traces: [{ ...again, charges: [] }] }, ' 1 0'],
      [
        'its trace moved to another task',
        {
          traces: [{ ...again, charges: [aCharge({ model: 'gpt', amount: 3n, taskId: 'other' })] }],
          tasks: [row(aTask({ taskId: 'other' }))],
        },
        ' 1 0, gpt 1 3',
      ],
      ['a charge of its own', { tasks: [row(aTask(), [human])] }, ' 1 10, gpt 1 3'],
      ['an outcome that is taken back', { tasks: [row({ ...aTask(), outcome: 'failed' })] }, 'gpt 0 3'],
      ['its reopening', { tasks: [row(aTask({ closed: false }))] }, ''],
      ['its removal', { removed: ['ticket-1'] }, ''],
      [
        'its removal, together with its trace',
        { removed: ['ticket-1'], traces: [{ ...again, charges: [] }] },
        '',
      ],
      [
        'tokens without a charge',
        { traces: [{ ...again, charges: [], parts: [aPart({ model: 'opus' })] }] },
        'opus 1 0',
      ],
    ])('%s', async (_, change, wanted) => {
      const ledger = await fresh();
      await ledger.apply(closed);
      await ledger.apply({ ...NOTHING, ...change });
      const rows = await ledger.unitEconomics({ ...ALL, groupBy: ['model'] });
      const told = rows.map(
        ({ group, tasks, cost }) => `${group[0]} ${tasks.solved} ${cost.inference + cost.remediation}`,
      );
      expect(told.join(', ')).toBe(wanted);
    });

    test('its closing, after it was open with charges', async () => {
      const ledger = await fresh();
      await ledger.apply({ ...NOTHING, traces: [traceA], tasks: [row(aTask({ closed: false }))] });
      expect(await ledger.unitEconomics({ ...ALL, groupBy: ['model'] })).toEqual([]);
      await ledger.apply({ ...NOTHING, tasks: [row(aTask())] });
      const [only, ...others] = await ledger.unitEconomics({ ...ALL, groupBy: ['model'] });
      expect(others).toEqual([]);
      expect(only).toMatchObject({ group: ['gpt'], cost: { inference: 3n }, actions: 1, modelCalls: 1 });
    });
  });

  describe(`${engine}: by model`, () => {
    test('a task counts once under every model that it used, however many traces used it', async () => {
      const ledger = await fresh();
      const call = (traceId: string, model: string, amount: bigint) =>
        aTrace({ traceId, charges: [aCharge({ traceId, model, amount })] });
      await ledger.apply({
        ...NOTHING,
        traces: [
          call('a'.repeat(32), 'gpt', 1n),
          call('b'.repeat(32), 'gpt', 2n),
          call('c'.repeat(32), 'opus', 4n),
        ],
        tasks: [{ task: aTask({ inference: 7n }), charges: [] }],
      });
      const rows = await ledger.unitEconomics({ from: 0n, to: 100n, groupBy: ['model'] });
      expect(rows.map((row) => [row.group[0], row.tasks.solved, row.cost.inference, row.modelCalls])).toEqual(
        [
          ['gpt', 1, 3n, 2],
          ['opus', 1, 4n, 1],
        ],
      );
    });

    test('what is no inference, and a task that used nothing, stand under the empty name', async () => {
      const ledger = await fresh();
      const human = aCharge({ traceId: '', spanId: '', component: 'remediation', amount: 10n, model: '' });
      await ledger.apply({
        ...NOTHING,
        tasks: [
          { task: aTask({ taskId: 'helped' }), charges: [{ ...human, taskId: 'helped' }] },
          { task: aTask({ taskId: 'idle' }), charges: [] },
        ],
      });
      const rows = await ledger.unitEconomics({ from: 0n, to: 100n, groupBy: ['model'] });
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ group: [''], tasks: { solved: 2 }, cost: { remediation: 10n } });
    });
  });
}

const row = (task: ReturnType<typeof aTask>, charges: readonly ReturnType<typeof aCharge>[] = []) => ({
  task,
  charges,
});
