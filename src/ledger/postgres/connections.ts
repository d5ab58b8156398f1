import pg from 'pg';
import type { Ask, Held } from '../sql/sql.ts';
import { LedgerUnreadable } from '../unreadable.ts';
import { holdOf } from './held.ts';
import { CELLS, sqlOf } from './sql.ts';
import { reasonOf, unlessUnavailable } from './unavailable.ts';
import { Writing } from './writing.ts';

export interface ConnectionsOptions {
  /** `postgres://...`; never printed. */
  readonly url: string;
  /** Questions that are answered at once; others wait. */
  readonly readersMax?: number;
  /** As the database can, unless told. */
  readonly hasPartitions?: boolean;
}

/** Connections to one database: a few that answer questions, and those that write. A broken one is replaced. */
export interface Connections {
  /** Asks in a transaction that sees one moment and writes nothing. */
  readonly ask: Ask;
  /** Like `ask`, and never behind questions of others. */
  readonly askFirst: Ask;
  /** One transaction, READ COMMITTED: everything it writes counts or nothing. */
  write<T>(work: (writing: Writing) => Promise<T>): Promise<T>;
  /** A transaction that only reads, on a connection of its own, until it is released. */
  hold(): Promise<Held>;
  /** Whether tables can have partitions as PostgreSQL's have them, and one of them be dropped beside readers. */
  readonly hasPartitions: boolean;
  close(): Promise<void>;
}

const READERS_MAX = 4;
/** A settle step, and beside it what is short: numbers of new texts, which a step waits for. */
const WRITERS_MAX = 3;
/** What is held may be held for long: exports. */
const HOLDERS_MAX = 4;
const CONNECT_TIMEOUT_MS = 10_000;
/** A writer that was stopped in the middle holds its locks for so long; then the database gives it up. */
const STOPPED_MS = 30_000;

/** Rejects with LedgerUnreadable, in one line, where nothing answers. */
export async function openConnections({
  url,
  readersMax = READERS_MAX,
  hasPartitions: told,
}: ConnectionsOptions): Promise<Connections> {
  const common = {
    connectionString: url,
    types: CELLS,
    application_name: 'solvent',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
  const readers = quiet(new pg.Pool({ ...common, max: readersMax }));
  const writers = quiet(
    new pg.Pool({ ...common, max: WRITERS_MAX, idle_in_transaction_session_timeout: STOPPED_MS }),
  );
  const holders = quiet(new pg.Pool({ ...common, max: HOLDERS_MAX }));
  const close = async () => {
    await Promise.all([readers.end(), writers.end(), holders.end()]);
  };
  let hasPartitions = told;
  try {
    hasPartitions ??= canDropMonths(await versionOf(writers));
  } catch (error) {
    await close();
    throw new LedgerUnreadable(
      `the ledger's database ${placeOf(url)} cannot be reached: ${reasonOf(error)}`,
      {
        cause: error,
      },
    );
  }
  const begin = hasPartitions ? `${READ_ONLY}; ${KEEP_MONTHS}` : READ_ONLY;
  const answered = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => Promise.reject(unlessUnavailable(error, placeOf(url))));
  return {
    ask: (question) => answered(within(readers, begin, (client) => question(sqlOf(client)))),
    askFirst: (question) => answered(within(writers, begin, (client) => question(sqlOf(client)))),
    write: (work) => answered(within(writers, READ_COMMITTED, (client) => work(new Writing(client)))),
    hold: () => answered(holdOn(holders, begin)),
    hasPartitions,
    close,
  };
}

/**
 * A month that is dropped is gone for everybody at once, whatever moment they see. The lock is taken before the moment is
 * chosen: so what is dropped waits for who may still see it, and who begins later sees it nowhere.
 */
const KEEP_MONTHS = 'LOCK TABLE ONLY charges IN ACCESS SHARE MODE';
const READ_ONLY = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
const READ_COMMITTED = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/**
 * By what a database says that it is. Not all that speak PostgreSQL can: CockroachDB has other partitions, YugabyteDB no lock
 * under which one can be dropped.
 */
export const canDropMonths = (version: string): boolean => !/CockroachDB|-YB-/.test(version);

async function versionOf(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<[string]>({ text: 'SELECT version()', rowMode: 'array' });
  return rows[0]![0];
}

async function within<T>(
  pool: pg.Pool,
  begin: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // Who is told that it broke is the next statement; without a listener it would end the process.
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that cannot take its transaction back is of no more use.
    await client.query('ROLLBACK').catch((fault: Error) => {
      broken = fault;
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

async function holdOn(pool: pg.Pool, begin: string): Promise<Held> {
  const client = await pool.connect();
  client.on('error', ignore);
  const end = async (): Promise<void> => {
    const broken = await client.query('ROLLBACK').then(
      () => undefined,
      (fault: Error) => fault,
    );
    client.off('error', ignore);
    client.release(broken);
  };
  try {
    await client.query(begin);
    return await holdOf(client, end);
  } catch (error) {
    await end();
    throw error;
  }
}

/** A connection that breaks while nobody uses it is replaced when it is needed. */
function quiet(pool: pg.Pool): pg.Pool {
  pool.on('error', ignore);
  return pool;
}

const ignore = (): void => {};

/** Where it should be, without who asks and by what word. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return '(its address cannot be read)';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
