/** Sums over the lines of traces that have no amount, kept by the writers (kept-sums.ts): a row for each kind. */
export const UNPRICED_TABLES: readonly string[] = [
  'CREATE TABLE unpriced_sums (kind INT4 PRIMARY KEY, calls NUMERIC NOT NULL, quantity NUMERIC NOT NULL)',
  `INSERT INTO unpriced_sums (kind, calls, quantity)
    SELECT kind, count(*), sum(quantity) FROM charges WHERE amount IS NULL GROUP BY kind`,
];

export const UNPRICED_FIGURES: readonly string[] = ['calls', 'quantity'];

/** What the traces with these numbers add, whose lines are in this partition. */
export const unpricedOfTraces = (table: string): string =>
  `SELECT kind, count(*), sum(quantity) FROM ${table} AS lines
    JOIN unnest($1::int8[]) AS chosen(seq) ON chosen.seq = lines.trace WHERE amount IS NULL GROUP BY kind`;

/** What all lines of a partition add. */
export const unpricedOfTable = (table: string): string =>
  `SELECT kind, count(*), sum(quantity) FROM ${table} WHERE amount IS NULL GROUP BY kind`;

/** The first and the last line of a kind are the ends of an index, so they are not kept. */
export const unpricedStatement = (kinds: string): string =>
  `SELECT kind, sum(calls), sum(quantity), min(first_at), max(last_at) FROM (
      SELECT s.kind, s.calls, s.quantity, ${endOf('min')} AS first_at, ${endOf('max')} AS last_at
        FROM unpriced_sums s WHERE s.kind IN (${kinds}) AND s.calls > 0
      UNION ALL SELECT kind, count(*), sum(quantity), min(ts), max(ts) FROM own_charges
        WHERE amount IS NULL AND kind IN (${kinds}) GROUP BY kind) AS sums
    GROUP BY kind`;

const endOf = (end: 'min' | 'max'): string =>
  `(SELECT ${end}(c.ts) FROM charges c WHERE c.kind = s.kind AND c.amount IS NULL)`;
