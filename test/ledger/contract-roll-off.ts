import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger, SettleChange } from '../../src/domain/ledger.ts';
import type { RepriceScope } from '../../src/domain/repricing.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { allRepriceable, everything, withFreshness } from './answers.ts';
import { pricedChange } from './any-repricing.ts';
import { NOTHING } from './changes.ts';
import type { Given } from './contract.ts';
import { economics, ids } from './roll-off-samples.ts';
import { aCharge, aPart, aTask, aTrace } from './samples.ts';

const [OCTOBER, NOVEMBER, DECEMBER] = [Date.UTC(2026, 9), Date.UTC(2026, 10), Date.UTC(2026, 11)] as const;
const ALL: RepriceScope = { from: undefined, to: undefined, model: undefined, only: 'all' };

/** One task from two traces, the second settled a month after the first. */
const settled = (traceId: string, settledAt: number, amount: bigint) =>
  aTrace({
    traceId,
    settledAt,
    parts: [aPart({ traceId, inputTokens: Number(amount) })],
    charges: [
      aCharge({ traceId, amount, beside: { reported: amount as never, computed: null } }),
      aCharge({ traceId, line: 1, amount: null, reason: 'model_unknown', quantity: amount as never }),
    ],
  });
const [first, second] = [ids(1), ids(2)] as const;

const twoMonths: SettleChange = {
  ...NOTHING,
  traces: [settled(first, OCTOBER + 5, 7n), settled(second, NOVEMBER + 5, 11n)],
  tasks: [
    {
      task: aTask({ inference: 18n }),
      charges: [aCharge({ traceId: '', spanId: '', component: 'remediation', model: '', amount: 3n })],
    },
  ],
};

/** Rolls off until nothing is left to; gives how many lines each call let go. */
async function rollOffAll(ledger: Ledger, beforeMs: number): Promise<number[]> {
  const slices: number[] = [];
  for (;;) {
    const lines = await ledger.rollOff(beforeMs);
    if (lines === 0) return slices;
    slices.push(lines);
  }
}

/** As a ledger may be told: what is not all there is not priced anew, and the parts of what is settled again are whole. */
async function heeding(change: SettleChange, ledger: Ledger): Promise<SettleChange> {
  const { traces, repriced = [] } = change;
  const kept = await ledger.traces([...traces, ...repriced].map(({ traceId }) => traceId));
  return {
    ...change,
    traces: traces.map((trace) => {
      const known = kept.get(trace.traceId);
      if (!known?.rolledOff) return trace;
      const more = trace.parts.filter((part) => known.parts.every(({ taskId }) => taskId !== part.taskId));
      return { ...trace, parts: [...known.parts, ...more] };
    }),
    repriced: repriced.filter(({ traceId }) => !kept.get(traceId)?.rolledOff),
  };
}

/** What a ledger promises of lines that are too old to be kept. */
export function rollOff(given: Given, reopened: () => Promise<Ledger>): void {
  const { engine, fresh, runs, endOnFailure } = given;
  const amounts = async (ledger: Ledger) => (await ledger.charges('ticket-1'))!.map(({ amount }) => amount);

  describe(`${engine}: lines that roll off`, () => {
    test('go by the month in which their trace was settled, once that has ended', async () => {
      const ledger = await fresh();
      expect(await rollOffAll(ledger, DECEMBER)).toEqual([]);
      expect(await ledger.rolledOff()).toEqual({ beforeMs: 0, traces: 0 });
      await ledger.apply(twoMonths);
      expect(await rollOffAll(ledger, NOVEMBER - 1)).toEqual([]);
      expect(await ledger.rolledOff()).toEqual({ beforeMs: 0, traces: 0 });
      expect(await rollOffAll(ledger, NOVEMBER + 1)).toEqual([2]);
      expect(await ledger.rolledOff()).toEqual({ beforeMs: NOVEMBER, traces: 1 });
      expect(await amounts(ledger)).toEqual([3n, 11n, null]);
      expect((await ledger.unpriced()).map(({ quantity }) => quantity)).toEqual([11n]);
      expect((await ledger.reportedCosts()).map(({ uncomputed }) => uncomputed)).toEqual([1]);
      const again = await reopened();
      expect(await again.rolledOff()).toEqual({ beforeMs: NOVEMBER, traces: 1 });
      expect(await rollOffAll(again, DECEMBER)).toEqual([2]);
      expect(await rollOffAll(again, NOVEMBER)).toEqual([]);
      expect(await again.rolledOff()).toEqual({ beforeMs: DECEMBER, traces: 2 });
      // What the task itself was charged stays.
      expect(await amounts(again)).toEqual([3n]);
    });

    test('leave every sum as it was, and the task says so', async () => {
      const ledger = await fresh();
      await ledger.apply(twoMonths);
      const before = { sums: await economics(ledger), health: await ledger.dataHealth() };
      const state = (await ledger.tasksState(['ticket-1'])).get('ticket-1');
      expect(await ledger.task('ticket-1')).not.toHaveProperty('rolledOff');
      await rollOffAll(ledger, NOVEMBER);
      expect({ sums: await economics(ledger), health: await ledger.dataHealth() }).toEqual(before);
      expect((await ledger.tasksState(['ticket-1'])).get('ticket-1')).toEqual(state);
      expect(await ledger.task('ticket-1')).toHaveProperty('rolledOff', true);
      // Also the list by model, whose lines are gone.
      await rollOffAll(ledger, DECEMBER);
      const page = await ledger.tasks({ sort: 'cost', limit: 9, model: 'gpt-4o' });
      expect(page.tasks.map(({ taskId }) => taskId)).toEqual(['ticket-1']);
    });

    test('take the facts of their trace along, and are not priced anew', async () => {
      const ledger = await fresh();
      await ledger.apply({ ...twoMonths, forgetBefore: DECEMBER });
      const skeletons = async () => {
        const traces = await ledger.traces([first, second]);
        return [first, second].map((id) => {
          const { skeleton, rolledOff } = traces.get(id)!;
          return [skeleton.length, rolledOff ?? false];
        });
      };
      // Facts that wait for a price stay, until their lines go.
      expect(await skeletons()).toEqual([
        [3, false],
        [3, false],
      ]);
      await rollOffAll(ledger, NOVEMBER);
      expect(await skeletons()).toEqual([
        [0, true],
        [3, false],
      ]);
      expect((await allRepriceable(ledger, ALL)).map(({ traceId }) => traceId)).toEqual([second]);
    });

    test('are still in the sums when their trace is settled again, once and twice', async () => {
      const ledger = await fresh();
      await ledger.apply(twoMonths);
      await rollOffAll(ledger, NOVEMBER);
      const late = {
        ...settled(first, NOVEMBER + 9, 5n),
        fresh: false,
        parts: [aPart({ traceId: first, inputTokens: 7 + 5 })],
        skeleton: new Uint8Array(0),
      };
      for (let times = 0; times < 2; times += 1) {
        await ledger.apply({ ...NOTHING, traces: [late] });
        expect(await amounts(ledger)).toEqual([3n, 5n, null, 11n, null]);
        // The first row is the human's.
        expect((await economics(ledger)).at(-1)![1]).toMatchObject({
          group: ['gpt-4o'],
          cost: { inference: 23n },
          tokens: { input: 23 },
          modelCalls: 3,
          unpricedCalls: 3,
        });
        expect((await ledger.traces([first])).get(first)).toHaveProperty('rolledOff', true);
        expect((await allRepriceable(ledger, ALL)).map(({ traceId }) => traceId)).toEqual([second]);
      }
      expect(await ledger.rolledOff()).toEqual({ beforeMs: NOVEMBER, traces: 1 });
      expect(await rollOffAll(ledger, DECEMBER)).toEqual([4]);
      expect((await economics(ledger)).at(-1)![1]).toMatchObject({ cost: { inference: 23n } });
    });

    test('are in the sums once, also when their trace is settled again after it rolled off again', async () => {
      const ledger = await fresh();
      await ledger.apply(twoMonths);
      await rollOffAll(ledger, NOVEMBER);
      const again = (settledAt: number, amount: bigint, inputTokens: number) => ({
        ...settled(first, settledAt, amount),
        fresh: false,
        parts: [aPart({ traceId: first, inputTokens })],
      });
      await ledger.apply({ ...NOTHING, traces: [again(NOVEMBER + 9, 5n, 12)] });
      await rollOffAll(ledger, DECEMBER);
      for (let times = 0; times < 2; times += 1) {
        await ledger.apply({ ...NOTHING, traces: [again(DECEMBER + 9, 2n, 14)] });
        expect((await economics(ledger)).at(-1)![1]).toMatchObject({
          group: ['gpt-4o'],
          cost: { inference: 25n },
          tokens: { input: 25 },
          modelCalls: 4,
          unpricedCalls: 4,
        });
      }
    });

    test('do not take what a clock that was set back settles', async () => {
      const ledger = await fresh();
      await ledger.apply(twoMonths);
      await rollOffAll(ledger, NOVEMBER);
      await ledger.apply({ ...NOTHING, traces: [settled(ids(3), OCTOBER, 1n)] });
      expect((await ledger.traces([ids(3)])).get(ids(3))).not.toHaveProperty('rolledOff');
      expect(await rollOffAll(ledger, NOVEMBER)).toEqual([]);
      expect(await rollOffAll(ledger, DECEMBER)).toEqual([4]);
    });

    test('give the answers of the model, among any changes', async () => {
      const later = fc.constantFrom(0, OCTOBER, NOVEMBER).chain((ms) =>
        pricedChange.map((change) => ({
          change: {
            ...change,
            traces: change.traces.map((one) => ({ ...one, settledAt: one.settledAt + ms })),
            forgetBefore: change.forgetBefore && change.forgetBefore + ms,
          },
        })),
      );
      const going = fc.constantFrom(NOVEMBER - 1, NOVEMBER, DECEMBER).map((beforeMs) => ({ beforeMs }));
      const steps = fc.array(fc.oneof({ weight: 2, arbitrary: later }, { weight: 1, arbitrary: going }), {
        minLength: 2,
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(steps, async (all) => {
          const ledger = await fresh();
          const model = openMemoryLedger();
          const changes = withFreshness(all.flatMap((one) => ('change' in one ? [one.change] : [])));
          let next = 0;
          for (const step of all) {
            if ('beforeMs' in step) {
              for (const each of [ledger, model]) await rollOffAll(each, step.beforeMs);
              continue;
            }
            const change = await heeding(changes[next]!, model);
            for (const each of [ledger, model]) await each.apply(change);
            next += 1;
          }
          const judged = await everything(model);
          expect(await everything(ledger)).toEqual(judged);
          expect(await everything(await reopened())).toEqual(judged);
        }),
        { numRuns: runs / 2, endOnFailure },
      );
    });
  });
}
