import { describe, expect, test } from '@jest/globals';
import type { RepriceScope, Repricing } from '../../src/domain/repricing.ts';
import { allRepriceable } from './answers.ts';
import { NOTHING } from './changes.ts';
import type { Given } from './contract.ts';
import { aCharge, aPart, aTask, aTrace } from './samples.ts';

const idOf = (number: number) => number.toString(16).padStart(32, '0');
const ALL: RepriceScope = { from: undefined, to: undefined, model: undefined, only: 'all' };

const settled = (number: number, fields: Parameters<typeof aCharge>[0] = {}) =>
  aTrace({
    traceId: idOf(number),
    settledAt: number,
    parts: [aPart({ traceId: idOf(number) })],
    charges: [aCharge({ traceId: idOf(number), at: BigInt(number), ...fields })],
  });
const waiting = { amount: null, reason: 'model_unknown' } as const;
const free = { amount: null, reason: 'no_rate' } as const;
const human = { component: 'remediation', amount: 5n } as const;

/** What a ledger promises to those who price its charges anew. */
export function repricing({ engine, fresh }: Given): void {
  describe(`${engine}: prices that are restated`, () => {
    test('begin with the traces in scope, page by page, in the order in which they were settled', async () => {
      const ledger = await fresh();
      await ledger.apply({
        ...NOTHING,
        traces: [settled(1), settled(2, waiting), settled(3, human), settled(4, { model: 'o3', ...free })],
      });
      await ledger.apply({ ...NOTHING, traces: [settled(5, { amount: null, reason: 'usage_missing' })] });
      const found = async (scope: Partial<RepriceScope>, limit?: number) =>
        (await allRepriceable(ledger, { ...ALL, ...scope }, limit)).map(({ traceId }) =>
          Number(`0x${traceId}`),
        );
      for (const limit of [1, 2, 100]) expect(await found({}, limit)).toEqual([1, 2, 4, 5]);
      expect(await found({ only: 'unpriced' })).toEqual([2, 4, 5]);
      expect(await found({ only: 'waiting' })).toEqual([2]);
      expect(await found({ model: 'o3' })).toEqual([4]);
      expect(await found({ from: 2n, to: 5n })).toEqual([2, 4]);
      expect(await found({ from: 6n })).toEqual([]);
      // A trace that is settled again keeps its place.
      await ledger.apply({ ...NOTHING, traces: [{ ...settled(1, waiting), fresh: false }] });
      expect(await found({ only: 'waiting' })).toEqual([1, 2]);
      const { traces } = await ledger.repriceable({ scope: ALL, after: 0, until: 1, limit: 9 });
      expect(traces).toEqual([
        {
          traceId: idOf(1),
          skeleton: expect.anything(),
          verdict: [],
          parts: settled(1).parts,
          charges: settled(1, waiting).charges,
        },
      ]);
    });

    test('come with their lines in order, however many there are', async () => {
      const ledger = await fresh();
      const spans = ['ffffffffffffffff', '0000000000000001', '8000000000000000'];
      // More lines than the engine keeps in one piece, in steps of several pieces: a trace can lie in two of them.
      for (let step = 0; step < 3; step += 1) {
        const traces = Array.from({ length: 700 }, (_, index) => {
          const traceId = idOf(700 * step + index + 1);
          const charges = spans.flatMap((spanId) =>
            [0, 1, 2].map((line) => aCharge({ traceId, spanId, line })),
          );
          return aTrace({ traceId, settledAt: step, parts: [aPart({ traceId })], charges });
        });
        await ledger.apply({ ...NOTHING, traces });
      }
      const found = await allRepriceable(ledger, ALL, 500);
      expect(found).toHaveLength(2100);
      const wanted = spans.toSorted().flatMap((spanId) => [0, 1, 2].map((line) => `${spanId} ${line}`));
      for (const { charges } of found)
        expect(charges.map(({ spanId, line }) => `${spanId} ${line}`)).toEqual(wanted);
    });

    test('keep a trace and its facts, and replace what it costs', async () => {
      const ledger = await fresh();
      await ledger.apply({
        ...NOTHING,
        traces: [settled(1, waiting)],
        tasks: [{ task: aTask(), charges: [] }],
      });
      const [before] = (await ledger.charges('ticket-1'))!;
      const after = aCharge({ traceId: idOf(1), at: 1n, amount: 7n });
      const change = {
        ...NOTHING,
        tasks: [{ task: aTask({ inference: 7n }), charges: [] }],
        repriced: [{ traceId: idOf(1), parts: [aPart({ traceId: idOf(1) })], charges: [after] }],
        adjustments: [{ repricing: 1, by: 'me', adjustedAt: 5, before, after }],
        repricing: aRepricing({ done: 1 }),
      };
      for (let times = 0; times < 2; times += 1) {
        await ledger.apply(change);
        expect(await ledger.charges('ticket-1')).toEqual([after]);
        expect(await ledger.adjustments('ticket-1')).toEqual([
          { repricing: 1, by: 'me', adjustedAt: 5, before, after },
        ]);
        expect(await ledger.repricings()).toEqual([aRepricing({ done: 1 })]);
        expect(await ledger.unpriced()).toEqual([]);
      }
      expect((await ledger.traces([idOf(1)])).get(idOf(1))!.skeleton).toHaveLength(3);
      expect(await ledger.adjustments('nobody')).toBeUndefined();
      // The lines that say so outlive the charges that they are about.
      await ledger.apply({ ...NOTHING, traces: [{ ...settled(1), fresh: false }] });
      expect(await ledger.adjustments('ticket-1')).toHaveLength(1);
    });

    test('are still possible where facts wait for a price: those are not let go', async () => {
      const ledger = await fresh();
      await ledger.apply({
        ...NOTHING,
        traces: [
          settled(1),
          settled(2, waiting),
          settled(3, free),
          settled(4, { ...waiting, reason: 'usage_missing' }),
        ],
        forgetBefore: 100,
      });
      const bytes = async () => {
        const traces = await ledger.traces([1, 2, 3, 4].map(idOf));
        return [1, 2, 3, 4].map((number) => traces.get(idOf(number))!.skeleton.length);
      };
      expect(await bytes()).toEqual([0, 3, 0, 0]);
      await ledger.apply({
        ...NOTHING,
        repriced: [{ traceId: idOf(2), parts: [], charges: settled(2).charges }],
        forgetBefore: 100,
      });
      expect(await bytes()).toEqual([0, 0, 0, 0]);
    });
  });
}

const aRepricing = (fields: Partial<Repricing> = {}): Repricing => ({
  id: 1,
  by: 'me',
  startedAt: 5,
  scope: ALL,
  tableHash: 'abc',
  state: 'running',
  why: '',
  done: 0,
  until: 1,
  rows: [],
  ...fields,
});
