import { type Charge, comparePlaces } from '../domain/charge.ts';
import { type ChargeLine, type LineQuery, unknownTask } from '../domain/charge-line.ts';
import type { LedgerSnapshot } from '../domain/ledger-snapshot.ts';
import { adjustedLine, compareAdjustments } from '../domain/repricing.ts';
import type { Task } from '../domain/task.ts';
import { compareTexts, countersOf, everyCharge, type MemoryState, partsByTask } from './memory-state.ts';

/** Small, so that tests meet the seams. */
const PAGE_LINES = 3;

/** What is kept is never changed in place, so lists of it are all that has to be copied. */
export function snapshotOf(state: MemoryState): LedgerSnapshot {
  const charges = everyCharge(state);
  const tasks = new Map([...state.tasks].map(([taskId, { task }]) => [taskId, task]));
  const [traces, rows, parts] = [new Map(state.traces), new Map(state.tasks), partsByTask(state)];
  const reports = new Map([...state.reports].map(([taskId, told]) => [taskId, new Map(told)]));
  const [adjustments, history] = [[...state.adjustments], [...state.history]];
  const [counters, repricings] = [countersOf(state), [...state.repricings.values()]];
  return {
    async *lines(query) {
      const found = charges
        .filter((charge) => isAsked(query, charge, tasks.get(charge.taskId)))
        .sort(compareLines)
        .map((charge) => lineOf(charge, tasks.get(charge.taskId)));
      for (let from = 0; from < found.length; from += PAGE_LINES) yield found.slice(from, from + PAGE_LINES);
    },
    // Maps lead nowhere else, and hold nothing twice.
    async *loose() {},
    async *traces() {
      for (const [traceId, { settledAt, parts, charges, rolledOff = false }] of traces) {
        const own = adjustments
          .filter((one) => adjustedLine(one).traceId === traceId)
          .sort(compareAdjustments);
        const one = { traceId, settledAt, parts, charges, adjustments: own, rolledOff };
        yield { items: [one], faults: [], progress: 1 };
      }
    },
    async *tasks() {
      for (const taskId of new Set([
        ...rows.keys(),
        ...parts.keys(),
        ...reports.keys(),
        ...history.map((one) => one.taskId),
      ]))
        yield {
          items: [
            {
              taskId,
              task: rows.get(taskId)?.task,
              charges: rows.get(taskId)?.charges ?? [],
              parts: parts.get(taskId) ?? [],
              reports: [...(reports.get(taskId)?.values() ?? [])],
              events: history.filter((one) => one.taskId === taskId),
            },
          ],
          faults: [],
          progress: 1,
        };
    },
    books: async () => ({ counters, repricings }),
    close: async () => {},
  };
}

const isAsked = (query: LineQuery, charge: Charge, task: Task | undefined): boolean =>
  (query.from === undefined || charge.at >= query.from) &&
  (query.to === undefined || charge.at < query.to) &&
  (query.model === undefined || charge.model === query.model) &&
  (query.agentType === undefined || task?.agentType === query.agentType) &&
  (query.taskType === undefined || task?.taskType === query.taskType);

function compareLines(left: Charge, right: Charge): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return comparePlaces(left, right) || compareTexts(left.taskId, right.taskId);
}

function lineOf(charge: Charge, kept: Task | undefined): ChargeLine {
  const { traceId, spanId, line, at, quantity, amount, beside, taskId, ...kind } = charge;
  const { agentType, taskType, promptVersion, user, dimensions, state, outcome, closedBy, closedAt } =
    kept ?? unknownTask(taskId);
  const task = {
    taskId,
    agentType,
    taskType,
    promptVersion,
    user,
    dimensions,
    state,
    outcome,
    closedBy,
    closedAt,
  };
  const one = { traceId, spanId, line, at, quantity, amount, kind, task };
  return beside === undefined ? one : { ...one, beside };
}
