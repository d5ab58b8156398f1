import { REPORTED_FIGURES } from '../sql/reported-sums.ts';

/** Sums over the lines that came with a reported cost, kept by the writers (kept-sums.ts): a row for each kind. */
export const REPORTED_TABLES: readonly string[] = [
  `CREATE TABLE reported_sums (
    kind INT4 PRIMARY KEY, ${REPORTED_FIGURES.map((name) => `${name} NUMERIC NOT NULL`).join(', ')})`,
];

export const REPORTED_STATEMENT = `SELECT kind, ${REPORTED_FIGURES.join(', ')} FROM reported_sums`;
