import { COMPONENTS, type Component } from '../../domain/charge.ts';
import type { UsdPico } from '../../domain/money.ts';
import { CALL_KINDS, type CallKind, type ClosedBy, OUTCOMES, type Task } from '../../domain/task.ts';
import { TOKEN_CLASSES, type Tokens } from '../../domain/usage.ts';
import type { TextNumbers } from './dictionaries.ts';
import type { Row } from './sql.ts';

/** A task keeps the place in this list. */
export const CLOSED_BY = ['reported', 'inferred', 'expired'] as const satisfies readonly ClosedBy[];

/** What `taskOf` reads, of the table `tasks` with the alias t. */
export const TASK_FIELDS =
  't.task_id, t.agent_type, t.task_type, t.prompt_version, t.dimensions, t.tagged, t.closed, t.outcome, ' +
  't.closed_by, t.started_at, t.closed_at, t.due_ms, t.value, t.inference, t.vector, t.tooling, t.compute, ' +
  't.remediation, t.input, t.cache_read, t.cache_write_5m, t.cache_write_1h, t.output, t.reasoning, ' +
  't.inference_calls, t.embedding_calls, t.rerank_calls, t.vector_calls, t.tool_calls, t.actions, ' +
  't.unpriced_calls, t.flags, t.user_id';

/** A row of TASK_FIELDS. */
export function taskOf(row: Row, texts: TextNumbers): Task {
  const [taskId, agentType, taskType, promptVersion, dimensions, tagged, closed, outcome, closedBy] = row;
  const [startedAt, closedAt, dueMs, value] = row.slice(9, 13);
  const [actions, unpricedCalls, flags, user] = row.slice(29);
  return {
    taskId: taskId as string,
    agentType: texts.textOf(agentType as number),
    taskType: texts.textOf(taskType as number),
    promptVersion: promptVersion === null ? undefined : texts.textOf(promptVersion as number),
    user: user === '' ? undefined : (user as string),
    dimensions: texts.listOf(dimensions as number),
    tagged: tagged as boolean,
    state: closed ? 'closed' : 'open',
    outcome: outcome === null ? undefined : OUTCOMES[outcome as number],
    closedBy: closedBy === null ? undefined : CLOSED_BY[closedBy as number],
    startedAt: startedAt as bigint,
    closedAt: closedAt === null ? undefined : (closedAt as bigint),
    dueAt: dueMs === null ? undefined : Number(dueMs),
    value: value === null ? undefined : (value as UsdPico),
    cost: costsOf(row.slice(13, 18)),
    tokens: tokensOf(row.slice(18, 24)),
    calls: keyed<CallKind, number>(CALL_KINDS, row.slice(24, 29).map(Number)),
    actions: Number(actions),
    unpricedCalls: Number(unpricedCalls),
    flags: texts.listOf(flags as number),
  };
}

/** Five sums in the order of COMPONENTS; a sum over nothing is null. */
export const costsOf = (sums: Row): Record<Component, UsdPico> =>
  keyed<Component, UsdPico>(
    COMPONENTS,
    sums.map((sum) => BigInt((sum ?? 0n) as bigint | number) as UsdPico),
  );

/** Six sums in the order of TOKEN_CLASSES. */
export const tokensOf = (sums: Row): Tokens => keyed(TOKEN_CLASSES, sums.map(Number));

const keyed = <K extends string, V>(names: readonly K[], values: readonly V[]): Record<K, V> =>
  Object.fromEntries(names.map((name, index) => [name, values[index]])) as Record<K, V>;
