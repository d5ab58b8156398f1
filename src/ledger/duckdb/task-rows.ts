import { COMPONENTS, type Component } from '../../domain/charge.ts';
import type { UsdPico } from '../../domain/money.ts';
import { CALL_KINDS, type CallKind, type ClosedBy, OUTCOMES, type Task } from '../../domain/task.ts';
import { TOKEN_CLASSES, type Tokens } from '../../domain/usage.ts';
import type { Row } from '../sql/sql.ts';
import { BigColumn, type Column, FlagColumn, IntColumn, TextColumn, TinyColumn } from './columns.ts';
import { fitting, timeFitting } from './range.ts';
import type { Texts } from './texts.ts';

export const CLOSED_BY = ['reported', 'inferred', 'expired'] as const satisfies readonly ClosedBy[];

/** Tasks on their way into `tasks`. */
export class TaskRows {
  readonly #texts: Texts;
  readonly #seq = new BigColumn();
  readonly #taskId = new TextColumn();
  readonly #agentType = new IntColumn();
  readonly #taskType = new IntColumn();
  readonly #promptVersion = new IntColumn();
  /** No text of `Texts`, which are all in memory: users are many. The empty text is none. */
  readonly #user = new TextColumn();
  readonly #dimensions = new IntColumn();
  readonly #tagged = new FlagColumn();
  readonly #closed = new FlagColumn();
  readonly #outcome = new TinyColumn();
  readonly #closedBy = new TinyColumn();
  readonly #startedAt = new BigColumn();
  readonly #closedAt = new BigColumn();
  readonly #dueMs = new BigColumn();
  readonly #value = new BigColumn();
  readonly #cost = new BigColumn();
  readonly #costs = COMPONENTS.map(() => new BigColumn());
  readonly #tokens = TOKEN_CLASSES.map(() => new BigColumn());
  readonly #calls = CALL_KINDS.map(() => new BigColumn());
  readonly #actions = new BigColumn();
  readonly #unpricedCalls = new BigColumn();
  readonly #flags = new IntColumn();

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  add(task: Task, seq: number): void {
    const texts = this.#texts;
    this.#seq.pushNumber(seq);
    this.#taskId.push(task.taskId);
    this.#agentType.push(texts.idOf(task.agentType));
    this.#taskType.push(texts.idOf(task.taskType));
    if (task.promptVersion === undefined) this.#promptVersion.pushNull();
    else this.#promptVersion.push(texts.idOf(task.promptVersion));
    this.#user.push(task.user ?? '');
    this.#dimensions.push(texts.listId(task.dimensions));
    this.#tagged.push(task.tagged ? 1 : 0);
    this.#closed.push(task.state === 'closed' ? 1 : 0);
    pushIndex(this.#outcome, OUTCOMES, task.outcome);
    pushIndex(this.#closedBy, CLOSED_BY, task.closedBy);
    this.#startedAt.push(timeFitting(task.startedAt));
    if (task.closedAt === undefined) this.#closedAt.pushNull();
    else this.#closedAt.push(timeFitting(task.closedAt));
    if (task.dueAt === undefined) this.#dueMs.pushNull();
    else this.#dueMs.pushNumber(task.dueAt);
    if (task.value === undefined) this.#value.pushNull();
    else this.#value.push(fitting(task.value, `the value of task ${task.taskId}`));
    this.#addSums(task);
    this.#flags.push(texts.listId(task.flags));
  }

  #addSums(task: Task): void {
    let total = 0n;
    for (const [index, component] of COMPONENTS.entries()) {
      total += task.cost[component];
      this.#costs[index]!.push(fitting(task.cost[component], `the ${component} cost of task ${task.taskId}`));
    }
    this.#cost.push(fitting(total, `the cost of task ${task.taskId}`));
    for (const [index, name] of TOKEN_CLASSES.entries()) this.#tokens[index]!.pushNumber(task.tokens[name]);
    for (const [index, kind] of CALL_KINDS.entries()) this.#calls[index]!.pushNumber(task.calls[kind]);
    this.#actions.pushNumber(task.actions);
    this.#unpricedCalls.pushNumber(task.unpricedCalls);
  }

  columns(): readonly Column[] {
    return [
      this.#seq,
      this.#taskId,
      this.#agentType,
      this.#taskType,
      this.#promptVersion,
      this.#user,
      this.#dimensions,
      this.#tagged,
      this.#closed,
      this.#outcome,
      this.#closedBy,
      this.#startedAt,
      this.#closedAt,
      this.#dueMs,
      this.#value,
      this.#cost,
      ...this.#costs,
      ...this.#tokens,
      ...this.#calls,
      this.#actions,
      this.#unpricedCalls,
      this.#flags,
    ];
  }
}

function pushIndex<T>(column: TinyColumn, names: readonly T[], name: T | undefined): void {
  if (name === undefined) column.pushNull();
  else column.push(names.indexOf(name));
}

/** What `taskOf` reads, of the table `tasks` with the alias t. */
export const TASK_FIELDS =
  't.task_id, t.agent_type, t.task_type, t.prompt_version, t.dimensions, t.tagged, t.closed, t.outcome, ' +
  't.closed_by, t.started_at, t.closed_at, t.due_ms, t.value, t.inference, t.vector, t.tooling, t.compute, ' +
  't.remediation, t.input, t.cache_read, t.cache_write_5m, t.cache_write_1h, t.output, t.reasoning, ' +
  't.inference_calls, t.embedding_calls, t.rerank_calls, t.vector_calls, t.tool_calls, t.actions, ' +
  't.unpriced_calls, t.flags, t.user_id';

/** A row of TASK_FIELDS. */
export function taskOf(row: Row, texts: Texts): Task {
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
