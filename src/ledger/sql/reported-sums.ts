/** What is told of all lines of a kind that came with a reported cost, in this order behind the number of the kind. */
const REPORTED: Readonly<Record<string, string>> = {
  calls: 'count(computed)',
  uncomputed: 'count(*) - count(computed)',
  reported: 'coalesce(sum(reported) FILTER (WHERE computed IS NOT NULL), 0)',
  computed: 'coalesce(sum(computed), 0)',
};

export const REPORTED_FIGURES = Object.keys(REPORTED);

/** The sums, straight from the lines; `join` may choose some of them, and `table` be one that has some. */
export const reportedSums = (join = '', table = 'reported_costs'): string =>
  `SELECT kind, ${Object.values(REPORTED).join(', ')} FROM ${table} ${join} GROUP BY kind`;
