import { CLOSED_BY } from './task-fields.ts';

/** What is told of all tasks with the same flags, in this order behind the number of the flags. */
const HEALTH: Readonly<Record<string, string>> = {
  tasks: 'count(*)',
  closed: 'count(*) FILTER (WHERE closed)',
  untagged: 'count(*) FILTER (WHERE NOT tagged)',
  untagged_cost: 'coalesce(sum(cost) FILTER (WHERE NOT tagged), 0)',
  cost: 'sum(cost)',
  inferred: `count(*) FILTER (WHERE closed_by = ${CLOSED_BY.indexOf('inferred')})`,
  expired: `count(*) FILTER (WHERE closed_by = ${CLOSED_BY.indexOf('expired')})`,
  unpriced_calls: 'sum(unpriced_calls)',
  model_calls: 'sum(inference_calls + embedding_calls + rerank_calls)',
  lower_bound: 'count(*) FILTER (WHERE unpriced_calls > 0)',
};

export const HEALTH_FIGURES = Object.keys(HEALTH);

/** The sums, straight from the tasks; `join` may choose some of them. */
export const healthSums = (join = ''): string =>
  `SELECT flags, ${Object.values(HEALTH).join(', ')} FROM tasks ${join} GROUP BY flags`;
