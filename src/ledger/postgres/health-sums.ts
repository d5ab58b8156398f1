import { HEALTH_FIGURES } from '../sql/health-sums.ts';

/** Sums over all tasks, kept by the writers (kept-sums.ts): a row for each list of flags that a task has or had. */
export const HEALTH_TABLES: readonly string[] = [
  `CREATE TABLE health_sums (
    flags INT4 PRIMARY KEY, ${HEALTH_FIGURES.map((name) => `${name} NUMERIC NOT NULL`).join(', ')})`,
];

export const HEALTH_STATEMENT = `SELECT flags, ${HEALTH_FIGURES.join(', ')} FROM health_sums`;
