/**
 * **Goal**: a step that is done again after its change was durable writes no second line of history. **Method**: the journal
 * refuses to let go of what is settled, or the process ends there; what was taken is then taken again.
 */
import { describe, expect, test } from '@jest/globals';
import type { OutcomeReport } from '../../src/domain/task.ts';
import { wholeHistory } from '../ledger/answers.ts';
import { ENGINES } from '../support/any-ledger.ts';
import { smallTask } from '../support/spans.ts';
import { openTestWalk } from '../support/walk.ts';

const report = (now: number): OutcomeReport => ({
  taskId: 'T',
  outcome: 'failed',
  at: BigInt(now) * 1_000_000n,
  remediation: undefined,
  value: undefined,
  source: 'crm',
  key: 'k',
});

describe.each(Object.entries(ENGINES))('over the %s ledger', (_, open) => {
  test.each(['the step is run again', 'the process ends, and the next one replays'])('%s', async (how) => {
    const { ledger, close } = await open();
    let walk = await openTestWalk({ ledger });
    const { journal, clock } = walk;
    await walk.take(smallTask('c1', { 'agent.session.id': 'T' }));
    await walk.settleAfter(10_000);
    await walk.settleAfter(10_000);
    const release = journal.release.bind(journal);
    journal.release = () => Promise.reject(new Error('the disk is full'));
    await walk.report([report(clock.now())]);
    await walk.take(smallTask('c2', { 'agent.session.id': 'T' }, { error: true }));
    await expect(walk.settleAfter(5000)).rejects.toThrow('the disk is full');
    const told = await wholeHistory(ledger, 'T');
    expect(told!.length).toBeGreaterThan(1);
    journal.release = release;
    if (how !== 'the step is run again') {
      walk = await openTestWalk({ ledger, journal, clock });
      await walk.recover();
    }
    while (await walk.settle());
    expect(await wholeHistory(ledger, 'T')).toEqual(told);
    await close();
  });
});
