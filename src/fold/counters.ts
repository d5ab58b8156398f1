import type { Charge } from '../domain/charge.ts';
import type { CounterDelta, CounterLabels } from '../domain/ledger.ts';
import { ZERO_USD } from '../domain/money.ts';
import type { Task, TaskPart } from '../domain/task.ts';
import { TOKEN_CLASSES } from '../domain/usage.ts';

/** A task as it stands at one time; `task` is undefined before it was heard of and after it is gone. */
export interface TaskSums {
  readonly task: Task | undefined;
  readonly parts: readonly TaskPart[];
  /** Of the task itself. */
  readonly charges: readonly Charge[];
}

/** One task before and after a settle step. */
export interface Change {
  readonly before: TaskSums;
  readonly after: TaskSums;
}

/**
 * What changes of several tasks add to the counters, when they are applied together.
 *
 * **Law**: over any sequence of changes, `cost` - `credited` of each label is the amount at the end. Amounts that
 * rise are `cost`, those that fall are `credited`; where a task changes its labels, the old ones are credited.
 * Tokens and actions are only ever counted up: what moves from one task to another with a better identity, or
 * from one label to another, was counted already and is not counted again.
 */
export function counterDeltasOf(changes: readonly Change[]): CounterDelta[] {
  const firsts = changes.filter(isFirst);
  const others = firsts.length === 0 ? changes : changes.filter((change) => !isFirst(change));
  const money: CounterDelta[] = [];
  const counted = new Map<string, Counted>();
  const add = ({ before, after }: Change) => {
    addMoney(money, amountsOf(before), amountsOf(after));
    addCounts(counted, { sums: before, labelled: after.task ?? before.task, sign: -1n });
    addCounts(counted, { sums: after, labelled: after.task, sign: 1n });
  };
  others.forEach(add);
  if (!anyFell(counted)) money.push(...firsts.flatMap(({ after }) => firstDeltas(after)));
  else firsts.forEach(add);
  return [...money, ...risesOf(counted)];
}

/** A task never heard of: nothing can fall, so nothing has to be compared. By far the most changes are such. */
const isFirst = ({ before, after }: Change): boolean =>
  before.task === undefined && after.charges.every(({ amount }) => amount === null || amount >= 0n);

function firstDeltas({ task, parts, charges }: TaskSums): CounterDelta[] {
  const deltas: CounterDelta[] = [];
  if (task === undefined) return deltas;
  const { agentType, taskType, dimensions } = task;
  const addCost = ({
    component,
    provider,
    model,
    amount: by,
  }: Pick<Charge, 'component' | 'provider' | 'model' | 'amount'>) => {
    if (by === null || by === ZERO_USD) return;
    deltas.push({ counter: 'cost', agentType, taskType, dimensions, component, provider, model, by });
  };
  for (const part of parts) {
    part.costs.forEach(addCost);
    for (const { provider, model, tokens } of part.tokens) {
      for (const tokenClass of TOKEN_CLASSES) {
        const by = BigInt(tokens[tokenClass]);
        if (by === 0n) continue;
        deltas.push({ counter: 'tokens', agentType, taskType, dimensions, provider, model, tokenClass, by });
      }
    }
    for (const { tool, status, count } of part.actions) {
      deltas.push({ counter: 'actions', agentType, taskType, dimensions, tool, status, by: BigInt(count) });
    }
  }
  charges.forEach(addCost);
  if (task.outcome === 'solved')
    deltas.push({ counter: 'actions', agentType, taskType, dimensions, ...FINAL_ANSWER, by: 1n });
  return deltas;
}

const FINAL_ANSWER = { tool: 'final_answer', status: 'ok' } as const;

export type Amounts = Map<string, { readonly labels: CostLabels; amount: bigint }>;
export type CostLabels = Omit<Extract<CounterLabels, { counter: 'cost' | 'credited' }>, 'counter'>;

function addMoney(deltas: CounterDelta[], before: Amounts, after: Amounts): void {
  for (const [key, { labels, amount }] of before) {
    const by = amount - (after.get(key)?.amount ?? 0n);
    if (by > 0n) deltas.push({ counter: 'credited', ...labels, by });
  }
  for (const [key, { labels, amount }] of after) {
    const by = amount - (before.get(key)?.amount ?? 0n);
    if (by > 0n) deltas.push({ counter: 'cost', ...labels, by });
  }
}

/** What a task's money comes to by the labels of the counters, added to `amounts`. */
export function amountsOf({ task, parts, charges }: TaskSums, amounts: Amounts = new Map()): Amounts {
  if (task === undefined) return amounts;
  const ofTask = labelsOf(task);
  const keyOfTask = JSON.stringify(ofTask);
  const add = ({
    component,
    provider,
    model,
    amount,
  }: Pick<Charge, 'component' | 'provider' | 'model' | 'amount'>) => {
    if (amount === null) return;
    const key = `${component}\0${provider}\0${model}\0${keyOfTask}`;
    const known = amounts.get(key);
    if (known !== undefined) known.amount += amount;
    else amounts.set(key, { labels: { ...ofTask, component, provider, model }, amount });
  };
  for (const part of parts) part.costs.forEach(add);
  charges.forEach(add);
  return amounts;
}

const labelsOf = ({ agentType, taskType, dimensions }: Task) => ({ agentType, taskType, dimensions });

/** One counter without the task's labels: by task of the batch what it rose or fell. */
type Counted = Map<Task, { readonly labels: CountLabels; by: bigint }>;
type CountLabels = Extract<CounterLabels, { counter: 'tokens' | 'actions' }>;

function addCounts(
  counted: Map<string, Counted>,
  change: { readonly sums: TaskSums; readonly labelled: Task | undefined; readonly sign: bigint },
): void {
  const { sums, labelled, sign } = change;
  if (labelled === undefined || sums.task === undefined) return;
  const ofTask = labelsOf(labelled);
  const add = (key: string, labels: CountLabels, count: number) => {
    const counts: Counted = counted.get(key) ?? new Map();
    if (counts.size === 0) counted.set(key, counts);
    const known = counts.get(labelled);
    if (known !== undefined) known.by += sign * BigInt(count);
    else counts.set(labelled, { labels, by: sign * BigInt(count) });
  };
  for (const part of sums.parts) {
    for (const { provider, model, tokens } of part.tokens) {
      for (const tokenClass of TOKEN_CLASSES) {
        if (tokens[tokenClass] === 0) continue;
        const labels = { counter: 'tokens', ...ofTask, provider, model, tokenClass } as const;
        add(`${tokenClass}\0${provider}\0${model}`, labels, tokens[tokenClass]);
      }
    }
    for (const { tool, status, count } of part.actions) {
      add(`action\0${status}\0${tool}`, { counter: 'actions', ...ofTask, tool, status }, count);
    }
  }
  if (sums.task.outcome === 'solved') {
    add('final', { counter: 'actions', ...ofTask, ...FINAL_ANSWER }, 1);
  }
}

function anyFell(counted: ReadonlyMap<string, Counted>): boolean {
  for (const counts of counted.values()) for (const { by } of counts.values()) if (by < 0n) return true;
  return false;
}

/** What fell in one task pays for what rose in another; the rest is news. */
function risesOf(counted: ReadonlyMap<string, Counted>): CounterDelta[] {
  const deltas: CounterDelta[] = [];
  for (const counts of counted.values()) {
    let fallen = 0n;
    for (const { by } of counts.values()) if (by < 0n) fallen -= by;
    for (const { labels, by } of counts.values()) {
      if (by <= 0n) continue;
      const paid = fallen < by ? fallen : by;
      fallen -= paid;
      if (by > paid) deltas.push({ ...labels, by: by - paid });
    }
  }
  return deltas;
}
