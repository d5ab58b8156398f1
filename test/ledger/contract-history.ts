import { describe, expect, test } from '@jest/globals';
import type { TaskEvent } from '../../src/domain/history.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { InvalidCursor } from '../../src/domain/ledger-reads.ts';
import { wholeHistory } from './answers.ts';
import { NOTHING } from './changes.ts';
import type { Given } from './contract.ts';
import { aTask } from './samples.ts';

const event = (atMs: number, given: Partial<TaskEvent> = {}): TaskEvent => ({
  taskId: 'ticket-1',
  atMs,
  by: [{ kind: 'policy' }],
  before: { state: 'open', outcome: undefined },
  after: { state: 'closed', outcome: 'solved' },
  cameFrom: [],
  wentTo: [],
  ...given,
});
const row = { task: aTask(), charges: [] };

/** What changed of a task is kept for ever, once, in the order in which it did. */
export function history({ engine, fresh }: Given, reopened: () => Promise<Ledger>): void {
  describe(`${engine}: history`, () => {
    const times = async (ledger: Ledger, taskId = 'ticket-1', limit?: number) =>
      (await wholeHistory(ledger, taskId, limit))?.map(({ atMs }) => atMs);

    test('grows behind what is there, also after it was closed and opened, and by a clock set back', async () => {
      const ledger = await fresh();
      await ledger.apply({ ...NOTHING, tasks: [row], history: [event(20), event(30)] });
      await ledger.apply({ ...NOTHING, history: [event(10)] });
      const again = await reopened();
      await again.apply({ ...NOTHING, history: [event(25), event(40, { taskId: 'other' })] });
      expect(await times(again)).toEqual([20, 30, 10, 25]);
      expect(await times(again, 'other')).toEqual([40]);
    });

    test('a change that is applied again adds nothing; another of the same time does', async () => {
      const ledger = await fresh();
      const change = { ...NOTHING, history: [event(20), event(20), event(20, { taskId: 'other' })] };
      await ledger.apply(change);
      await ledger.apply(change);
      const again = await reopened();
      await again.apply(change);
      expect(await times(again)).toEqual([20]);
      await again.apply({
        ...change,
        history: [event(20, { after: { state: 'closed', outcome: 'failed' } })],
      });
      await again.apply(change);
      expect(await times(again)).toEqual([20, 20]);
      expect(await times(again, 'other')).toEqual([20]);
    });

    test.each([1, 2, 3, 7, 100])('is read in pages of %i', async (limit) => {
      const ledger = await fresh();
      const all = Array.from({ length: 7 }, (_, index) => index + 1);
      for (const atMs of all) {
        const others = [event(atMs, { taskId: 'before' }), event(atMs), event(atMs, { taskId: 'behind' })];
        await ledger.apply({ ...NOTHING, history: others });
      }
      expect(await times(ledger, 'ticket-1', limit)).toEqual(all);
    });

    test('of a task that is gone stays; a task of which nothing is told has none; an unknown one is unknown', async () => {
      const ledger = await fresh();
      await ledger.apply({ ...NOTHING, tasks: [row], history: [event(1)] });
      await ledger.apply({ ...NOTHING, removed: ['ticket-1'], history: [event(2, { after: undefined })] });
      await ledger.apply({ ...NOTHING, tasks: [{ ...row, task: aTask({ taskId: 'quiet' }) }] });
      expect(await ledger.task('ticket-1')).toBeUndefined();
      expect(await times(ledger)).toEqual([1, 2]);
      expect(await times(ledger, 'quiet')).toEqual([]);
      expect(await times(ledger, 'nobody')).toBeUndefined();
    });

    test.each(['', 'x', Buffer.from('["history",-1]').toString('base64url'), 'W10', 'WyJjb3N0IiwxXQ'])(
      'a cursor that it did not give (%j) is refused as such',
      async (cursor) => {
        const ledger = await fresh();
        await ledger.apply({ ...NOTHING, tasks: [row], history: [event(1)] });
        await expect(ledger.history({ taskId: 'ticket-1', limit: 1, cursor })).rejects.toThrow(InvalidCursor);
      },
    );
  });
}
