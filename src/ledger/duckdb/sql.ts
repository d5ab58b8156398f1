import type { DuckDBConnection } from '@duckdb/node-api';
import { closedByBand } from '../sql/closed-sums.ts';
import type { Chosen } from '../sql/dialect.ts';
import { healthSums } from '../sql/health-sums.ts';
import { reportedSums } from '../sql/reported-sums.ts';
import type { Ask, Sql } from '../sql/sql.ts';
import { closedPieces, closedStatement } from './closed-sums.ts';
import { choose, taskHash } from './numbers.ts';
import { rowsOf, type Session } from './session.ts';
import { readSummed } from './sums.ts';
import { unpricedPieces, unpricedStatement } from './unpriced-sums.ts';

const CHOSEN: Chosen = { join: (column) => `JOIN chosen ON chosen.seq = ${column}`, values: [] };

/** The connection as what engines share asks it. `choose` is for the writer's alone, which has the table. */
export const sqlOf = (connection: DuckDBConnection): Sql => ({
  rows: (sql, values) => rowsOf(connection, sql, values),
  dialect: {
    async choose(seqs) {
      await choose(connection, seqs);
      return CHOSEN;
    },
    taskNamed: (taskId) => ({ where: `i.hash = ${taskHash(taskId)} AND i.task_id = $1`, values: [taskId] }),
    columnar: true,
    closedStatement: async (window) => closedStatement(window, (await readSummed(connection)).tasks),
    unpricedStatement: async (kinds) => unpricedStatement(kinds, (await readSummed(connection)).traces),
    async keptPieces(kinds) {
      const { tasks, traces } = await readSummed(connection);
      return [...closedPieces(tasks), ...unpricedPieces(kinds, traces)];
    },
    closedByBand,
    healthStatement: healthSums(),
    reportedStatement: reportedSums(),
    written: (alias) => `${alias}.rowid`,
  },
});

export const askOf =
  (session: Pick<Session, 'transaction'>): Ask =>
  (question) =>
    session.transaction((connection) => question(sqlOf(connection)));
