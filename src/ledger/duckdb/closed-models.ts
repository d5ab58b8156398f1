import type { DuckDBConnection } from '@duckdb/node-api';
import { COMPONENTS } from '../../domain/charge.ts';
import type { Task } from '../../domain/task.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { EMPTY_TEXT } from '../sql/dictionaries.ts';
import { rangeOf } from '../sql/range.ts';
import { choose } from './numbers.ts';

/** A change's tasks, by number. */
export interface Restated {
  /** All whose row or shares the change touched, also by taking shares away. */
  readonly affected: ReadonlySet<number>;
  /** Numbers after this one were given in this very change: nothing is kept of them. */
  readonly lastKnown: number;
  readonly tasks: ReadonlyMap<string, { readonly task: Task }>;
  readonly taskNumber: (taskId: string) => number;
}

/**
 * Writes `closed_models` anew for these tasks, from `tasks` and `model_shares` as they now are: a row for each closed
 * task and model with the task's own labels beside the sums, so that the question "by model" is one scan without a
 * join. A closed task without any share used the model ''. Open tasks have no row, so settling a new one costs nothing
 * here.
 */
export async function restateClosedModels(connection: DuckDBConnection, restated: Restated): Promise<void> {
  const { affected, lastKnown } = restated;
  const known = [...affected].filter((seq) => seq <= lastKnown);
  if (known.length > 0) {
    await choose(connection, known);
    await connection.run(
      `DELETE FROM closed_models USING chosen
        WHERE closed_models.task ${rangeOf(known)} AND closed_models.task = chosen.seq`,
    );
  }
  const closed = maybeClosed(restated, known);
  if (closed.length === 0) return;
  await choose(connection, closed);
  await connection.run(insertion(rangeOf(closed)));
}

/** The tasks that the change closed, and those that it touched without a word on their state. */
function maybeClosed({ tasks, taskNumber }: Restated, known: readonly number[]): number[] {
  const seqs = new Set(known);
  for (const { task } of tasks.values()) {
    if (task.state === 'closed') seqs.add(taskNumber(task.taskId));
    else seqs.delete(taskNumber(task.taskId));
  }
  return [...seqs];
}

/** The tasks that have shares from the chosen traces, before these are cleared. */
export const TASKS_OF_CHOSEN_TRACES =
  'SELECT DISTINCT s.task FROM model_shares s JOIN chosen c ON c.seq = s.trace';

const SUMS = [...COMPONENTS, ...TOKEN_CLASSES];
const CALLS = ['model_calls', 'unpriced_calls'];

/** Capped at what a column holds, as the task's own cost is (fold says so on the task): settling must not stop for it. */
const cappedSum = (name: string): string => `least(sum(m.${name}), ${2n ** 63n - 1n}) AS ${name}`;

const insertion = (range: string): string => `
  INSERT INTO closed_models
  SELECT t.seq, coalesce(s.model, ${EMPTY_TEXT}), t.agent_type, t.task_type, t.dimensions, t.tagged, t.outcome, t.closed_by,
    t.closed_at, ${SUMS.map((name) => `coalesce(s.${name}, 0)`).join(', ')}, t.actions,
    ${CALLS.map((name) => `coalesce(s.${name}, 0)`).join(', ')}
  FROM chosen c JOIN tasks t ON t.seq = c.seq LEFT JOIN (
    SELECT m.task, m.model, ${[...SUMS, ...CALLS].map(cappedSum).join(', ')}
    FROM model_shares m JOIN chosen k ON k.seq = m.task WHERE m.task ${range} GROUP BY m.task, m.model) s
  ON s.task = t.seq WHERE t.closed AND t.closed_at IS NOT NULL AND t.seq ${range}`;
