import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { COMPONENTS } from '../../src/domain/charge.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { ZERO_USD } from '../../src/domain/money.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { everything, withFreshness } from './answers.ts';
import { pricedChange } from './any-repricing.ts';
import { NOTHING } from './changes.ts';
import { bigChanges } from './contract-big.ts';
import { collection } from './contract-collection.ts';
import { economics } from './contract-economics.ts';
import { history } from './contract-history.ts';
import { repricing } from './contract-repricing.ts';
import { rollOff } from './contract-roll-off.ts';
import { story } from './contract-story.ts';
import { taskPages } from './contract-tasks.ts';
import { windows } from './contract-windows.ts';
import { aCharge, aTask, aTrace } from './samples.ts';

/** What the parts of the contract are told. */
export interface Given {
  readonly engine: string;
  readonly runs: number;
  readonly endOnFailure: boolean;
  /** A new ledger; the one before is closed. */
  fresh(): Promise<Ledger>;
}

export interface OpenLedger {
  readonly ledger: Ledger;
  /** Closes it and opens what it left behind. */
  reopen(): Promise<OpenLedger>;
  close(): Promise<void>;
}

/**
 * What every ledger promises.
 *
 * **Goal**: whatever is applied, every answer is that of the model. **Method**: fast-check draws sequences of
 * changes over few names, so that traces move between tasks, reports repeat and sums meet; the model in memory,
 * which computes every answer anew, is the judge.
 */
export function ledgerContract(engine: string, open: () => Promise<OpenLedger>, runs = 60): void {
  // Shrinking asks a database hundreds of times; the seed that is printed gives the same case again.
  const endOnFailure = engine !== 'memory';
  let opened: OpenLedger | undefined;
  const fresh = async () => {
    await opened?.close();
    opened = await open();
    return opened.ledger;
  };
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });

  describe(`${engine}: any sequence of changes`, () => {
    const sequence = fc.array(pricedChange, { minLength: 1, maxLength: 5 });

    test('gives the answers of the model, also after it was closed and opened again', async () => {
      await fc.assert(
        fc.asyncProperty(sequence, async (changes) => {
          const ledger = await fresh();
          const model = openMemoryLedger();
          for (const change of withFreshness(changes)) {
            await ledger.apply(change);
            await model.apply(change);
          }
          const judged = await everything(model);
          expect(await everything(ledger)).toEqual(judged);
          opened = await opened!.reopen();
          expect(await everything(opened.ledger)).toEqual(judged);
        }),
        { numRuns: runs, endOnFailure },
      );
    });

    test('applied twice leaves the same ledger, but for the counters', async () => {
      await fc.assert(
        fc.asyncProperty(sequence, async (changes) => {
          const ledger = await fresh();
          const marked = withFreshness(changes);
          for (const change of marked) await ledger.apply(change);
          const { counters, ...before } = await everything(ledger);
          await ledger.apply(marked.at(-1)!);
          const { counters: more, ...after } = await everything(ledger);
          expect(after).toEqual(before);
          expect(more.length).toBe(counters.length);
        }),
        { numRuns: runs / 2, endOnFailure },
      );
    });
  });

  const given: Given = { engine, runs, endOnFailure, fresh };
  const reopened = async () => {
    opened = await opened!.reopen();
    return opened.ledger;
  };
  story(given, reopened);
  bigChanges(given, reopened);
  taskPages(given);
  economics(given);
  windows(given);
  collection(given);
  repricing(given);
  history(given, reopened);
  rollOff(given, reopened);

  describe(`${engine}: the same key three times in one change`, () => {
    test('counts all three deltas of a counter, new and known', async () => {
      const ledger = await fresh();
      const delta = { counter: 'actions', agentType: 'a', taskType: 't', dimensions: [], tool: 'x' } as const;
      const three = [1n, 1n, 1n].map((by) => ({ ...delta, status: 'ok' as const, by }));
      await ledger.apply({ ...NOTHING, counters: three });
      await ledger.apply({ ...NOTHING, counters: three });
      expect(await ledger.counters()).toEqual([{ ...delta, status: 'ok', by: 6n }]);
    });

    test('keeps a trace and a task as they came last, a report as it came first', async () => {
      const ledger = await fresh();
      const report = {
        taskId: 'ticket-1',
        outcome: 'solved' as const,
        at: 5n,
        remediation: undefined,
        value: undefined,
        source: 'crm',
        key: 'k',
      };
      for (let times = 0; times < 2; times += 1)
        await ledger.apply({
          ...NOTHING,
          traces: [1n, 2n, 3n].map((amount) =>
            aTrace({ fresh: times === 0, charges: [aCharge({ amount })] }),
          ),
          tasks: [1n, 2n, 3n].map((cost) => ({ task: aTask({ inference: cost }), charges: [] })),
          reports: ['first', 'second', 'third'].map((source) => ({ ...report, source })),
        });
      expect((await ledger.charges('ticket-1'))!.map((one) => one.amount)).toEqual([3n]);
      expect((await ledger.task('ticket-1'))!.cost.inference).toBe(3n);
      expect((await ledger.dataHealth()).tasks).toBe(1);
      const state = (await ledger.tasksState(['ticket-1'])).get('ticket-1')!;
      expect(state.reports.map((one) => one.source)).toEqual(['first']);
    });
  });

  test(`${engine}: a trace whose skeleton was let go is still known, by its parts`, async () => {
    const ledger = await fresh();
    await ledger.apply({ ...NOTHING, traces: [aTrace({ settledAt: 10 })], forgetBefore: 11 });
    const [traceId] = [aTrace({}).traceId];
    const state = (await ledger.traces([traceId])).get(traceId)!;
    expect(state.skeleton).toHaveLength(0);
  });

  test(`${engine}: an empty ledger has answers for everything`, async () => {
    const ledger = await fresh();
    expect(await ledger.position()).toBe('');
    expect(await ledger.unitEconomics({ from: 0n, to: 2n ** 63n, groupBy: [] })).toEqual([]);
    expect(await ledger.task('nobody')).toBeUndefined();
    expect(await ledger.charges('nobody')).toBeUndefined();
    expect(await ledger.nextDue()).toBeUndefined();
    expect((await ledger.dataHealth()).totalCost).toBe(ZERO_USD);
    expect(COMPONENTS.length).toBe(5);
  });
}
