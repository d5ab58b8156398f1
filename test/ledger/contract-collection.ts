import { describe, expect, test } from '@jest/globals';
import type { Collection, EconomicsRow } from '../../src/domain/ledger-reads.ts';
import { NOTHING } from './changes.ts';
import type { Given } from './contract.ts';
import { aTask } from './samples.ts';

const COMMITS = 40;
const LABELS = { agentType: 'support', taskType: 'default', dimensions: [] } as const;
const ACTIONS = { ...LABELS, counter: 'actions', tool: 'search', status: 'ok' } as const;
/** Two that overlap, and one in which nothing closed. */
const QUERY = {
  windows: [
    { from: 0n, to: 100n },
    { from: 5n, to: 100n },
    { from: 100n, to: 200n },
  ],
  groupBy: ['agent_type', 'task_type'],
};

/** What a change does to all parts of a collection at once: a task closed, a task left open, an action counted. */
const commit = (number: number) => ({
  ...NOTHING,
  tasks: [
    { task: aTask({ taskId: `closed-${number}`, at: 10n }), charges: [] },
    { task: aTask({ taskId: `open-${number}`, closed: false }), charges: [] },
  ],
  counters: [{ ...ACTIONS, by: 1n }],
});

const tasksIn = (rows: readonly EconomicsRow[]) =>
  rows.reduce((sum, { tasks }) => sum + tasks.solved + tasks.failed + tasks.remediated + tasks.abandoned, 0);

/** How many commits each part of it shows. */
const shown = ({ closed, open, counters }: Collection): readonly number[] => [
  tasksIn(closed[0]!),
  tasksIn(closed[1]!),
  open.reduce((sum, { tasks }) => sum + tasks, 0),
  counters.reduce((sum, { total }) => sum + Number(total), 0),
];

/** All that one page of metrics is made of. Its answers are compared with the model's in `everything()`. */
export function collection({ engine, fresh }: Given): void {
  describe(`${engine}: a collection`, () => {
    test('is of one moment: a change is in all of it or in none', async () => {
      const ledger = await fresh();
      let settled = false;
      const settling = (async () => {
        for (let number = 0; number < COMMITS; number += 1) await ledger.apply(commit(number));
      })().finally(() => {
        settled = true;
      });
      const seen = new Set<number>();
      while (!settled) {
        const parts = shown(await ledger.collect(QUERY));
        expect(parts).toEqual(parts.map(() => parts[0]));
        seen.add(parts[0]!);
        // Where nothing is awaited but promises the writer has its turn too.
        await new Promise(setImmediate);
      }
      await settling;
      expect(shown(await ledger.collect(QUERY))).toEqual([COMMITS, COMMITS, COMMITS, COMMITS]);
      // The model's changes take no time, so nothing comes in between.
      if (engine !== 'memory') expect(seen.size).toBeGreaterThan(2);
    });

    test('those that are made at once are each of one moment', async () => {
      const ledger = await fresh();
      const asked: Promise<Collection>[] = [];
      for (let number = 0; number < 12; number += 1) {
        asked.push(ledger.collect(QUERY), ledger.collect(QUERY));
        await ledger.apply(commit(number));
      }
      for (const answer of await Promise.all(asked)) {
        const [first, ...others] = shown(answer);
        expect(others).toEqual([first, first, first]);
      }
      expect(shown(await ledger.collect(QUERY))[0]).toBe(12);
    });

    test('has the labels of a counter as one object, whatever is counted next', async () => {
      const ledger = await fresh();
      const labelsOf = async () =>
        new Map(
          (await ledger.collect(QUERY)).counters.map(({ labels }) => [
            labels.counter === 'actions' && labels.tool,
            labels,
          ]),
        );
      await ledger.apply({ ...NOTHING, counters: [{ ...ACTIONS, by: 1n }] });
      const before = await labelsOf();
      await ledger.apply({
        ...NOTHING,
        counters: ['browse', 'search', 'write'].map((tool) => ({ ...ACTIONS, tool, by: 2n })),
      });
      const after = await labelsOf();
      expect([...after.keys()].sort()).toEqual(['browse', 'search', 'write']);
      expect(after.get('search')).toBe(before.get('search'));
      expect((await labelsOf()).get('browse')).toBe(after.get('browse'));
    });

    test('of no windows, or of such as end before they begin, has nothing that closed', async () => {
      const ledger = await fresh();
      await ledger.apply(commit(0));
      const backwards = [
        { from: 50n, to: 5n },
        { from: 10n, to: 10n },
      ];
      expect((await ledger.collect({ windows: [], groupBy: [] })).closed).toEqual([]);
      const { closed, open } = await ledger.collect({ windows: backwards, groupBy: [] });
      expect(closed).toEqual([[], []]);
      expect(open).toHaveLength(1);
    });
  });
}
