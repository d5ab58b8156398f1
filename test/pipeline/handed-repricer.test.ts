import { describe, expect, test } from '@jest/globals';
import { NobodyKeepsHouse, type RepriceAsked, type RepriceRun } from '../../src/domain/repricing.ts';
import { openHandedRepricer } from '../../src/handed-repricer.ts';
import type { Wishes } from '../../src/ledger/postgres/wishes.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { OpenRepricer } from '../../src/repricer.ts';
import { handClock } from '../support/clock.ts';

/** Goal: any replica may be asked, one does it. Method: two over one table of wishes, and a clock turned by hand. */

const ASKED: RepriceAsked = {
  scope: { from: 1_800_000_000_000_000_001n, to: undefined, model: undefined, only: 'all' },
  table: undefined,
  asOfMs: undefined,
  today: false,
  dryRun: true,
  by: 'me',
};
const RUN: RepriceRun = {
  id: 1,
  by: 'me',
  startedAt: 5,
  scope: ASKED.scope,
  tableHash: 'hash',
  state: 'running',
  why: '',
  done: 0,
  until: 9,
  rows: [
    {
      component: 'inference',
      model: 'm',
      month: '2026-11',
      spans: 1,
      changed: 1,
      before: 2n ** 70n,
      after: -1n,
      unpricedBefore: 0,
      unpricedAfter: 0,
    },
  ],
  dryRun: true,
  today: false,
};

/** The table of wishes as PostgreSQL would answer; its own test runs over a real one. */
function memoryWishes(): Wishes & {
  readonly swept: number;
  readonly rows: Map<string, { wish: string; answer?: string }>;
} {
  const rows = new Map<string, { wish: string; answer?: string }>();
  let swept = 0;
  return {
    rows,
    async leave(wish) {
      rows.set(String(rows.size + 1), { wish });
      return String(rows.size);
    },
    async answer(id) {
      const { answer } = rows.get(id) ?? {};
      if (answer !== undefined) rows.delete(id);
      return answer;
    },
    forget: async (id) => void rows.delete(id),
    waiting: async () =>
      [...rows].filter(([, one]) => one.answer === undefined).map(([id, { wish }]) => ({ id, wish })),
    async fulfil(id, answer) {
      if (answer === undefined) rows.delete(id);
      else rows.get(id)!.answer = answer;
    },
    async sweep() {
      swept += 1;
    },
    get swept() {
      return swept;
    },
  };
}

function fleetOf(count: number) {
  const clock = handClock();
  const wishes = memoryWishes();
  const state: { keeper: number | undefined; stale: boolean } = { keeper: 0, stale: false };
  const heard: string[] = [];
  const opened = (index: number): OpenRepricer => {
    heard.push(`open ${index}`);
    return {
      async start(asked) {
        heard.push(`start at ${index}`);
        expect(asked).toEqual(ASKED);
        return { kind: 'started', run: RUN };
      },
      runs: () => [RUN],
      pause: async (id) => (id === 1 ? RUN : undefined),
      resume: () => Promise.reject(new Error('the ledger cannot be read')),
      priceWaiting: () => void heard.push(`waiting at ${index}`),
      isStale: () => state.stale,
      close: async () => void heard.push(`close ${index}`),
    };
  };
  const replicas = Array.from({ length: count }, (_, index) =>
    openHandedRepricer({
      keeper: { alone: false, keeps: async () => state.keeper === index },
      wishes,
      open: async () => opened(index),
      clock,
      log: silentLog,
    }),
  );
  /** Time goes on until `asked` is answered. */
  async function hear<T>(asked: Promise<T>): Promise<T> {
    let over = false;
    const end = asked.finally(() => {
      over = true;
    });
    end.catch(() => {});
    while (!over) {
      clock.advance(250);
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    return end;
  }
  const pass = () => hear(new Promise<void>((resolve) => void clock.after(600, resolve)));
  const close = () => hear(Promise.all(replicas.map((one) => one.close())));
  return { replicas, state, heard, wishes, hear, pass, close };
}

describe('in a fleet', () => {
  test.each([0, 1])('whichever is asked, the one that keeps house starts it: replica %d', async (index) => {
    const { replicas, heard, hear, close, wishes } = fleetOf(2);
    expect(await hear(replicas[index]!.start(ASKED))).toEqual({ kind: 'started', run: RUN });
    expect(heard.filter((one) => one.startsWith('start'))).toEqual(['start at 0']);
    expect(await hear(Promise.resolve(replicas[index]!.runs()))).toEqual([RUN]);
    expect(await hear(replicas[index]!.pause(1))).toEqual(RUN);
    expect(await hear(replicas[index]!.pause(2))).toBeUndefined();
    expect(wishes.rows.size).toBe(0);
    await close();
  });

  test('answers that nobody took are swept away, about once a minute', async () => {
    const { wishes, pass, close } = fleetOf(2);
    for (let step = 0; step < 10; step += 1) await pass();
    expect(wishes.swept).toBe(1);
    for (let step = 0; step < 100; step += 1) await pass();
    expect(wishes.swept).toBeGreaterThanOrEqual(2);
    expect(wishes.swept).toBeLessThanOrEqual(3);
    await close();
  });

  test('what goes wrong there is said here', async () => {
    const { replicas, hear, close } = fleetOf(2);
    await expect(hear(replicas[1]!.resume(1))).rejects.toThrow(
      'the replica that keeps house could not: the ledger cannot be read',
    );
    await close();
  });

  test('where nobody keeps house the question is taken back, and that is said', async () => {
    const { replicas, state, heard, hear, close, wishes } = fleetOf(2);
    state.keeper = undefined;
    await expect(hear(replicas[1]!.start(ASKED))).rejects.toThrow(NobodyKeepsHouse);
    expect([wishes.rows.size, heard]).toEqual([0, []]);
    await close();
  });

  test('whoever keeps house next goes on with what was left, and the one before lets go', async () => {
    const { state, heard, pass, close } = fleetOf(2);
    await pass();
    expect(heard).toEqual(['open 0']);
    state.keeper = 1;
    await pass();
    expect(heard.sort()).toEqual(['close 0', 'open 0', 'open 1']);
    await close();
    expect(heard).toContain('close 1');
  });

  test('one that another kept house beside is opened anew, for what it holds is old', async () => {
    const { state, heard, pass, close } = fleetOf(1);
    await pass();
    state.stale = true;
    await pass();
    state.stale = false;
    expect(heard.slice(0, 3)).toEqual(['open 0', 'close 0', 'open 0']);
    await close();
  });

  test('prices that came into force anywhere are news to the one that keeps house, also to the next one', async () => {
    const { replicas, state, heard, pass, close, wishes } = fleetOf(2);
    replicas[1]!.priceWaiting();
    replicas[0]!.priceWaiting();
    await pass();
    expect(heard.filter((one) => one === 'waiting at 0')).toHaveLength(2);
    state.keeper = undefined;
    replicas[1]!.priceWaiting();
    await pass();
    state.keeper = 1;
    await pass();
    expect(heard).toContain('waiting at 1');
    expect(wishes.rows.size).toBe(0);
    await close();
  });
});
