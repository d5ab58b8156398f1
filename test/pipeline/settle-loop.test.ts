import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { INTERVAL_MS, opened, turn } from './opened-loop.ts';

describe('work between two steps', () => {
  test('runs at once while there is no step, and behind the running one else; a step comes before more of it', async () => {
    const { loop, clock, seen, end } = opened();
    const told: string[] = [];
    const work = (name: string) => loop.between(async () => void told.push(`${name} at ${seen.started}`));
    await work('first');
    clock.advance(INTERVAL_MS);
    await turn();
    const second = work('second').then(() => work('third'));
    await turn();
    expect(told).toEqual(['first at 0']);
    await end(true);
    expect(told).toEqual(['first at 0', 'second at 1']);
    expect(seen.started).toBe(2);
    await end(false);
    await second;
    expect(told).toEqual(['first at 0', 'second at 1', 'third at 2']);
    expect(seen.mostAtOnce).toBe(1);
  });

  test('tells its own fault to who asked, and to nobody else', async () => {
    const { loop, said } = opened();
    await expect(loop.between(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await loop.between(async () => 7)).toBe(7);
    expect(said).toEqual([]);
    await loop.close();
    await expect(loop.between(async () => 7)).rejects.toThrow('the service is closing');
  });
});

describe('the tick', () => {
  test('is the first step after one interval, and the next one interval after the last step ended', async () => {
    const { clock, seen, end } = opened();
    clock.advance(INTERVAL_MS - 1);
    await turn();
    expect(seen.started).toBe(0);
    clock.advance(1);
    await turn();
    expect(seen.started).toBe(1);
    clock.advance(10 * INTERVAL_MS);
    await turn();
    expect(seen.started).toBe(1);
    await end(false);
    clock.advance(INTERVAL_MS - 1);
    await turn();
    expect(seen.started).toBe(1);
    clock.advance(1);
    await turn();
    expect(seen.started).toBe(2);
  });

  test('goes on back to back while there is work, and counts the runs that had some', async () => {
    const { clock, seen, end, counter } = opened();
    clock.advance(INTERVAL_MS);
    await turn();
    for (let step = 1; step <= 5; step += 1) {
      expect(seen.started).toBe(step);
      await end(step < 5);
    }
    expect(seen.started).toBe(5);
    expect([counter('settle_runs', 'done'), counter('settle_runs', 'failed')]).toEqual([4, 0]);
  });

  test('a step that fails is logged and tried again an interval later', async () => {
    const { clock, seen, running, said, counter, end } = opened();
    clock.advance(INTERVAL_MS);
    await turn();
    const fault = new Error('the disk is full');
    running[0]!.fail(fault);
    await turn();
    expect(said).toEqual([
      { err: fault, message: 'a settle step failed; nothing is lost, it is tried again' },
    ]);
    expect([seen.started, counter('settle_runs', 'failed')]).toEqual([1, 1]);
    clock.advance(INTERVAL_MS);
    await turn();
    expect(seen.started).toBe(2);
    await end(false);
    expect(said).toHaveLength(1);
  });
});

describe('the time that steps take', () => {
  test('is counted in seconds, failed ones too', async () => {
    const { loop, clock, running, counter, end } = opened();
    const first = loop.settleNow();
    await turn();
    clock.advance(250);
    await end(false);
    await first;
    expect(counter('settle_seconds')).toBe(0.25);
    const second = loop.settleNow();
    await turn();
    clock.advance(500);
    running[0]!.fail(new Error('no'));
    await expect(second).rejects.toThrow('no');
    expect(counter('settle_seconds')).toBe(0.75);
  });

  test('does not fall where the clock is set back', async () => {
    const { loop, clock, counter, end } = opened();
    const settled = loop.settleNow();
    await turn();
    clock.advance(-60_000);
    await end(false);
    await settled;
    expect(counter('settle_seconds')).toBe(0);
  });
});

describe('settleNow', () => {
  test('resolves when a step of its own found nothing, not with the step that ran before', async () => {
    const { loop, seen, end } = opened();
    const done: string[] = [];
    const first = loop.settleNow().then(() => done.push('first'));
    await turn();
    const second = loop.settleNow().then(() => done.push('second'));
    await turn();
    expect(seen.started).toBe(1);
    await end(false);
    expect([done, seen.started]).toEqual([['first'], 2]);
    await end(true);
    expect(done).toEqual(['first']);
    await end(false);
    await Promise.all([first, second]);
    expect(done).toEqual(['first', 'second']);
  });

  test('rejects with what its own step said; who waits behind is not told of it', async () => {
    const { loop, running, said, end } = opened();
    const first = loop.settleNow();
    await turn();
    const second = loop.settleNow();
    running[0]!.fail(new Error('mine alone'));
    await expect(first).rejects.toThrow('mine alone');
    await turn();
    await end(false);
    await expect(second).resolves.toBeUndefined();
    expect(said).toEqual([]);
  });
});

describe('close', () => {
  test('waits for the running step, and starts no other, neither now nor by a tick', async () => {
    const { loop, clock, timers, seen, end } = opened();
    clock.advance(INTERVAL_MS);
    await turn();
    // The tick's own timer went off; closing takes it back once more, which is nothing.
    timers.left = 1;
    let closed = false;
    const closing = loop.close().then(() => {
      closed = true;
    });
    await turn();
    expect(closed).toBe(false);
    await end(true);
    await closing;
    await turn();
    expect(timers.left).toBe(0);
    clock.advance(10 * INTERVAL_MS);
    await loop.settleNow();
    expect(seen.started).toBe(1);
  });

  test('before the first tick there is none', async () => {
    const { loop, clock, timers, seen } = opened();
    expect(timers.left).toBe(1);
    await loop.close();
    expect(timers.left).toBe(0);
    clock.advance(10 * INTERVAL_MS);
    await turn();
    expect(seen.started).toBe(0);
  });

  test('a step that fails while it closes does not make closing fail', async () => {
    const { loop, clock, running, said } = opened();
    clock.advance(INTERVAL_MS);
    await turn();
    const closing = loop.close();
    running[0]!.fail(new Error('too late'));
    await expect(closing).resolves.toBeUndefined();
    await turn();
    expect(said).toHaveLength(1);
  });
});

test('whatever is asked, told and failed, two steps never run at once, and all who asked are answered', async () => {
  const deed = fc.constantFrom('ask', 'tick', 'work', 'idle', 'fail', 'turn');
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 30 }), async (deeds) => {
      const { loop, clock, running, seen } = opened();
      const asked: Promise<string>[] = [];
      for (const one of deeds) {
        if (one === 'ask')
          asked.push(
            loop.settleNow().then(
              () => 'done',
              () => 'failed',
            ),
          );
        if (one === 'tick') clock.advance(INTERVAL_MS);
        if (one === 'work') running[0]?.end(true);
        if (one === 'idle') running[0]?.end(false);
        if (one === 'fail') running[0]?.fail(new Error('no'));
        if (one === 'turn') await turn();
      }
      const closing = loop.close();
      await turn();
      running[0]?.end(true);
      await Promise.all([closing, ...asked]);
      expect(seen.mostAtOnce).toBeLessThanOrEqual(1);
      expect(running).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
