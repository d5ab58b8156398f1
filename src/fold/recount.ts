import { type Charge, COMPONENTS } from '../domain/charge.ts';
import type { CounterDelta, TaskState } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import { CALL_KINDS, type Task, type TaskPart } from '../domain/task.ts';
import { TOKEN_CLASSES } from '../domain/usage.ts';
import { type Amounts, amountsOf, type CostLabels, type TaskSums } from './counters.ts';
import { LATE } from './late.ts';
import { recosted } from './parts.ts';
import { profileOf } from './profile.ts';
import { foldTask, summed } from './task.ts';

/** A figure that is kept otherwise than it comes out when it is computed from scratch. */
export interface Difference {
  /** `cost.inference`, `outcome`, `flags`. */
  readonly figure: string;
  readonly kept: string;
  readonly computed: string;
}

/** A task as it is kept, with all that it is made of. */
export type KeptTask = TaskState & { readonly task: Task };

/**
 * Where a part is not the fold of the charges that its trace has of its task. Tokens, actions and calls are not told by
 * charges, so they are not looked at.
 */
export function partDifferences(part: TaskPart, charges: readonly Charge[]): Difference[] {
  const computed = recosted(part, charges);
  const keys = new Set([...part.costs, ...computed.costs].map(costKey));
  const amount = ({ costs }: TaskPart, key: string): bigint =>
    costs.find((one) => costKey(one) === key)?.amount ?? 0n;
  return [
    ...[...keys].flatMap((key) => compared(`costs.${key}`, amount(part, key), amount(computed, key))),
    ...compared('unpricedCalls', part.unpricedCalls, computed.unpricedCalls),
    ...compared('flags', [...part.flags].sort(), [...computed.flags].sort()),
  ];
}

const costKey = ({ component, provider, model }: TaskPart['costs'][number]): string =>
  [component, provider, model].filter((text) => text !== '').join('/');

/**
 * Where a task's row is not the fold of its parts, its reports and its own charges. How it ended is taken as it is kept,
 * but for a report that tells it: policies change, and what was decided by one stands.
 */
export function taskDifferences({ task, parts, reports, charges }: KeptTask): Difference[] {
  const { state, outcome, closedBy, closedAt, dueAt, taskId, flags } = task;
  const closing = { state, outcome, closedBy, closedAt, dueAt };
  const late = flags.includes(LATE);
  const computed = summed({ taskId, parts, charges, profile: profileOf(parts, reports), closing, late });
  const differences = rowDifferences(task, computed);
  if (reports.length > 0 && closedBy !== 'reported')
    differences.push({ figure: 'closedBy', kept: shown(closedBy), computed: 'reported' });
  return differences;
}

/** The same, and where it did not end as this policy says: for a ledger that knew no other policy. */
export function policyDifferences(kept: KeptTask, policy: Policy): Difference[] {
  const { task, parts, reports } = kept;
  // As of the moment before it is due, or long after: whichever its state says.
  const nowMs = task.state === 'open' ? (task.dueAt ?? 0) - 1 : Number.POSITIVE_INFINITY;
  const late = task.flags.includes(LATE);
  const computed = foldTask({ taskId: task.taskId, parts, reports, policy, nowMs, late });
  return [
    ...rowDifferences(task, computed.task),
    ...compared('own charges', kept.charges.map(lineText), computed.charges.map(lineText)),
  ];
}

const lineText = ({ line, component, class: unit, quantity, amount, reason, flags }: Charge): string =>
  [line, component, unit, quantity, amount, reason, ...flags].join(' ');

function rowDifferences(kept: Task, computed: Task): Difference[] {
  return [
    ...ROW_FIELDS.flatMap((field) => compared(field, kept[field], computed[field])),
    ...COMPONENTS.flatMap((name) => compared(`cost.${name}`, kept.cost[name], computed.cost[name])),
    ...TOKEN_CLASSES.flatMap((name) => compared(`tokens.${name}`, kept.tokens[name], computed.tokens[name])),
    ...CALL_KINDS.flatMap((name) => compared(`calls.${name}`, kept.calls[name], computed.calls[name])),
  ];
}

const ROW_FIELDS = [
  'agentType',
  'taskType',
  'promptVersion',
  'user',
  'dimensions',
  'tagged',
  'state',
  'outcome',
  'closedBy',
  'startedAt',
  'closedAt',
  'dueAt',
  'value',
  'actions',
  'unpricedCalls',
  'flags',
] as const satisfies readonly (keyof Task)[];

/** What the counters of money must come to: `cost` less `credited` is, by labels, the sum over all tasks as they are now. */
export class CostTotals {
  readonly #amounts: Amounts = new Map();

  add(task: TaskSums): void {
    amountsOf(task, this.#amounts);
  }

  differences(counters: readonly CounterDelta[]): Difference[] {
    const kept = new Map<string, bigint>();
    for (const delta of counters) {
      if (delta.counter !== 'cost' && delta.counter !== 'credited') continue;
      const key = labelText(delta);
      kept.set(key, (kept.get(key) ?? 0n) + (delta.counter === 'cost' ? delta.by : -delta.by));
    }
    const computed = new Map<string, bigint>();
    for (const { labels, amount } of this.#amounts.values()) computed.set(labelText(labels), amount);
    const keys = [...new Set([...kept.keys(), ...computed.keys()])].sort();
    return keys.flatMap((key) => compared(`cost of ${key}`, kept.get(key) ?? 0n, computed.get(key) ?? 0n));
  }
}

const labelText = ({ agentType, taskType, dimensions, component, provider, model }: CostLabels): string =>
  JSON.stringify([agentType, taskType, dimensions, component, provider, model]);

function compared(figure: string, kept: unknown, computed: unknown): Difference[] {
  const [left, right] = [shown(kept), shown(computed)];
  return left === right ? [] : [{ figure, kept: left, computed: right }];
}

const shown = (value: unknown): string => {
  if (value === undefined) return 'none';
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
};
