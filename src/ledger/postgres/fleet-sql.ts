import pg from 'pg';
import type { Sql } from '../sql/sql.ts';
import { CELLS, rowsOf } from './sql.ts';

export type Rows = Pick<Sql, 'rows'>;

/** Short statements of the fleet: leases, the journal, wishes. Beside the ledger's own connections, which may be busy for long. */
export interface FleetSql extends Rows {
  /** One transaction; rolled back where `work` rejects. Its last words, the commit, may be lost: see `CommitUnsure`. */
  transaction<T>(work: (sql: Rows) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The connection broke while a commit was under way: nobody here knows whether it was made. */
export class CommitUnsure extends Error {
  override readonly name = 'CommitUnsure';
}

export interface FleetSqlOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** A statement that is not answered by then fails, and its connection is given up. */
  readonly timeoutMs: number;
}

const CONNECTIONS = 4;
/** Connects when it is first asked. */
export function openFleetSql({ url, name, timeoutMs }: FleetSqlOptions): FleetSql {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: CONNECTIONS,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    // A process that was stopped in the middle of a transaction must not hold its locks for longer than this.
    idle_in_transaction_session_timeout: timeoutMs,
    keepAlive: true,
    types: CELLS,
  });
  // An idle connection broke: the next statement takes a new one.
  pool.on('error', () => {});

  async function transaction<T>(work: (sql: Rows) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    // Else what breaks it between two statements would end the process; the next statement fails of it.
    const broken = (): void => {};
    client.on('error', broken);
    let fault: unknown;
    try {
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      const result = await work(onOne(client));
      await client.query('COMMIT').catch((cause: unknown) => {
        throw isRefusal(cause) ? cause : new CommitUnsure('the database did not answer a commit', { cause });
      });
      return result;
    } catch (error) {
      fault = error;
      await client.query('ROLLBACK').catch((failure: unknown) => {
        fault = failure;
      });
      throw error;
    } finally {
      client.off('error', broken);
      client.release(fault !== undefined);
    }
  }
  return { ...onOne(pool), transaction, close: () => pool.end() };
}

/** Whether the database itself said no: then it was not done. */
const isRefusal = (error: unknown): boolean => error instanceof pg.DatabaseError;

const onOne = (to: pg.Pool | pg.PoolClient): Rows => ({
  // A pool takes a statement as a connection does.
  rows: (text, values) => rowsOf(to as pg.PoolClient, text, values),
});
