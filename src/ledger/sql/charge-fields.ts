import type { Charge } from '../../domain/charge.ts';
import type { UsdPico } from '../../domain/money.ts';
import type { KindNumbers } from './dictionaries.ts';
import type { Cell, Row, Sql } from './sql.ts';

/** What `chargeOf` reads, of a table with the alias c. */
export const CHARGE_FIELDS = 'c.span, c.line, c.ts, c.kind, c.quantity, c.amount';

/** A row of CHARGE_FIELDS; `traceId` is empty for a charge of the task itself. */
export function chargeOf(row: Row, traceId: string, taskId: string, kinds: KindNumbers): Charge {
  const [span, line, at, kind, quantity, amount] = row;
  return {
    ...kinds.at(kind as number),
    traceId,
    spanId:
      traceId === ''
        ? ''
        : BigInt.asUintN(64, span as bigint)
            .toString(16)
            .padStart(16, '0'),
    line: line as number,
    taskId,
    at: at as bigint,
    quantity: quantity as Charge['quantity'],
    amount: amount as Charge['amount'],
  };
}

/** Charges of traces in no order, each with what was reported beside it. */
export async function readTraceCharges(
  sql: Sql,
  kinds: KindNumbers,
  which: {
    readonly join?: string;
    /** On the tables `charges` as c and `traces` as t. */
    readonly where: string;
    readonly values?: readonly Cell[];
  },
): Promise<readonly Charge[]> {
  const rows = await sql.rows(
    `SELECT ${CHARGE_FIELDS}, r.reported, r.computed, t.trace, i.task_id FROM charges c ${which.join ?? ''}
      JOIN traces t ON t.seq = c.trace JOIN task_ids i ON i.seq = c.task
      LEFT JOIN reported_costs r ON r.trace = c.trace AND r.span = c.span AND r.line = c.line
      WHERE ${which.where}`,
    which.values,
  );
  return rows.map((row) => {
    const [reported, computed, trace, taskId] = row.slice(-4);
    const charge = chargeOf(row, trace as string, taskId as string, kinds);
    if (reported === null) return charge;
    return { ...charge, beside: { reported: reported as UsdPico, computed: computed as UsdPico | null } };
  });
}
