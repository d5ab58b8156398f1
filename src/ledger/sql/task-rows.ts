import { COMPONENTS } from '../../domain/charge.ts';
import { CALL_KINDS, OUTCOMES, type Task } from '../../domain/task.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { BigColumn, type Column, FlagColumn, IntColumn, TextColumn, TinyColumn } from './columns.ts';
import type { TextNumbering } from './dictionaries.ts';
import { fitting, timeFitting } from './range.ts';
import { CLOSED_BY } from './task-fields.ts';

/** Tasks on their way into `tasks`. */
export class TaskRows {
  readonly #texts: TextNumbering;
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

  constructor(texts: TextNumbering) {
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
