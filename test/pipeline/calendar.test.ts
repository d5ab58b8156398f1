import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openCalendar } from '../../src/calendar.ts';
import { ALONE, type Keeper } from '../../src/domain/fleet.ts';
import type { Task } from '../../src/domain/task.ts';
import { openTask, task } from '../support/tasks.ts';

const LATE_MS = 3_600_000;
const MINUTE = 60_000;
/** A time past the first sweep. */
const NOW = Date.UTC(2026, 10, 23, 12);

/** A calendar over open tasks by their due time, which counts how often it looks them up. */
function opened(due: Record<string, number> = {}, dueTasksMax = 100, keeper: Keeper = ALONE) {
  const open = new Map(Object.entries(due));
  const asked = { due: 0, next: 0 };
  const ordered = () => [...open].sort(([, left], [, right]) => left - right);
  const calendar = openCalendar({
    ledger: {
      async dueTasks(now, limit) {
        asked.due += 1;
        return ordered()
          .filter(([, at]) => at <= now)
          .slice(0, limit)
          .map(([id]) => id);
      },
      async nextDue() {
        asked.next += 1;
        return ordered()[0]?.[1];
      },
    },
    keeper,
    limits: { dueTasksMax, lateWindowMs: LATE_MS },
  });
  /** What a settle step does: asks, writes the tasks as they now are, and tells the calendar. */
  const step = async (nowMs: number, written: Record<string, number | undefined> = {}) => {
    const found = await calendar.dueTasks(nowMs);
    for (const id of found) if (!(id in written)) open.delete(id);
    for (const [id, at] of Object.entries(written)) {
      if (at === undefined) open.delete(id);
      else open.set(id, at);
    }
    const tasks = Object.entries(written).map(([taskId, dueAt]): { task: Task } => ({
      task: dueAt === undefined ? task({ taskId }) : openTask({ taskId, dueAt }),
    }));
    await calendar.settled(nowMs, tasks, found.length > 0);
    return found;
  };
  return { calendar, step, asked, open };
}

describe('open tasks that are due', () => {
  test('those that an earlier run left open are found by the first step', async () => {
    const { step } = opened({ later: NOW + 1, old: NOW - 5, older: NOW - 9 });
    expect(await step(NOW)).toEqual(['older', 'old']);
  });

  test('where none can be due the ledger is not asked', async () => {
    const { step, asked } = opened();
    expect(await step(NOW)).toEqual([]);
    for (let ms = 1; ms <= 100; ms += 1) await step(NOW + ms);
    expect(asked).toEqual({ due: 1, next: 1 });
  });

  test('it is asked at the time, not before it', async () => {
    const { step, asked } = opened({ a: NOW + 10 });
    await step(NOW);
    expect(await step(NOW + 9)).toEqual([]);
    expect(asked.due).toBe(1);
    expect(await step(NOW + 10)).toEqual(['a']);
    expect(await step(NOW + 11)).toEqual([]);
  });

  test('a task that a step opens is found at its time, though it comes before all that are known', async () => {
    const { step } = opened({ a: NOW + 1000 });
    await step(NOW);
    await step(NOW + 1, { b: NOW + 20, closed: undefined });
    expect(await step(NOW + 19)).toEqual([]);
    expect(await step(NOW + 20)).toEqual(['b']);
    expect(await step(NOW + 1000)).toEqual(['a']);
  });

  test('after a step that had some, the ledger says when the next are due, once', async () => {
    const { step, asked } = opened({ a: NOW, b: NOW + 100 });
    expect(await step(NOW)).toEqual(['a']);
    expect(asked).toEqual({ due: 1, next: 1 });
    for (let ms = 1; ms < 100; ms += 1) await step(NOW + ms);
    expect(asked).toEqual({ due: 1, next: 1 });
    expect(await step(NOW + 100)).toEqual(['b']);
  });

  test('more than one step takes are found by the steps after it', async () => {
    const { step } = opened({ a: 1, b: 2, c: 3, d: 4, e: 5 }, 2);
    expect([await step(NOW), await step(NOW), await step(NOW), await step(NOW)]).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e'],
      [],
    ]);
  });

  test('a step that failed, and told nothing, finds them again', async () => {
    const { calendar } = opened({ a: NOW });
    expect(await calendar.dueTasks(NOW)).toEqual(['a']);
    expect(await calendar.dueTasks(NOW)).toEqual(['a']);
  });

  test('whatever is opened, moved and closed, no task stays open past its time', async () => {
    const write = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.option(fc.nat(50), { nil: undefined }),
      { maxKeys: 3 },
    );
    const steps = fc.array(fc.record({ wait: fc.nat(20), write }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (all, most) => {
        const { step, open } = opened({ z: NOW + 7 }, most);
        let now = NOW;
        for (const { wait, write: given } of all) {
          now += wait;
          const written = Object.entries(given).map(([id, in_]) => [id, in_ && now + in_ + 1] as const);
          await step(now, Object.fromEntries(written.map(([id, at]) => [id, at === 0 ? undefined : at])));
          // A settle loop goes on as long as there is work.
          while ((await step(now)).length > 0);
          for (const at of open.values()) expect(at).toBeGreaterThan(now);
        }
      }),
    );
  });
});

describe('skeletons', () => {
  test('are let go about once a minute, those older than the late window', async () => {
    const { calendar } = opened();
    const sweep = async (nowMs: number) => {
      const before = calendar.forgetBefore(nowMs);
      await calendar.settled(nowMs, [], false);
      return before;
    };
    expect(await sweep(NOW)).toBe(NOW - LATE_MS);
    expect(await sweep(NOW + 1)).toBeUndefined();
    expect(await sweep(NOW + MINUTE - 1)).toBeUndefined();
    expect(await sweep(NOW + MINUTE)).toBe(NOW + MINUTE - LATE_MS);
    expect(await sweep(NOW + MINUTE + 1)).toBeUndefined();
  });

  test('a step that failed did not let them go: the next one does', () => {
    const { calendar } = opened();
    expect(calendar.forgetBefore(NOW)).toBe(NOW - LATE_MS);
    expect(calendar.forgetBefore(NOW + 1)).toBe(NOW + 1 - LATE_MS);
  });
});

describe('where others write the ledger too', () => {
  const keeperOf = (state: { keeps: boolean }): Keeper => ({ alone: false, keeps: async () => state.keeps });

  test('skeletons that they leave go also where this one has nothing to settle', async () => {
    const state = { keeps: true };
    const { calendar, step } = opened({}, 100, keeperOf(state));
    expect(calendar.sweepsAnyway(NOW)).toBe(true);
    await step(NOW);
    expect(calendar.sweepsAnyway(NOW + MINUTE - 1)).toBe(false);
    expect(calendar.sweepsAnyway(NOW + MINUTE)).toBe(true);
    state.keeps = false;
    await step(NOW + MINUTE);
    expect(calendar.sweepsAnyway(NOW + 2 * MINUTE)).toBe(false);
    // What was not let go by the keeper before is, by the next one at once.
    state.keeps = true;
    await calendar.dueTasks(NOW + 2 * MINUTE);
    expect(calendar.sweepsAnyway(NOW + 2 * MINUTE)).toBe(true);
  });

  test('one that has the ledger alone does not write to it just for that', () => {
    expect(opened().calendar.sweepsAnyway(NOW)).toBe(false);
  });

  test('tasks that they leave open are found, though this one never saw them', async () => {
    const { step, open } = opened({}, 100, keeperOf({ keeps: true }));
    expect(await step(NOW)).toEqual([]);
    open.set('theirs', NOW + 10);
    // Not asked for at every step.
    expect(await step(NOW + 100)).toEqual([]);
    expect(await step(NOW + 600)).toEqual(['theirs']);
  });

  test('more than one portion of them is taken without waiting', async () => {
    const due = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`t${index}`, NOW]));
    const { step } = opened(due, 2, keeperOf({ keeps: true }));
    expect([await step(NOW), await step(NOW), await step(NOW), await step(NOW)].flat()).toHaveLength(5);
  });

  test('one that does not keep house closes nothing and lets nothing go, until it does', async () => {
    const state = { keeps: false };
    const { calendar, step, asked } = opened({ old: NOW - 5 }, 100, keeperOf(state));
    expect(await step(NOW)).toEqual([]);
    expect(calendar.forgetBefore(NOW)).toBeUndefined();
    expect(asked.due).toBe(0);
    state.keeps = true;
    expect(await step(NOW + 1)).toEqual(['old']);
    expect(calendar.forgetBefore(NOW + 1 + MINUTE)).toBe(NOW + 1 + MINUTE - LATE_MS);
  });
});
