import type { DataHealth, OpenRow, ReportedRow, UnpricedRow } from '../domain/ledger-reads.ts';
import { addUsd, ZERO_USD } from '../domain/money.ts';
import type { Task } from '../domain/task.ts';
import { everyCharge, type MemoryState, tasksOf, totalOf } from './memory-state.ts';

export function openRows(state: MemoryState): readonly OpenRow[] {
  const rows = new Map<string, OpenRow>();
  for (const task of tasksOf(state)) {
    if (task.state !== 'open') continue;
    const { agentType, taskType, dimensions } = task;
    const key = JSON.stringify([agentType, taskType, dimensions]);
    const known = rows.get(key) ?? { agentType, taskType, dimensions, tasks: 0, cost: ZERO_USD };
    rows.set(key, { ...known, tasks: known.tasks + 1, cost: addUsd(known.cost, totalOf(task)) });
  }
  return [...rows.values()];
}

export function unpricedRows(state: MemoryState): readonly UnpricedRow[] {
  const rows = new Map<string, UnpricedRow>();
  for (const { component, provider, model, resource, class: unit, reason, quantity, at } of everyCharge(
    state,
  )) {
    if (reason === null) continue;
    const labels = { component, provider, model, resource, unit, reason };
    const known = rows.get(JSON.stringify(labels));
    rows.set(JSON.stringify(labels), {
      ...labels,
      calls: (known?.calls ?? 0) + 1,
      quantity: (known?.quantity ?? 0n) + quantity,
      firstSeen: known === undefined || at < known.firstSeen ? at : known.firstSeen,
      lastSeen: known === undefined || at > known.lastSeen ? at : known.lastSeen,
    });
  }
  return [...rows.values()];
}

export function reportedRows(state: MemoryState): readonly ReportedRow[] {
  const rows = new Map<string, ReportedRow>();
  for (const { beside, provider, model } of everyCharge(state)) {
    if (beside === undefined) continue;
    const key = JSON.stringify([provider, model]);
    const known = rows.get(key) ?? { provider, model, ...NOTHING_REPORTED };
    const { reported, computed } = beside;
    rows.set(
      key,
      computed === null
        ? { ...known, uncomputed: known.uncomputed + 1 }
        : {
            ...known,
            calls: known.calls + 1,
            reported: addUsd(known.reported, reported),
            computed: addUsd(known.computed, computed),
          },
    );
  }
  return [...rows.values()];
}

const NOTHING_REPORTED = { calls: 0, reported: ZERO_USD, computed: ZERO_USD, uncomputed: 0 };

export function dataHealth(state: MemoryState): DataHealth {
  const tasks = tasksOf(state);
  const count = (test: (task: Task) => boolean) => tasks.filter(test).length;
  const sum = (of: (task: Task) => number) => tasks.reduce((total, task) => total + of(task), 0);
  const cost = (some: readonly Task[]) =>
    some.reduce((total, task) => addUsd(total, totalOf(task)), ZERO_USD);
  const parts = [...state.traces.values()].flatMap((trace) => trace.parts);
  return {
    tasks: tasks.length,
    tasksClosed: count((task) => task.state === 'closed'),
    untaggedTasks: count((task) => !task.tagged),
    untaggedCost: cost(tasks.filter((task) => !task.tagged)),
    totalCost: cost(tasks),
    inferredTasks: count((task) => task.closedBy === 'inferred'),
    expiredTasks: count((task) => task.closedBy === 'expired'),
    unpricedCalls: sum((task) => task.unpricedCalls),
    modelCalls: sum((task) => task.calls.inference + task.calls.embedding + task.calls.rerank),
    lowerBoundTasks: count((task) => task.unpricedCalls > 0),
    suppressed: tally(parts.flatMap((part) => part.claim.suppressed.map((one) => one.rule))),
    flags: tally(tasks.flatMap((task) => [...new Set(task.flags)])),
  };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
