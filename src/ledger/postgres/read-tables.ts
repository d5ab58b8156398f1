import { SUM_TABLES } from './closed-sums.ts';
import { HEALTH_TABLES } from './health-sums.ts';
import { REPORTED_TABLES } from './reported-sums.ts';

/** What is kept for the sake of questions alone: sums, and orders in which tasks are listed. */
export const READ_TABLES: readonly string[] = [
  ...SUM_TABLES,
  ...HEALTH_TABLES,
  ...REPORTED_TABLES,
  // The pages of GET /tasks. Ids are not in there, since an index cannot hold a long text: few tasks share a key.
  'CREATE INDEX tasks_cost ON tasks (cost)',
  'CREATE INDEX tasks_started ON tasks (started_at)',
  'CREATE INDEX tasks_time ON tasks (coalesce(closed_at, started_at))',
  // Lines without an amount, with all that is told of them.
  'CREATE INDEX charges_unpriced ON charges (kind, ts, quantity) WHERE amount IS NULL',
];
