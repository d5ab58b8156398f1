import { COMPONENTS } from '../../domain/charge.ts';
import type { Task } from '../../domain/task.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { EMPTY_TEXT } from './dictionaries.ts';

/**
 * The tasks, by number, that may have rows in `closed_models` after a change: those that it closed, and of the `known` ones
 * that it touched those on whose state it has no word.
 */
export function maybeClosed(
  known: readonly number[],
  tasks: Iterable<Task>,
  taskNumber: (taskId: string) => number,
): number[] {
  const seqs = new Set(known);
  for (const { state, taskId } of tasks) {
    if (state === 'closed') seqs.add(taskNumber(taskId));
    else seqs.delete(taskNumber(taskId));
  }
  return [...seqs];
}

const SUMS = [...COMPONENTS, ...TOKEN_CLASSES];
const CALLS = ['model_calls', 'unpriced_calls'];

/** Capped at what a column holds, as the task's own cost is (fold says so on the task): settling must not stop for it. */
const cappedSum = (name: string): string => `least(sum(m.${name}), ${2n ** 63n - 1n}) AS ${name}`;

/**
 * Writes `closed_models` for the tasks that `chosen`, a table, holds as `seq`, from `tasks` and `model_shares` as they now
 * are: a row for each closed task and model with the task's own labels beside the sums, so that the question "by model"
 * is one scan without a join. A closed task without any share used the model ''. Open tasks have no row, so settling a
 * new one costs nothing here. `bounded` may say more of a column that holds one of the chosen.
 */
export const closedModelsInsertion = (chosen: string, bounded: (column: string) => string): string => `
  INSERT INTO closed_models
  SELECT t.seq, coalesce(s.model, ${EMPTY_TEXT}), t.agent_type, t.task_type, t.dimensions, t.tagged, t.outcome, t.closed_by,
    t.closed_at, ${SUMS.map((name) => `coalesce(s.${name}, 0)`).join(', ')}, t.actions,
    ${CALLS.map((name) => `coalesce(s.${name}, 0)`).join(', ')}
  FROM ${chosen} c JOIN tasks t ON t.seq = c.seq LEFT JOIN (
    SELECT m.task, m.model, ${[...SUMS, ...CALLS].map(cappedSum).join(', ')}
    FROM model_shares m JOIN ${chosen} k ON k.seq = m.task WHERE ${bounded('m.task')} GROUP BY m.task, m.model) s
  ON s.task = t.seq WHERE t.closed AND t.closed_at IS NOT NULL AND ${bounded('t.seq')}`;
