import type { DuckDBConnection } from '@duckdb/node-api';
import type { SettleChange, TraceChange } from '../../domain/ledger.ts';
import { CallRows } from '../sql/call-rows.ts';
import { ChargeRows } from '../sql/charge-rows.ts';
import { BigColumn, BlobColumn, IntColumn, TextColumn, UuidColumn } from '../sql/columns.ts';
import { mentionedTasks } from '../sql/mentioned-tasks.ts';
import { reportText } from '../sql/part-codec.ts';
import { rangeOf } from '../sql/range.ts';

import { ShareRows } from '../sql/share-rows.ts';
import { TaskRows } from '../sql/task-rows.ts';
import { appendRows } from './append.ts';

import { type Bygone, carryBygone, findBygone } from './bygone.ts';
import type { ChargeMonths } from './charge-months.ts';

import { restateClosedModels } from './closed-models.ts';
import { clearCosts, writeCosts } from './costs.ts';
import { addCounters } from './counters.ts';
import { forget } from './forget.ts';
import { writeHistory } from './history.ts';

import type { Kinds } from './kinds.ts';
import { choose, findTasks, findTraces, type Numbers, taskHash } from './numbers.ts';
import type { SumChange } from './sum-change.ts';
import type { Texts } from './texts.ts';
import { writeRepricing } from './write-repricing.ts';

export interface Writer {
  readonly texts: Texts;
  readonly kinds: Kinds;
  readonly numbers: Numbers;
  readonly months: ChargeMonths;
  readonly sums: SumChange;
}

/**
 * Writes a change in the connection's transaction.
 *
 * 1. **Look up**: which traces and tasks are known, under which numbers.
 * 2. **Clear**: all that was kept of the known traces, and the rows of the known tasks.
 * 3. **Append**: everything anew, as columns.
 *
 * A trace or task that comes twice counts as it came last; a report as it came first.
 */
export async function writeChange(
  connection: DuckDBConnection,
  change: SettleChange,
  { texts, kinds, numbers, months, sums }: Writer,
): Promise<void> {
  months.begin();
  const traces = new Map(change.traces.map((trace) => [trace.traceId, trace]));
  const tasks = new Map(change.tasks.map((one) => [one.task.taskId, one]));
  const lastKnown = numbers.lastTask;
  const affected = new Set<number>();
  const { traceNumber, bygone } = await numberTraces(connection, traces, { numbers, months, affected, sums });
  const taskNumber = await numberTasks(connection, change, { numbers, affected });

  const by = { texts, kinds, months, sums, traceNumber, taskNumber };
  await writeTraces(connection, [...traces.values()], by);
  await carryBygone(connection, bygone);
  await writeTasks(connection, [...tasks.values()], change.removed.map(taskNumber), {
    texts,
    kinds,
    sums,
    taskNumber,
  });
  await writeReports(connection, change, { numbers, taskNumber });
  await writeRepricing(connection, change, { texts, kinds, months, sums, taskNumber, affected });
  await restateClosedModels(connection, { affected, lastKnown, tasks, taskNumber, sums });
  await sums.end({ tasks: numbers.lastTask, traces: numbers.lastTrace });
  await writeHistory(connection, change.history ?? [], { numbers, taskNumber });
  await addCounters(connection, change.counters);
  await texts.save(connection);
  await kinds.save(connection);
  if (change.position !== undefined)
    await connection.run("UPDATE meta SET value = $1 WHERE name = 'position'", [change.position]);
  if (change.forgetBefore !== undefined) await forget(connection, Math.floor(change.forgetBefore), kinds);
}

type NumberOf = (id: string) => number;

/** Numbers of the change's traces; clears all that was kept of those that are known. */
async function numberTraces(
  connection: DuckDBConnection,
  traces: ReadonlyMap<string, TraceChange>,
  { numbers, ...by }: Pick<Writer, 'numbers' | 'months' | 'sums'> & { affected: Set<number> },
): Promise<{ readonly traceNumber: NumberOf; readonly bygone: Bygone }> {
  let allFresh = true;
  let earliest = Number.POSITIVE_INFINITY;
  for (const { fresh, settledAt } of traces.values()) {
    allFresh &&= fresh;
    if (settledAt < earliest) earliest = settledAt;
  }
  // A fresh trace can be here only if this very change was applied before: not among those settled earlier.
  const seqs = await findTraces(connection, [...traces.keys()], allFresh ? earliest : undefined);
  const known = [...seqs.values()];
  const bygone = await findBygone(connection, known, by.months);
  if (seqs.size > 0) await clearTraces(connection, known, by);
  for (const traceId of traces.keys()) if (!seqs.has(traceId)) seqs.set(traceId, numbers.nextTrace());
  return { traceNumber: (traceId) => seqs.get(traceId)!, bygone };
}

/** Clears what was kept of them; adds the tasks that lose shares by it to `affected`. */
async function clearTraces(
  connection: DuckDBConnection,
  seqs: readonly number[],
  by: Pick<Writer, 'months' | 'sums'> & { affected: Set<number> },
): Promise<void> {
  await choose(connection, seqs);
  await clearCosts(connection, seqs, by);
  const bounds = rangeOf(seqs);
  for (const table of ['suppressed', 'skeletons', 'calls', 'verdicts'])
    await connection.run(
      `DELETE FROM ${table} USING chosen WHERE ${table}.trace ${bounds} AND ${table}.trace = chosen.seq`,
    );
  await connection.run(
    `DELETE FROM traces USING chosen WHERE traces.seq ${bounds} AND traces.seq = chosen.seq`,
  );
}

/** Numbers of every task that the change mentions, which are added to `affected`; new ones are written. */
async function numberTasks(
  connection: DuckDBConnection,
  change: SettleChange,
  { numbers, affected }: { numbers: Numbers; affected: Set<number> },
): Promise<NumberOf> {
  const mentioned = mentionedTasks(change);
  const seqs = await findTasks(connection, mentioned);
  const newSeqs = new BigColumn();
  const newIds = new TextColumn();
  const newHashes = new BigColumn();
  for (const taskId of mentioned) {
    if (seqs.has(taskId)) continue;
    const seq = numbers.nextTask();
    seqs.set(taskId, seq);
    newSeqs.pushNumber(seq);
    newIds.push(taskId);
    newHashes.pushNumber(taskHash(taskId));
  }
  for (const seq of seqs.values()) affected.add(seq);
  await appendRows(connection, 'task_ids', [newSeqs, newIds, newHashes]);
  return (taskId) => seqs.get(taskId)!;
}

async function writeTraces(
  connection: DuckDBConnection,
  traces: readonly TraceChange[],
  by: Omit<Writer, 'numbers'> & { traceNumber: NumberOf; taskNumber: NumberOf },
): Promise<void> {
  const { texts, months, traceNumber } = by;
  const ids = { seq: new BigColumn(), trace: new UuidColumn(), settledMs: new BigColumn() };
  const skeletons = { trace: new BigColumn(), settledMs: new BigColumn(), skeleton: new BlobColumn() };
  const suppressed = { trace: new BigColumn(), rule: new IntColumn() };
  const verdicts = { trace: new BigColumn(), verdict: new TextColumn() };
  const calls = new CallRows();
  for (const trace of traces) {
    const seq = traceNumber(trace.traceId);
    ids.seq.pushNumber(seq);
    ids.trace.push(trace.traceId);
    const settledMs = months.settledMs(trace.settledAt);
    ids.settledMs.pushNumber(settledMs);
    skeletons.trace.pushNumber(seq);
    skeletons.settledMs.pushNumber(settledMs);
    skeletons.skeleton.push(trace.skeleton);
    for (const part of trace.parts) {
      for (const { rule } of part.claim.suppressed) {
        suppressed.trace.pushNumber(seq);
        suppressed.rule.push(texts.idOf(rule));
      }
    }
    for (const key of trace.calls) calls.add(key, seq);
    if (trace.verdict.length === 0) continue;
    verdicts.trace.pushNumber(seq);
    verdicts.verdict.push(JSON.stringify(trace.verdict));
  }
  await appendRows(connection, 'traces', Object.values(ids));
  await appendRows(connection, 'skeletons', Object.values(skeletons));
  await appendRows(connection, 'suppressed', Object.values(suppressed));
  await appendRows(connection, 'calls', calls.columns());
  await appendRows(connection, 'verdicts', Object.values(verdicts));
  const settledMs = new Map(traces.map((trace) => [trace.traceId, months.settledMs(trace.settledAt)]));
  await writeCosts(connection, traces, { ...by, settledMs });
}

async function writeTasks(
  connection: DuckDBConnection,
  tasks: SettleChange['tasks'],
  removed: readonly number[],
  { texts, kinds, sums, taskNumber }: Omit<Writer, 'numbers' | 'months'> & { taskNumber: NumberOf },
): Promise<void> {
  const seqs = [...new Set([...tasks.map(({ task }) => taskNumber(task.taskId)), ...removed])];
  if (seqs.length === 0) return;
  await choose(connection, seqs);
  const bounds = rangeOf(seqs);
  await sums.tasks('-', seqs, { byModel: false });
  await connection.run(`DELETE FROM tasks USING chosen WHERE tasks.seq ${bounds} AND tasks.seq = chosen.seq`);
  await connection.run(
    `DELETE FROM own_charges USING chosen WHERE own_charges.task ${bounds} AND own_charges.task = chosen.seq`,
  );
  await connection.run(
    `DELETE FROM model_shares USING chosen
      WHERE trace = 0 AND model_shares.task ${bounds} AND model_shares.task = chosen.seq`,
  );
  const rows = new TaskRows(texts);
  const charges = new ChargeRows(kinds);
  const shares = new ShareRows(texts);
  for (const { task, charges: own } of tasks) {
    const seq = taskNumber(task.taskId);
    rows.add(task, seq);
    for (const charge of own) charges.add(charge, 0, seq);
    shares.add({ charges: own, parts: [] }, 0, taskNumber);
  }
  await appendRows(connection, 'tasks', rows.columns());
  await sums.tasks('', seqs, { byModel: false });
  await appendRows(connection, 'own_charges', charges.ownColumns());
  await appendRows(connection, 'model_shares', shares.columns());
}

async function writeReports(
  connection: DuckDBConnection,
  { reports }: SettleChange,
  { numbers, taskNumber }: { numbers: Numbers; taskNumber: NumberOf },
): Promise<void> {
  if (reports.length === 0) return;
  const rows = {
    task: new BigColumn(),
    seq: new BigColumn(),
    key: new TextColumn(),
    report: new TextColumn(),
  };
  const seen = new Set<string>();
  for (const report of reports) {
    const task = taskNumber(report.taskId);
    if (seen.has(`${task} ${report.key}`)) continue;
    seen.add(`${task} ${report.key}`);
    rows.task.pushNumber(task);
    rows.seq.pushNumber(numbers.nextReport());
    rows.key.push(report.key);
    rows.report.push(reportText(report));
  }
  await connection.run('TRUNCATE new_reports');
  await appendRows(connection, 'new_reports', Object.values(rows));
  await connection.run(
    `INSERT INTO reports SELECT n.* FROM new_reports n
      WHERE NOT EXISTS (SELECT 1 FROM reports r WHERE r.task = n.task AND r.key = n.key)`,
  );
}
