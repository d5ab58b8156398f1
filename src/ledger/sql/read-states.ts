import type { Charge } from '../../domain/charge.ts';
import type { TaskState, TraceState } from '../../domain/ledger.ts';
import type { OutcomeReport, Task, TaskPart } from '../../domain/task.ts';
import type { Verdict } from '../../domain/twins.ts';
import { CHARGE_FIELDS, chargeOf } from './charge-fields.ts';
import type { Chosen } from './dialect.ts';
import type { Dictionaries, KindNumbers } from './dictionaries.ts';
import { partOf, reportOf } from './part-codec.ts';
import { ROLLED_OFF, rolledOffOf } from './read-rolled-off.ts';
import type { Sql } from './sql.ts';
import { TASK_FIELDS, taskOf } from './task-fields.ts';

/** What is kept of these traces, given by their numbers. One whose skeleton was let go has an empty one. */
export async function readTraces(
  sql: Sql,
  seqs: ReadonlyMap<string, number>,
): Promise<Map<string, TraceState>> {
  if (seqs.size === 0) return new Map();
  const chosen = await sql.dialect.choose([...seqs.values()]);
  const skeletons = await skeletonsOf(sql, chosen);
  const parts = await partsBy(sql, 'trace', chosen);
  const verdicts = await verdictsOf(sql, chosen);
  const gone = await rolledOffOf(sql, chosen);
  return new Map(
    [...seqs].map(([traceId, seq]) => [
      traceId,
      {
        skeleton: skeletons.get(seq) ?? new Uint8Array(0),
        parts: parts.get(seq) ?? [],
        verdict: verdicts.get(seq) ?? [],
        ...(gone.has(seq) && ROLLED_OFF),
      },
    ]),
  );
}

/** By trace number; those that were let go are absent. */
export async function skeletonsOf(sql: Sql, chosen: Chosen): Promise<ReadonlyMap<number, Uint8Array>> {
  const rows = await sql.rows(
    `SELECT s.trace, s.skeleton FROM skeletons s ${chosen.join('s.trace')}`,
    chosen.values,
  );
  return new Map(rows.map(([trace, blob]) => [Number(trace), blob as Uint8Array]));
}

/** By trace number; what other traces change nothing about is absent. */
export async function verdictsOf(sql: Sql, chosen: Chosen): Promise<ReadonlyMap<number, Verdict>> {
  const rows = await sql.rows(
    `SELECT v.trace, v.verdict FROM verdicts v ${chosen.join('v.trace')}`,
    chosen.values,
  );
  return new Map(rows.map(([trace, verdict]) => [Number(trace), JSON.parse(verdict as string) as Verdict]));
}

/** Parts of the chosen traces or tasks, by their number, in the order in which they were written. */
export async function partsBy(
  sql: Sql,
  owner: 'trace' | 'task',
  chosen: Chosen,
): Promise<ReadonlyMap<number, readonly TaskPart[]>> {
  const parts = new Map<number, TaskPart[]>();
  for (const [seq, part] of await sql.rows(
    `SELECT p.${owner}, p.part FROM parts p ${chosen.join(`p.${owner}`)} ORDER BY ${sql.dialect.written('p')}`,
    chosen.values,
  ))
    listAt(parts, Number(seq)).push(partOf(part as string));
  return parts;
}

/**
 * What is kept of these tasks, given by their numbers; one of which there is neither row, part nor report is absent.
 */
export async function readTaskStates(
  sql: Sql,
  seqs: ReadonlyMap<string, number>,
  { texts, kinds }: Dictionaries,
): Promise<Map<string, TaskState>> {
  if (seqs.size === 0) return new Map();
  const chosen = await sql.dialect.choose([...seqs.values()]);
  const ids = new Map([...seqs].map(([taskId, seq]) => [seq, taskId]));
  const tasks = new Map<number, Task>();
  for (const row of await sql.rows(
    `SELECT ${TASK_FIELDS}, t.seq FROM tasks t ${chosen.join('t.seq')}`,
    chosen.values,
  ))
    tasks.set(Number(row.at(-1)), taskOf(row, texts));
  const parts = await partsBy(sql, 'task', chosen);
  const reports = new Map<number, OutcomeReport[]>();
  for (const [task, report] of await sql.rows(
    `SELECT r.task, r.report FROM reports r ${chosen.join('r.task')} ORDER BY r.seq`,
    chosen.values,
  ))
    listAt(reports, Number(task)).push(reportOf(report as string));
  const charges = await ownCharges(sql, chosen, ids, kinds);
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
  sql: Sql,
  chosen: Chosen,
  ids: ReadonlyMap<number, string>,
  kinds: KindNumbers,
): Promise<ReadonlyMap<number, readonly Charge[]>> {
  const charges = new Map<number, Charge[]>();
  const rows = await sql.rows(
    `SELECT ${CHARGE_FIELDS}, c.task FROM own_charges c ${chosen.join('c.task')} ORDER BY ${sql.dialect.written('c')}`,
    chosen.values,
  );
  for (const row of rows) {
    const task = Number(row.at(-1));
    listAt(charges, task).push(chargeOf(row.slice(0, -1), '', ids.get(task)!, kinds));
  }
  return charges;
}

function listAt<T>(lists: Map<number, T[]>, key: number): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
