import type { Cause, TaskEvent, TaskSight, TraceMove } from '../domain/history.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';
import { costJson, dimensionsJson, usdOrNull } from './task-json.ts';

/** One change of a task. `dimensions` are the configured names, in order. */
export const eventJson = (event: TaskEvent, dimensions: readonly string[]) => ({
  at: formatTime(nanosOfMs(event.atMs)),
  by: event.by.map(causeJson),
  before: sightJson(event.before, dimensions),
  after: sightJson(event.after, dimensions),
  moved_from: event.cameFrom.map(moveJson),
  moved_to: event.wentTo.map(moveJson),
});

function causeJson(cause: Cause) {
  if (cause.kind === 'spans') return { kind: cause.kind, trace_ids: cause.traceIds };
  if (cause.kind === 'report') return { kind: cause.kind, source: cause.source, idempotency_key: cause.key };
  if (cause.kind === 'repricing') return { kind: cause.kind, repricing: cause.id, by: cause.by };
  return { kind: cause.kind };
}

const moveJson = ({ traceId, taskIds }: TraceMove) => ({ trace_id: traceId, task_ids: taskIds });

type Writers = {
  readonly [K in keyof Required<TaskSight>]: readonly [string, (sight: TaskSight) => unknown];
};

/** Each field as `GET /tasks/{id}` has it. */
const writersOf = (dimensions: readonly string[]): Writers => ({
  state: ['state', ({ state }) => state],
  outcome: ['outcome', ({ outcome }) => outcome ?? null],
  closedBy: ['closed_by', ({ closedBy }) => closedBy ?? null],
  closedAt: ['closed_at', ({ closedAt }) => (closedAt === undefined ? null : formatTime(closedAt))],
  value: ['value_usd', ({ value }) => usdOrNull(value)],
  agentType: ['agent_type', ({ agentType }) => agentType],
  taskType: ['task_type', ({ taskType }) => taskType],
  promptVersion: ['prompt_version', ({ promptVersion }) => promptVersion ?? null],
  user: ['user_id', ({ user }) => user ?? null],
  dimensions: ['dimensions', (sight) => dimensionsJson(sight.dimensions ?? [], dimensions)],
  cost: ['cost_usd', ({ cost }) => cost && costJson(cost)],
  unpricedCalls: ['unpriced_calls', ({ unpricedCalls }) => unpricedCalls],
});

function sightJson(sight: TaskSight | undefined, dimensions: readonly string[]) {
  if (sight === undefined) return null;
  const writers = writersOf(dimensions);
  return Object.fromEntries(
    (Object.keys(sight) as (keyof TaskSight)[]).map((field) => {
      const [name, write] = writers[field];
      return [name, write(sight)];
    }),
  );
}
