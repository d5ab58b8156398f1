import { isWaiting } from '../domain/charge.ts';
import type {
  CounterDelta,
  CounterLabels,
  Ledger,
  SettleChange,
  TaskState,
  TraceState,
} from '../domain/ledger.ts';
import type { OutcomeReport, TaskPart } from '../domain/task.ts';
import { type CallKey, mayBeOne } from '../domain/twins.ts';
import { unitEconomics } from './memory-economics.ts';
import { dataHealth, openRows, reportedRows, unpricedRows } from './memory-health.ts';
import { historyOfTask, keepHistory } from './memory-history.ts';
import { snapshotOf } from './memory-lines.ts';
import { adjustmentsOfTask, applyRepriced, repricePage } from './memory-repricing.ts';
import { FORGOTTEN, keptThrough, ROLLED_OFF, rolledOff, rollOff } from './memory-roll-off.ts';
import { compareTexts, countersOf, type KeptTrace, type MemoryState, partsByTask } from './memory-state.ts';
import { chargesOfTask, detailOf, pageOf } from './memory-tasks.ts';

/**
 * The ledger as its promise reads: maps, and every answer computed anew. The judge of the engines, and a
 * double for other rooms' tests. Nothing outlives the process.
 */
export function openMemoryLedger(): Ledger {
  const state: MemoryState = {
    traces: new Map(),
    tasks: new Map(),
    reports: new Map(),
    counters: new Map(),
    adjustments: [],
    repricings: new Map(),
    history: [],
    rolledOffMs: 0,
  };
  let position = '';
  return {
    traces: async (traceIds) => new Map(traceIds.flatMap((id) => entry(id, traceState(state, id)))),
    kin: async (keys) => kinOf(state, keys),
    tasksState: async (taskIds) => {
      const parts = partsByTask(state);
      return new Map(taskIds.flatMap((id) => entry(id, taskState(state, id, parts.get(id) ?? []))));
    },
    apply: async (change) => {
      applyTo(state, change);
      position = change.position ?? position;
    },
    position: async () => position,
    dueTasks: async (now, limit) =>
      due(state)
        .filter((task) => task.dueAt <= now)
        .slice(0, limit)
        .map((task) => task.taskId),
    nextDue: async () => due(state)[0]?.dueAt,
    repriceable: async (query) => repricePage(state, query),
    lastTrace: async () => state.traces.size,
    rollOff: async (beforeMs) => rollOff(state, beforeMs),
    close: async () => {},
    tasks: async (query) => pageOf(state, query),
    task: async (taskId) => detailOf(state, taskId),
    charges: async (taskId) => chargesOfTask(state, taskId),
    adjustments: async (taskId) => adjustmentsOfTask(state, taskId),
    history: async (query) => historyOfTask(state, query),
    repricings: async () => [...state.repricings.values()].sort((left, right) => left.id - right.id),
    unitEconomics: async (query) => unitEconomics(state, query),
    openTasks: async () => openRows(state),
    counters: async () => countersOf(state),
    collect: async ({ windows, groupBy }) => ({
      closed: windows.map((window) => unitEconomics(state, { ...window, groupBy })),
      open: openRows(state),
      counters: [...state.counters.values()],
    }),
    unpriced: async () => unpricedRows(state),
    reportedCosts: async () => reportedRows(state),
    dataHealth: async () => dataHealth(state),
    snapshot: async () => snapshotOf(state),
    rolledOff: async () => rolledOff(state),
  };
}

function applyTo(state: MemoryState, change: SettleChange): void {
  for (const { traceId, fresh: _, skeleton, ...kept } of change.traces)
    keepTrace(state, traceId, { ...kept, skeleton: skeleton.slice() });
  applyRepriced(state, change);
  for (const taskId of change.removed) state.tasks.delete(taskId);
  for (const { task, charges } of change.tasks) state.tasks.set(task.taskId, { task, charges });
  for (const report of change.reports) keepReport(state, report);
  for (const delta of change.counters) addCounter(state, delta);
  keepHistory(state, change.history ?? []);
  const { forgetBefore } = change;
  if (forgetBefore === undefined) return;
  for (const [traceId, trace] of state.traces)
    if (trace.settledAt < forgetBefore && !trace.charges.some(({ reason }) => isWaiting(reason)))
      state.traces.set(traceId, { ...trace, ...FORGOTTEN });
}

function keepTrace(
  state: MemoryState,
  traceId: string,
  kept: Omit<KeptTrace, 'number' | 'bygone' | 'rolledOff'>,
): void {
  const known = state.traces.get(traceId);
  const number = known?.number ?? state.traces.size + 1;
  const settledAt = Math.max(kept.settledAt, state.rolledOffMs);
  state.traces.set(traceId, { ...kept, settledAt, number, ...keptThrough(known) });
}

function keepReport(state: MemoryState, report: OutcomeReport): void {
  const kept = state.reports.get(report.taskId) ?? new Map<string, OutcomeReport>();
  if (!kept.has(report.key)) kept.set(report.key, report);
  state.reports.set(report.taskId, kept);
}

function addCounter(state: MemoryState, { by, ...labels }: CounterDelta): void {
  const key = JSON.stringify(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
  const known = state.counters.get(key);
  state.counters.set(key, {
    labels: known?.labels ?? (labels as CounterLabels),
    total: by + (known?.total ?? 0n),
  });
}

function traceState(state: MemoryState, traceId: string): TraceState | undefined {
  const trace = state.traces.get(traceId);
  if (trace === undefined) return undefined;
  const { skeleton, parts, verdict, rolledOff: gone } = trace;
  return { skeleton, parts, verdict, ...(gone && ROLLED_OFF) };
}

function taskState(state: MemoryState, taskId: string, parts: readonly TaskPart[]): TaskState | undefined {
  const reports = [...(state.reports.get(taskId)?.values() ?? [])];
  const row = state.tasks.get(taskId);
  if (row === undefined && parts.length === 0 && reports.length === 0) return undefined;
  return { task: row?.task, parts, reports, charges: row?.charges ?? [] };
}

const kinOf = (state: MemoryState, keys: readonly CallKey[]): readonly string[] =>
  [...state.traces].flatMap(([traceId, { calls }]) =>
    calls.some((call) => keys.some((key) => mayBeOne(call, key))) ? [traceId] : [],
  );

const due = (state: MemoryState): readonly { readonly taskId: string; readonly dueAt: number }[] =>
  [...state.tasks.values()]
    .flatMap(({ task }) =>
      task.state === 'open' && task.dueAt !== undefined ? [{ taskId: task.taskId, dueAt: task.dueAt }] : [],
    )
    .sort((left, right) => left.dueAt - right.dueAt || compareTexts(left.taskId, right.taskId));

const entry = <T>(key: string, value: T | undefined): readonly (readonly [string, T])[] =>
  value === undefined ? [] : [[key, value]];
