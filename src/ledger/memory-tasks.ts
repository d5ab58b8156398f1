import { type Charge, comparePlaces } from '../domain/charge.ts';
import type { TaskQuery } from '../domain/ledger-reads.ts';
import type { Task, TaskDetail } from '../domain/task.ts';
import { cursorOf, pageEndOf } from './cursor.ts';
import { usedModels } from './memory-economics.ts';
import { ROLLED_OFF } from './memory-roll-off.ts';
import {
  compareTexts,
  everyCharge,
  type MemoryState,
  partsByTask,
  summedByTask,
  tasksOf,
  totalOf,
} from './memory-state.ts';

export function pageOf(state: MemoryState, query: TaskQuery) {
  const after = query.cursor === undefined ? undefined : pageEndOf(query.sort, query.cursor);
  const used = query.model === undefined ? () => true : usersOf(state, query.model);
  const found = tasksOf(state)
    .filter((task) => matches(query, task) && used(task))
    .map((task) => ({ task, key: sortKey(query.sort, task), taskId: task.taskId }))
    .sort(byKey)
    .filter((row) => after === undefined || byKey(row, after) > 0);
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    tasks: page.map((row) => row.task),
    nextCursor: found.length > page.length && last !== undefined ? cursorOf(query.sort, last) : undefined,
  };
}

function usersOf(state: MemoryState, model: string): (task: Task) => boolean {
  const charges = summedByTask(state);
  const parts = partsByTask(state);
  return ({ taskId }) => usedModels(charges.get(taskId) ?? [], parts.get(taskId) ?? []).has(model);
}

type Keyed = { readonly key: bigint | null; readonly taskId: string };

function byKey(left: Keyed, right: Keyed): number {
  if (left.key === right.key) return compareTexts(left.taskId, right.taskId);
  if (left.key === null || right.key === null) return left.key === null ? 1 : -1;
  return left.key > right.key ? -1 : 1;
}

function sortKey(sort: TaskQuery['sort'], task: Task): bigint | null {
  if (sort === 'cost') return totalOf(task);
  return sort === 'started_at' ? task.startedAt : (task.closedAt ?? null);
}

function matches(query: TaskQuery, task: Task): boolean {
  const time = task.closedAt ?? task.startedAt;
  return (
    (query.agentType === undefined || task.agentType === query.agentType) &&
    (query.taskType === undefined || task.taskType === query.taskType) &&
    (query.outcome === undefined ||
      (query.outcome === 'open' ? task.state === 'open' : task.outcome === query.outcome)) &&
    (query.from === undefined || time >= query.from) &&
    (query.to === undefined || time < query.to) &&
    (query.minCost === undefined || totalOf(task) >= query.minCost)
  );
}

export function detailOf(state: MemoryState, taskId: string): TaskDetail | undefined {
  const row = state.tasks.get(taskId);
  if (row === undefined) return undefined;
  const parts = partsByTask(state).get(taskId) ?? [];
  return {
    ...row.task,
    traceIds: parts.map((part) => part.traceId),
    suppressed: parts.flatMap((part) => part.claim.suppressed),
    ...(parts.some(({ traceId }) => state.traces.get(traceId)?.rolledOff) && ROLLED_OFF),
  };
}

export function chargesOfTask(state: MemoryState, taskId: string): readonly Charge[] | undefined {
  if (!state.tasks.has(taskId)) return undefined;
  return everyCharge(state)
    .filter((charge) => charge.taskId === taskId)
    .sort(
      (left, right) =>
        Number(left.at - right.at > 0n) - Number(left.at - right.at < 0n) || comparePlaces(left, right),
    );
}
