import type { DuckDBConnection } from '@duckdb/node-api';
import type { Charge } from '../../domain/charge.ts';
import type { TaskState, TraceState } from '../../domain/ledger.ts';
import type { OutcomeReport, Task, TaskPart } from '../../domain/task.ts';
import type { CallKey, Verdict } from '../../domain/twins.ts';
import { findKin } from './call-rows.ts';
import { CHARGE_FIELDS, chargeOf } from './charge-rows.ts';
import type { Kinds } from './kinds.ts';
import { choose, findTasks, findTraces } from './numbers.ts';
import { partOf, reportOf } from './part-codec.ts';
import { rowsOf } from './session.ts';
import { TASK_FIELDS, taskOf } from './task-rows.ts';
import type { Texts } from './texts.ts';

/** What is kept of these traces. One whose skeleton was let go has an empty one. */
export async function readTraces(
  connection: DuckDBConnection,
  traceIds: readonly string[],
): Promise<Map<string, TraceState>> {
  const seqs = await findTraces(connection, [...new Set(traceIds)]);
  if (seqs.size === 0) return new Map();
  await choose(connection, seqs.values());
  const skeletons = await skeletonsOfChosen(connection);
  const parts = await partsBy(connection, 'trace');
  const verdicts = await verdictsOfChosen(connection);
  return new Map(
    [...seqs].map(([traceId, seq]) => [
      traceId,
      {
        skeleton: skeletons.get(seq) ?? new Uint8Array(0),
        parts: parts.get(seq) ?? [],
        verdict: verdicts.get(seq) ?? [],
      },
    ]),
  );
}

/** By trace number; those that were let go are absent. */
export async function skeletonsOfChosen(
  connection: DuckDBConnection,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const sql = 'SELECT s.trace, s.skeleton FROM skeletons s JOIN chosen c ON c.seq = s.trace';
  return new Map((await rowsOf(connection, sql)).map(([trace, blob]) => [Number(trace), blob as Uint8Array]));
}

/** By trace number; what other traces change nothing about is absent. */
export async function verdictsOfChosen(connection: DuckDBConnection): Promise<ReadonlyMap<number, Verdict>> {
  const sql = 'SELECT v.trace, v.verdict FROM verdicts v JOIN chosen c ON c.seq = v.trace';
  const rows = await rowsOf(connection, sql);
  return new Map(rows.map(([trace, verdict]) => [Number(trace), JSON.parse(verdict as string) as Verdict]));
}

/** Ids of the traces that keep a call which may be one with any of these. */
export async function readKin(
  connection: DuckDBConnection,
  keys: readonly CallKey[],
): Promise<readonly string[]> {
  return (await findKin(connection, keys)).map(([trace]) => trace as string);
}

/** What is kept of these tasks; one of which there is neither row, part nor report is absent. */
export async function readTaskStates(
  connection: DuckDBConnection,
  taskIds: readonly string[],
  { texts, kinds }: { readonly texts: Texts; readonly kinds: Kinds },
): Promise<Map<string, TaskState>> {
  const seqs = await findTasks(connection, [...new Set(taskIds)]);
  if (seqs.size === 0) return new Map();
  await choose(connection, seqs.values());
  const ids = new Map([...seqs].map(([taskId, seq]) => [seq, taskId]));
  const tasks = new Map<number, Task>();
  for (const row of await rowsOf(
    connection,
    `SELECT ${TASK_FIELDS}, t.seq FROM tasks t JOIN chosen c ON c.seq = t.seq`,
  ))
    tasks.set(Number(row.at(-1)), taskOf(row, texts));
  const parts = await partsBy(connection, 'task');
  const reports = new Map<number, OutcomeReport[]>();
  for (const [task, report] of await rowsOf(
    connection,
    'SELECT r.task, r.report FROM reports r JOIN chosen c ON c.seq = r.task ORDER BY r.seq',
  ))
    listAt(reports, Number(task)).push(reportOf(report as string));
  const charges = await ownCharges(connection, ids, kinds);
  const states = new Map<string, TaskState>();
  for (const [taskId, seq] of seqs) {
    const state = {
      task: tasks.get(seq),
      parts: [...(parts.get(seq) ?? [])].sort((left, right) => (left.traceId < right.traceId ? -1 : 1)),
      reports: reports.get(seq) ?? [],
      charges: charges.get(seq) ?? [],
    };
    if (state.task !== undefined || state.parts.length > 0 || state.reports.length > 0)
      states.set(taskId, state);
  }
  return states;
}

async function ownCharges(
  connection: DuckDBConnection,
  ids: ReadonlyMap<number, string>,
  kinds: Kinds,
): Promise<ReadonlyMap<number, readonly Charge[]>> {
  const charges = new Map<number, Charge[]>();
  const rows = await rowsOf(
    connection,
    `SELECT ${CHARGE_FIELDS}, c.task FROM own_charges c JOIN chosen k ON k.seq = c.task ORDER BY c.rowid`,
  );
  for (const row of rows) {
    const task = Number(row.at(-1));
    listAt(charges, task).push(chargeOf(row.slice(0, -1), '', ids.get(task)!, kinds));
  }
  return charges;
}

/** Parts of the chosen traces or tasks, by their number, in the order in which they were written. */
export async function partsBy(
  connection: DuckDBConnection,
  owner: 'trace' | 'task',
): Promise<ReadonlyMap<number, readonly TaskPart[]>> {
  const parts = new Map<number, TaskPart[]>();
  for (const [seq, part] of await rowsOf(
    connection,
    `SELECT p.${owner}, p.part FROM parts p JOIN chosen c ON c.seq = p.${owner} ORDER BY p.rowid`,
  ))
    listAt(parts, Number(seq)).push(partOf(part as string));
  return parts;
}

function listAt<T>(lists: Map<number, T[]>, key: number): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
