import type { DuckDBConnection } from '@duckdb/node-api';
import { assert } from '../../lib/assert.ts';
import type { Crash } from '../crash-point.ts';
import { partLines } from './charge-months.ts';
import { numberCounters } from './counters.ts';
import { fillSums } from './fill-sums.ts';
import { hashTaskIds } from './numbers.ts';
import { NEW_IN_5, NEW_IN_6, SCHEMA_VERSION } from './schema.ts';

/** Brings the tables of one version to those of the next, in the connection's transaction. Nothing that is kept is lost. */
type Step = (connection: DuckDBConnection) => Promise<void>;

/** By the version that a step starts from. What it makes is what schema.ts makes of a new file, column by column. */
const STEPS: ReadonlyMap<number, Step> = new Map([
  [
    4,
    async (connection) => {
      for (const sql of NEW_IN_5) await connection.run(sql);
      await partLines(connection);
      await hashTaskIds(connection);
    },
  ],
  [
    5,
    async (connection) => {
      for (const sql of NEW_IN_6) await connection.run(sql);
      await fillSums(connection);
      await numberCounters(connection);
    },
  ],
]);

/** The oldest version that is still read. */
export const OLDEST_VERSION = Math.min(...STEPS.keys());

/** Step by step, in one transaction: after a crash the file is either of the version that it was, or of today's. */
export async function migrate(
  connection: DuckDBConnection,
  from: number,
  crash: Crash,
  steps: ReadonlyMap<number, Step> = STEPS,
): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    for (let version = from; version < SCHEMA_VERSION; version += 1) {
      const step = steps.get(version);
      assert(step !== undefined, 'a step leads from each version that is read to the next');
      await step(connection);
    }
    await connection.run(`UPDATE meta SET value = '${SCHEMA_VERSION}' WHERE name = 'schema'`);
    crash('before_migrated');
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => {});
    throw error;
  }
}
