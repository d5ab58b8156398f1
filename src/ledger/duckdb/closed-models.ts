import type { DuckDBConnection } from '@duckdb/node-api';
import type { Task } from '../../domain/task.ts';
import { closedModelsInsertion, maybeClosed } from '../sql/closed-models.ts';
import { rangeOf } from '../sql/range.ts';
import { choose } from './numbers.ts';
import type { SumChange } from './sum-change.ts';

/** A change's tasks, by number. */
export interface Restated {
  /** All whose row or shares the change touched, also by taking shares away. */
  readonly affected: ReadonlySet<number>;
  /** Numbers after this one were given in this very change: nothing is kept of them. */
  readonly lastKnown: number;
  readonly tasks: ReadonlyMap<string, { readonly task: Task }>;
  readonly taskNumber: (taskId: string) => number;
  readonly sums: SumChange;
}

/** Writes `closed_models` anew for these tasks; see `closedModelsInsertion`. */
export async function restateClosedModels(connection: DuckDBConnection, restated: Restated): Promise<void> {
  const { affected, lastKnown, tasks, taskNumber, sums } = restated;
  const known = [...affected].filter((seq) => seq <= lastKnown);
  if (known.length > 0) {
    await choose(connection, known);
    await sums.tasks('-', known, { byModel: true });
    await connection.run(
      `DELETE FROM closed_models USING chosen
        WHERE closed_models.task ${rangeOf(known)} AND closed_models.task = chosen.seq`,
    );
  }
  const closed = maybeClosed(
    known,
    [...tasks.values()].map(({ task }) => task),
    taskNumber,
  );
  if (closed.length === 0) return;
  await choose(connection, closed);
  // The bounds let DuckDB skip the row groups that hold none of them.
  await connection.run(closedModelsInsertion('chosen', (column) => `${column} ${rangeOf(closed)}`));
  await sums.tasks('', closed, { byModel: true });
}

/** The tasks that have shares from the chosen traces, before these are cleared. */
export const TASKS_OF_CHOSEN_TRACES =
  'SELECT DISTINCT s.task FROM model_shares s JOIN chosen c ON c.seq = s.trace';
