import type { Fault } from '../domain/audit.ts';
import type { Charge } from '../domain/charge.ts';
import { SEEN_FIELDS, type TaskEvent } from '../domain/history.ts';
import type { AuditTask, AuditTrace } from '../domain/ledger-snapshot.ts';
import { amountOf } from '../domain/money.ts';
import { type Adjustment, adjustedLine } from '../domain/repricing.ts';
import { type Difference, partDifferences, taskDifferences } from '../fold/recount.ts';

/** Where a trace's charges are no charges, or its parts are not what its charges come to. */
export function traceFaults(trace: AuditTrace): Fault[] {
  const where = `trace ${trace.traceId}`;
  return [
    ...lineFaults(trace, where),
    ...partFaults(trace, where),
    ...(trace.rolledOff ? [] : chainFaults(trace, where)),
  ];
}

function lineFaults({ charges, parts }: AuditTrace, where: string): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  const tasks = new Set(parts.map(({ taskId }) => taskId));
  for (const charge of charges) {
    const { spanId, line, taskId, quantity, rate, amount, reason, component } = charge;
    const place = `${where}, span ${spanId}, line ${line}`;
    const complain = (figure: string, kept: unknown, computed: unknown) =>
      faults.push(faultOf('charge lines', place, { figure, kept: String(kept), computed: String(computed) }));
    if (seen.has(`${spanId} ${line}`)) complain('line', 'several times', 'once');
    seen.add(`${spanId} ${line}`);
    if (!tasks.has(taskId)) complain('task', JSON.stringify(taskId), 'one of the parts of the trace');
    if ((amount === null) !== (reason !== null))
      complain('amount', amount, reason === null ? 'an amount' : `none: ${reason}`);
    // What minutes of a human cost is rounded from the hourly rate, and not from the one that is shown.
    if (amount === null || rate === null || component === 'remediation') continue;
    const computed = amountOf(quantity, rate);
    if (computed !== amount) complain('amount', amount, computed);
  }
  return faults;
}

function partFaults({ traceId, parts, charges, rolledOff }: AuditTrace, where: string): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const part of parts) {
    const place = `${where}, task ${JSON.stringify(part.taskId)}`;
    const complain = (difference: Difference) => faults.push(faultOf('charges -> parts', place, difference));
    if (part.traceId !== traceId) complain({ figure: 'trace', kept: part.traceId, computed: traceId });
    if (seen.has(part.taskId)) complain({ figure: 'part', kept: 'several times', computed: 'once' });
    seen.add(part.taskId);
    if (!rolledOff) partDifferences(part, charges).forEach(complain);
  }
  return faults;
}

/**
 * Unwinds what re-pricings changed, the last one first: each must find the lines that it left. A trace that was settled
 * after one of them was priced anew as a whole, so its lines tell nothing of it.
 */
function chainFaults({ settledAt, charges, adjustments }: AuditTrace, where: string): Fault[] {
  if (adjustments.length === 0 || adjustments.some(({ adjustedAt }) => adjustedAt <= settledAt)) return [];
  const standing = new Map<string, number>();
  const add = (charge: Charge, by: number): number => {
    const count = (standing.get(lineText(charge)) ?? 0) + by;
    standing.set(lineText(charge), count);
    return count;
  };
  for (const charge of charges) add(charge, 1);
  const newestFirst = [...adjustments].sort((left, right) => right.repricing - left.repricing);
  const faults: Fault[] = [];
  for (const one of newestFirst) {
    const { spanId } = adjustedLine(one);
    if (one.after !== undefined && add(one.after, -1) < 0)
      faults.push(
        faultOf('adjustments', `${where}, span ${spanId}`, {
          figure: `line after re-pricing ${one.repricing}`,
          kept: lineText(one.after),
          computed: 'a line as it stands, or as the next re-pricing found it',
        }),
      );
    if (one.before !== undefined) add(one.before, 1);
  }
  return faults;
}

const lineText = (charge: Charge): string =>
  [charge.spanId, charge.component, charge.class, charge.quantity, charge.rate, charge.amount].join(' ');

/** What adjustments of one re-pricing add up to. */
export const adjustedBy = ({ before, after }: Adjustment): bigint =>
  (after?.amount ?? 0n) - (before?.amount ?? 0n);

/** Where a task is not what it is folded from, or is not as its history says. */
export function taskFaults(kept: AuditTask): Fault[] {
  const { taskId, task, parts, reports, charges, events } = kept;
  const where = `task ${JSON.stringify(taskId)}`;
  const told = (check: string) => (difference: Difference) => faultOf(check, where, difference);
  const byHistory = historyDifferences(kept, events).map(told('history -> tasks'));
  const isMade = parts.length + reports.length > 0;
  if (isMade !== (task !== undefined) || (task === undefined && charges.length > 0)) {
    const [is, should] = [task === undefined ? 'none' : 'one', isMade ? 'one' : 'none'];
    return [told(FOLD)({ figure: 'row', kept: is, computed: should }), ...byHistory];
  }
  return [...(task === undefined ? [] : taskDifferences({ ...kept, task }).map(told(FOLD))), ...byHistory];
}

const FOLD = 'parts, reports and own charges -> tasks';

/** The last word on each field must be what the field is. The cost of an open task grows without a word. */
function historyDifferences({ task }: Pick<AuditTask, 'task'>, events: readonly TaskEvent[]): Difference[] {
  const last = events.at(-1);
  if (last === undefined) return [];
  const isThere = last.after !== undefined;
  if (isThere !== (task !== undefined))
    return [{ figure: 'row', kept: task === undefined ? 'none' : 'one', computed: isThere ? 'one' : 'none' }];
  if (task === undefined) return [];
  const open = task.state === 'open';
  return SEEN_FIELDS.flatMap((field): Difference[] => {
    if (open && (field === 'cost' || field === 'unpricedCalls')) return [];
    const word = lastWord(events, field);
    if (word === undefined) return [];
    const [kept, computed] = [text(task[field]), text(word[field])];
    return kept === computed ? [] : [{ figure: field, kept, computed }];
  });
}

/** Since the task was last made. */
function lastWord(
  events: readonly TaskEvent[],
  field: keyof NonNullable<TaskEvent['after']>,
): TaskEvent['after'] {
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const { after } = events[at]!;
    if (after === undefined) return undefined;
    if (field in after) return after;
  }
  return undefined;
}

const text = (value: unknown): string =>
  value === undefined
    ? 'none'
    : JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? one.toString() : one));

export const faultOf = (check: string, where: string, difference: Difference): Fault => ({
  check,
  where,
  ...difference,
});
