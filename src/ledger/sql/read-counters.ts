import type { CounterDelta, CounterLabels, CounterTotal } from '../../domain/ledger.ts';
import { labelsOf } from './counter-labels.ts';
import type { Sql } from './sql.ts';

export type ReadTotals = (sql: Sql) => Promise<readonly CounterTotal[]>;

/**
 * Reads the running totals. A number stands for the same labels for ever and labels are long texts, so those of a number are read, and
 * taken apart, once.
 */
export function totalsReader(): ReadTotals {
  const known = new Map<number, CounterLabels>();
  return async (sql) => {
    const rows = await sql.rows('SELECT id, value FROM counters ORDER BY id');
    const unknown = rows.reduce(
      (least, [id]) => (known.has(id as number) ? least : Math.min(least, id as number)),
      Number.POSITIVE_INFINITY,
    );
    if (Number.isFinite(unknown))
      for (const [id, text] of await sql.rows(`SELECT id, labels FROM counters WHERE id >= ${unknown}`))
        if (!known.has(id as number)) known.set(id as number, labelsOf(text as string));
    return rows.map(([id, value]) => ({ labels: known.get(id as number)!, total: value as bigint }));
  };
}

/** The totals as deltas to nothing. */
export const deltasOf = (totals: readonly CounterTotal[]): readonly CounterDelta[] =>
  totals.map(({ labels, total }) => ({ ...labels, by: total }));
