import type { SettleChange } from '../../domain/ledger.ts';
import { adjustedLine } from '../../domain/repricing.ts';

/** Ids of every task that the change speaks of, each once. */
export function mentionedTasks(change: SettleChange): string[] {
  const mentioned = new Set<string>(change.removed);
  for (const { task } of change.tasks) mentioned.add(task.taskId);
  for (const report of change.reports) mentioned.add(report.taskId);
  for (const trace of [...change.traces, ...(change.repriced ?? [])]) {
    for (const part of trace.parts) mentioned.add(part.taskId);
    for (const charge of trace.charges) mentioned.add(charge.taskId);
  }
  for (const { taskId } of change.history ?? []) mentioned.add(taskId);
  for (const one of change.adjustments ?? []) mentioned.add(adjustedLine(one).taskId);
  return [...mentioned];
}
