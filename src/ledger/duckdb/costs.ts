import type { DuckDBConnection } from '@duckdb/node-api';
import { monthOf } from '../../domain/month.ts';
import type { RepricedTrace } from '../../domain/repricing.ts';
import { BigColumn, TextColumn } from '../sql/columns.ts';
import { partText } from '../sql/part-codec.ts';

import { rangeOf } from '../sql/range.ts';
import { ShareRows } from '../sql/share-rows.ts';
import { appendRows } from './append.ts';

import { type ChargeMonths, LINE_TABLES, tableOf } from './charge-months.ts';
import { TASKS_OF_CHOSEN_TRACES } from './closed-models.ts';

import type { Kinds } from './kinds.ts';
import { LineRows } from './line-rows.ts';
import { rowsOf } from './session.ts';
import type { SumChange } from './sum-change.ts';
import type { Texts } from './texts.ts';

/** The tables in which the costs of traces stand beside their lines. */
export const COST_TABLES = ['parts', 'model_shares'] as const;

/**
 * Clears the costs of the traces in `chosen`, and adds the tasks that lose shares by it to `affected`. The bounds let
 * DuckDB skip the row groups that hold none of them.
 */
export async function clearCosts(
  connection: DuckDBConnection,
  seqs: readonly number[],
  {
    months,
    sums,
    affected,
  }: { readonly months: ChargeMonths; readonly sums: SumChange; readonly affected: Set<number> },
): Promise<void> {
  for (const [task] of await rowsOf(connection, TASKS_OF_CHOSEN_TRACES)) affected.add(Number(task));
  await sums.lines(-1, seqs);
  const range = rangeOf(seqs);
  const days = await rowsOf(
    connection,
    `SELECT DISTINCT t.settled_ms // ${DAY_MS} FROM traces t JOIN chosen c ON c.seq = t.seq WHERE t.seq ${range}`,
  );
  const lines = months
    .of(days.map(([day]) => Number(day) * DAY_MS))
    .flatMap((month) => LINE_TABLES.map((table) => tableOf(table, month)));
  for (const table of [...lines, ...COST_TABLES])
    await connection.run(
      `DELETE FROM ${table} USING chosen WHERE ${table}.trace ${range} AND ${table}.trace = chosen.seq`,
    );
}

const DAY_MS = 86_400_000;

/** Parts, lines and shares of traces, anew. The lines go to the months in which the traces were settled. */
export async function writeCosts(
  connection: DuckDBConnection,
  traces: readonly RepricedTrace[],
  by: {
    readonly texts: Texts;
    readonly kinds: Kinds;
    readonly months: ChargeMonths;
    readonly sums: SumChange;
    readonly settledMs: ReadonlyMap<string, number>;
    readonly traceNumber: (traceId: string) => number;
    readonly taskNumber: (taskId: string) => number;
  },
): Promise<void> {
  const { texts, kinds, months, sums, settledMs, traceNumber, taskNumber } = by;
  const parts = { trace: new BigColumn(), task: new BigColumn(), part: new TextColumn() };
  const shares = new ShareRows(texts);
  const byMonth = new Map<number, LineRows>();
  for (const trace of traces) {
    const seq = traceNumber(trace.traceId);
    for (const part of trace.parts) {
      parts.trace.pushNumber(seq);
      parts.task.pushNumber(taskNumber(part.taskId));
      parts.part.push(partText(part));
    }
    const month = monthOf(settledMs.get(trace.traceId)!);
    const lines = byMonth.get(month) ?? new LineRows(kinds);
    byMonth.set(month, lines);
    for (const charge of trace.charges) lines.add(charge, seq, taskNumber(charge.taskId));
    shares.add(trace, seq, taskNumber);
  }
  await appendRows(connection, 'parts', Object.values(parts));
  await appendRows(connection, 'model_shares', shares.columns());
  await months.make(connection, byMonth.keys());
  for (const [month, lines] of byMonth) await lines.append(connection, month);
  await sums.written(traces.map(({ traceId }) => traceNumber(traceId)));
}
