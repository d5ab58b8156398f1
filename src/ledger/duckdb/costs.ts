import type { DuckDBConnection } from '@duckdb/node-api';
import type { RepricedTrace } from '../../domain/repricing.ts';
import { ChargeRows } from '../sql/charge-rows.ts';
import { BigColumn, IntColumn, TextColumn } from '../sql/columns.ts';
import { partText } from '../sql/part-codec.ts';
import { fitting, rangeOf, timeFitting } from '../sql/range.ts';
import { ShareRows } from '../sql/share-rows.ts';
import { appendRows } from './append.ts';
import { TASKS_OF_CHOSEN_TRACES } from './closed-models.ts';
import type { Kinds } from './kinds.ts';
import { rowsOf } from './session.ts';
import type { Texts } from './texts.ts';

/** The tables in which the costs of traces stand: what a restatement of prices replaces. */
export const COST_TABLES = ['charges', 'parts', 'model_shares', 'reported_costs'] as const;

/**
 * Clears the costs of the traces in `chosen`, and adds the tasks that lose shares by it to `affected`. The bounds let
 * DuckDB skip the row groups that hold none of them.
 */
export async function clearCosts(
  connection: DuckDBConnection,
  seqs: readonly number[],
  affected: Set<number>,
): Promise<void> {
  for (const [task] of await rowsOf(connection, TASKS_OF_CHOSEN_TRACES)) affected.add(Number(task));
  for (const table of COST_TABLES)
    await connection.run(
      `DELETE FROM ${table} USING chosen WHERE ${table}.trace ${rangeOf(seqs)} AND ${table}.trace = chosen.seq`,
    );
}

/** Parts, charges and shares of traces, anew. */
export async function writeCosts(
  connection: DuckDBConnection,
  traces: readonly RepricedTrace[],
  by: {
    readonly texts: Texts;
    readonly kinds: Kinds;
    readonly traceNumber: (traceId: string) => number;
    readonly taskNumber: (taskId: string) => number;
  },
): Promise<void> {
  const { texts, kinds, traceNumber, taskNumber } = by;
  const parts = { trace: new BigColumn(), task: new BigColumn(), part: new TextColumn() };
  const charges = new ChargeRows(kinds);
  const shares = new ShareRows(texts);
  const reported = newReportedRows();
  for (const trace of traces) {
    const seq = traceNumber(trace.traceId);
    for (const part of trace.parts) {
      parts.trace.pushNumber(seq);
      parts.task.pushNumber(taskNumber(part.taskId));
      parts.part.push(partText(part));
    }
    for (const charge of trace.charges) {
      charges.add(charge, seq, taskNumber(charge.taskId));
      if (charge.beside === undefined) continue;
      reported.trace.pushNumber(seq);
      reported.span.pushHex(charge.spanId);
      reported.line.push(charge.line);
      reported.at.push(timeFitting(charge.at));
      reported.kind.push(kinds.idOf(charge));
      reported.reported.push(fitting(charge.beside.reported, 'a reported cost'));
      if (charge.beside.computed === null) reported.computed.pushNull();
      else reported.computed.push(fitting(charge.beside.computed, 'a computed cost'));
    }
    shares.add(trace, seq, taskNumber);
  }
  await appendRows(connection, 'parts', Object.values(parts));
  await appendRows(connection, 'charges', charges.columns());
  await appendRows(connection, 'model_shares', shares.columns());
  await appendRows(connection, 'reported_costs', Object.values(reported));
}

const newReportedRows = () => ({
  trace: new BigColumn(),
  span: new BigColumn(),
  line: new IntColumn(),
  at: new BigColumn(),
  kind: new IntColumn(),
  reported: new BigColumn(),
  computed: new BigColumn(),
});
