import type { DuckDBConnection } from '@duckdb/node-api';
import type { Charge } from '../../domain/charge.ts';
import type { UsdPico } from '../../domain/money.ts';
import { CHARGE_FIELDS, chargeOf } from './charge-rows.ts';
import type { Kinds } from './kinds.ts';
import { rowsOf } from './session.ts';

/** Charges of traces in no order, each with what was reported beside it. */
export async function readTraceCharges(
  connection: DuckDBConnection,
  /** On the tables `charges` as c and `traces` as t. */
  where: string,
  kinds: Kinds,
): Promise<readonly Charge[]> {
  const rows = await rowsOf(
    connection,
    `SELECT ${CHARGE_FIELDS}, r.reported, r.computed, t.trace, i.task_id FROM charges c
      JOIN traces t ON t.seq = c.trace JOIN task_ids i ON i.seq = c.task
      LEFT JOIN reported_costs r ON r.trace = c.trace AND r.span = c.span AND r.line = c.line
      WHERE ${where}`,
  );
  return rows.map((row) => {
    const [reported, computed, trace, taskId] = row.slice(-4);
    const charge = chargeOf(row, trace as string, taskId as string, kinds);
    if (reported === null) return charge;
    return { ...charge, beside: { reported: reported as UsdPico, computed: computed as UsdPico | null } };
  });
}
