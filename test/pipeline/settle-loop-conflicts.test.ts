import { describe, expect, test } from '@jest/globals';
import { LedgerConflict } from '../../src/domain/ledger.ts';
import { INTERVAL_MS, opened, turn } from './opened-loop.ts';

describe('a step that another writer was before', () => {
  test('is run again at once, fails nobody, and is counted by itself', async () => {
    const { loop, clock, running, seen, said, counter, end } = opened();
    clock.advance(INTERVAL_MS);
    await turn();
    const settled = loop.settleNow();
    for (let times = 0; times < 3; times += 1) {
      running[0]!.fail(new LedgerConflict('first come'));
      await turn();
    }
    expect([seen.started, said]).toEqual([4, []]);
    await end(true);
    await end(false);
    await end(false);
    await settled;
    expect(['conflict', 'done', 'failed'].map((result) => counter('settle_runs', result))).toEqual([3, 1, 0]);
    await loop.close();
  });

  test('is a fault where it does not end, and then waits for the next tick', async () => {
    const { loop, clock, running, seen, said } = opened();
    clock.advance(INTERVAL_MS);
    await turn();
    while (running.length > 0) {
      running[0]!.fail(new LedgerConflict('first come'));
      await turn();
    }
    expect([seen.started, said.length]).toEqual([51, 1]);
    clock.advance(INTERVAL_MS);
    await turn();
    expect(seen.started).toBe(52);
    const closing = loop.close();
    running[0]!.end(false);
    await closing;
  });
});
