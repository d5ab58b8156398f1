/**
 * Of the lines without an amount, by the number of their kind: how many, of how much, and when the first and the last of
 * them was. `kinds` are the numbers of those that have a reason for it; `where` may choose lines of traces.
 */
export const unpricedSums = (kinds: string, where = 'TRUE'): string =>
  `SELECT kind, count(*) AS calls, sum(quantity) AS quantity, min(ts) AS first_at, max(ts) AS last_at FROM
    (SELECT kind, quantity, ts FROM charges WHERE amount IS NULL AND kind IN (${kinds}) AND ${where}
      UNION ALL SELECT kind, quantity, ts FROM own_charges WHERE amount IS NULL AND kind IN (${kinds})) AS unpriced
    GROUP BY kind`;
