import { COMPONENTS } from '../domain/charge.ts';
import {
  type Cause,
  SEEN_FIELDS,
  type SeenField,
  type TaskEvent,
  type TaskSight,
  type TraceMove,
} from '../domain/history.ts';
import type { OutcomeReport, Task, TaskPart } from '../domain/task.ts';

/** A task before and after a step. */
export interface Step {
  readonly taskId: string;
  readonly before: { readonly task: Task | undefined; readonly parts: readonly TaskPart[] };
  readonly after: { readonly task: Task | undefined; readonly parts: readonly TaskPart[] };
  /** Parts of traces that were settled anew. */
  readonly news: readonly TaskPart[];
  /** Those that it had not heard before. */
  readonly reports: readonly OutcomeReport[];
}

/** Of the traces that made a change, and of the reports: an entry is for reading. */
const NAMED_MAX = 10;
const NONE: readonly never[] = [];

export interface Made {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Where prices made it, and not spans. */
  readonly repricing: Extract<Cause, { kind: 'repricing' }> | undefined;
}

/** What of one step is kept; domain/history.ts says when. */
export function eventsOf(steps: readonly Step[], made: Made): TaskEvent[] {
  const moves = movesOf(steps);
  const events: TaskEvent[] = [];
  for (const step of steps) {
    const { taskId, before, after } = step;
    const cameFrom = moves === undefined ? NONE : moves.into(step);
    const wentTo = moves === undefined ? NONE : moves.outOf(step);
    const fields = toldFields(before.task, after.task, made.repricing !== undefined);
    if (fields.length + cameFrom.length + wentTo.length === 0) continue;
    events.push({
      taskId,
      atMs: made.atMs,
      by: causesOf(step, made.repricing),
      before: before.task && sight(before.task, fields),
      after: after.task && sight(after.task, fields),
      cameFrom,
      wentTo,
    });
  }
  return events;
}

function causesOf({ before, after, news, reports }: Step, repricing: Cause | undefined): readonly Cause[] {
  const by: Cause[] = [];
  const traceIds = [...news.map(({ traceId }) => traceId), ...missing(before.parts, after.parts)];
  if (repricing !== undefined) by.push(repricing);
  else if (traceIds.length > 0) by.push({ kind: 'spans', traceIds: traceIds.slice(0, NAMED_MAX) });
  for (const { source, key } of reports.slice(-NAMED_MAX)) by.push({ kind: 'report', source, key });
  const closedByItself =
    after.task?.closedBy !== 'reported' && after.task?.closedBy !== before.task?.closedBy;
  if (by.length === 0 || (closedByItself && after.task?.state === 'closed')) by.push({ kind: 'policy' });
  return by;
}

const COST_FIELDS: readonly SeenField[] = ['cost', 'unpricedCalls'];
/** Whose change is told with what the task costs now, changed or not. */
const TURNS: readonly SeenField[] = ['state', 'outcome'];

function toldFields(
  before: Task | undefined,
  after: Task | undefined,
  isRepriced: boolean,
): readonly SeenField[] {
  if (before === undefined)
    return after === undefined || after.state === 'open'
      ? NONE
      : FIRST_FIELDS.filter((field) => after[field] !== undefined);
  if (after === undefined) return GONE_FIELDS.filter((field) => before[field] !== undefined);
  const isGrowth = before.state === 'open' && after.state === 'open' && !isRepriced;
  const told = SEEN_FIELDS.filter(
    (field) => !(isGrowth && COST_FIELDS.includes(field)) && !isSame(field, before, after),
  );
  if (!told.some((field) => TURNS.includes(field))) return told;
  return SEEN_FIELDS.filter((field) => told.includes(field) || COST_FIELDS.includes(field));
}

/** What is told of a task that is closed when it is first heard of, and all that is told of one that is gone. */
const FIRST_FIELDS: readonly SeenField[] = [
  'state',
  'outcome',
  'closedBy',
  'closedAt',
  'value',
  ...COST_FIELDS,
];
const GONE_FIELDS: readonly SeenField[] = SEEN_FIELDS;

function isSame(field: SeenField, before: Task, after: Task): boolean {
  if (field === 'cost') return COMPONENTS.every((one) => before.cost[one] === after.cost[one]);
  if (field === 'dimensions') {
    const { length } = before.dimensions;
    return (
      length === after.dimensions.length &&
      before.dimensions.every((text, at) => text === after.dimensions[at])
    );
  }
  return before[field] === after[field];
}

const sight = (task: Task, fields: readonly SeenField[]): TaskSight =>
  Object.fromEntries(fields.map((field) => [field, task[field]]));

/** Which traces changed hands; undefined where none did, as in most steps. */
function movesOf(steps: readonly Step[]) {
  const losers = new Map<string, string[]>();
  for (const { taskId, before, after } of steps)
    for (const traceId of missing(before.parts, after.parts)) listAt(losers, traceId).push(taskId);
  if (losers.size === 0) return undefined;
  const gainers = new Map<string, string[]>();
  for (const { taskId, before, after } of steps)
    for (const traceId of missing(after.parts, before.parts)) listAt(gainers, traceId).push(taskId);
  return {
    into: ({ before, after }: Step): readonly TraceMove[] =>
      missing(after.parts, before.parts)
        .filter((traceId) => losers.has(traceId))
        .map((traceId) => ({ traceId, taskIds: losers.get(traceId)! })),
    outOf: ({ before, after }: Step): readonly TraceMove[] =>
      missing(before.parts, after.parts).map((traceId) => ({ traceId, taskIds: gainers.get(traceId) ?? [] })),
  };
}

/** Traces with a part among `parts` and none among `others`. */
function missing(parts: readonly TaskPart[], others: readonly TaskPart[]): readonly string[] {
  if (parts.length === 0) return NONE;
  const known = new Set(others.map(({ traceId }) => traceId));
  return parts.map(({ traceId }) => traceId).filter((traceId) => !known.has(traceId));
}

function listAt(lists: Map<string, string[]>, key: string): string[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
