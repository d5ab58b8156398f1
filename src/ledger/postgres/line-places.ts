import type { Connections } from './connections.ts';

/** What is said of the lines of traces. */
export const LINE_TABLES = ['charges', 'reported_costs'] as const;
export type LineTable = (typeof LINE_TABLES)[number];

/** Where they lie: in a partition for each month, or all in one table where the database has no such partitions. */
export interface LinePlaces {
  /** The table that has those of traces which were settled last in this month. */
  tableOf(lines: LineTable, month: number): string;
  /** Has tables for the months of these times (ms), in a transaction of its own. */
  make(connections: Pick<Connections, 'write'>, timesMs: Iterable<number>): Promise<void>;
  /** What is known of the months is looked at again: another replica may have dropped one. */
  forget(): void;
}

export const ONE_TABLE: LinePlaces = {
  tableOf: (lines) => lines,
  make: async () => {},
  forget() {},
};
