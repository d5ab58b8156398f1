import type { Keeper } from './domain/fleet.ts';
import type { Ledger } from './domain/ledger.ts';
import type { Task } from './domain/task.ts';

/** Skeletons are swept this often. */
const SWEEP_EVERY_MS = 60_000;

/** Where others leave tasks open too, the ledger is asked this often. */
const LOOK_EVERY_MS = 500;

/** What time alone makes due: open tasks to be closed, and skeletons to be let go. */
export interface Calendar {
  /** Open tasks whose time has come, oldest first; none where another replica keeps house. Asks the ledger only when there can be one. */
  dueTasks(nowMs: number): Promise<readonly string[]>;
  /** The time before which skeletons go with this step, about once a minute; else undefined. */
  forgetBefore(nowMs: number): number | undefined;
  /** Whether they are to go though the step has nothing else to do: where others leave skeletons, too. */
  sweepsAnyway(nowMs: number): boolean;
  /** A step was applied: `tasks` are as they were written. */
  settled(nowMs: number, tasks: readonly { readonly task: Task }[], lookAgain: boolean): Promise<void>;
}

export function openCalendar(rooms: {
  readonly ledger: Pick<Ledger, 'dueTasks' | 'nextDue'>;
  readonly keeper: Keeper;
  readonly limits: { readonly dueTasksMax: number; readonly lateWindowMs: number };
}): Calendar {
  // Due at once: the tasks that a run before this one left open are looked up by the first step.
  let nextDueMs: number | undefined = 0;
  let sweptMs = 0;
  let lookedMs = 0;
  let keeps = true;
  const sweeps = (nowMs: number): boolean => keeps && nowMs - sweptMs >= SWEEP_EVERY_MS;
  return {
    async dueTasks(nowMs) {
      keeps = await rooms.keeper.keeps();
      if (!keeps) return [];
      const ours = nextDueMs !== undefined && nextDueMs <= nowMs;
      const others = !rooms.keeper.alone && nowMs - lookedMs >= LOOK_EVERY_MS;
      if (!ours && !others) return [];
      lookedMs = nowMs;
      const due = await rooms.ledger.dueTasks(nowMs, rooms.limits.dueTasksMax);
      if (due.length === 0) nextDueMs = await rooms.ledger.nextDue();
      return due;
    },
    forgetBefore: (nowMs) => (sweeps(nowMs) ? nowMs - rooms.limits.lateWindowMs : undefined),
    sweepsAnyway: (nowMs) => sweeps(nowMs) && !rooms.keeper.alone,
    async settled(nowMs, tasks, lookAgain) {
      if (sweeps(nowMs)) sweptMs = nowMs;
      if (lookAgain) {
        nextDueMs = await rooms.ledger.nextDue();
        return;
      }
      for (const { task } of tasks) {
        if (task.dueAt !== undefined && (nextDueMs === undefined || task.dueAt < nextDueMs))
          nextDueMs = task.dueAt;
      }
    },
  };
}
