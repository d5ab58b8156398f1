import type { DuckDBConnection } from '@duckdb/node-api';
import type { SettleChange } from '../../domain/ledger.ts';
import { type Adjustment, adjustedLine } from '../../domain/repricing.ts';
import { assert } from '../../lib/assert.ts';
import { AdjustmentRows } from '../sql/adjustment-rows.ts';
import { BigColumn, TextColumn } from '../sql/columns.ts';
import { rangeOf } from '../sql/range.ts';
import { repricingText } from '../sql/repricing-codec.ts';
import { appendRows } from './append.ts';
import type { ChargeMonths } from './charge-months.ts';

import { clearCosts, writeCosts } from './costs.ts';
import type { Kinds } from './kinds.ts';
import { choose, findTraces } from './numbers.ts';
import { rowsOf } from './session.ts';
import type { SumChange } from './sum-change.ts';
import type { Texts } from './texts.ts';

/** What a restatement of prices changes: costs of known traces, the lines that say so, and how far it came. */
export async function writeRepricing(
  connection: DuckDBConnection,
  { repriced = [], adjustments = [], repricing }: SettleChange,
  by: {
    readonly texts: Texts;
    readonly kinds: Kinds;
    readonly months: ChargeMonths;
    readonly sums: SumChange;
    readonly taskNumber: (taskId: string) => number;
    /** Takes the numbers of the tasks that lose costs by it. */
    readonly affected: Set<number>;
  },
): Promise<void> {
  if (repriced.length > 0) {
    const seqs = await findTraces(connection, [...new Set(repriced.map(({ traceId }) => traceId))]);
    const traceNumber = (traceId: string): number => {
      const seq = seqs.get(traceId);
      assert(seq !== undefined, 'what is priced anew was settled before');
      return seq;
    };
    await choose(connection, seqs.values());
    const settledMs = await settledMsOf(connection, seqs);
    await clearCosts(connection, [...seqs.values()], by);
    await writeCosts(connection, repriced, { ...by, settledMs, traceNumber });
  }
  if (adjustments.length > 0) await writeAdjustments(connection, adjustments, by);
  if (repricing !== undefined) {
    await connection.run(`DELETE FROM repricings WHERE id = ${repricing.id}`);
    const rows = { id: new BigColumn(), state: new TextColumn() };
    rows.id.pushNumber(repricing.id);
    rows.state.push(repricingText(repricing));
    await appendRows(connection, 'repricings', Object.values(rows));
  }
}

/** When each of these traces was settled last, by its id; they are those in `chosen`. */
async function settledMsOf(
  connection: DuckDBConnection,
  seqs: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const rows = await rowsOf(
    connection,
    `SELECT t.seq, t.settled_ms FROM traces t JOIN chosen c ON c.seq = t.seq WHERE t.seq ${rangeOf([...seqs.values()])}`,
  );
  const bySeq = new Map(rows.map(([seq, ms]) => [Number(seq), Number(ms)]));
  return new Map([...seqs].map(([traceId, seq]) => [traceId, bySeq.get(seq)!]));
}

async function writeAdjustments(
  connection: DuckDBConnection,
  adjustments: readonly Adjustment[],
  { texts, kinds, taskNumber }: Parameters<typeof writeRepricing>[2],
): Promise<void> {
  const ids = [...new Set(adjustments.map((one) => adjustedLine(one).traceId))];
  const seqs = await findTraces(connection, ids);
  for (const id of new Set(adjustments.map(({ repricing }) => repricing))) {
    const own = adjustments.filter(({ repricing }) => repricing === id);
    await choose(connection, new Set(own.map((one) => seqs.get(adjustedLine(one).traceId)!)));
    await connection.run(
      `DELETE FROM adjustments USING chosen WHERE repricing = ${id} AND adjustments.trace = chosen.seq`,
    );
  }
  const rows = new AdjustmentRows({ texts, kinds });
  for (const one of adjustments) {
    const line = adjustedLine(one);
    const seq = seqs.get(line.traceId);
    assert(seq !== undefined, 'what is priced anew was settled before');
    rows.add(one, seq, taskNumber(line.taskId));
  }
  await appendRows(connection, 'adjustments', rows.columns());
}
