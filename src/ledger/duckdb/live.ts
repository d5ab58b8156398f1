import { LedgerUnavailable } from '../../domain/ledger.ts';
import type { Hold } from '../sql/sql.ts';
import { LedgerUnreadable } from '../unreadable.ts';
import { type Database, type DatabaseOptions, openDatabase } from './open.ts';
import type { Session } from './session.ts';

export interface LiveDatabase {
  readonly writer: Pick<Session, 'transaction'>;
  readonly reader: Pick<Session, 'transaction'>;
  readonly hold: Hold;
  /** Writes the log into the file, unless something held keeps it from that; see `Database`. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The database, opened anew by itself where DuckDB gave it up: after a checkpoint that the disk did not take it answers
 * nothing any more ("has been invalidated"), though all that was committed is in its files. The next that is asked of it
 * opens it again; for as long as that fails, everything rejects with LedgerUnavailable and the next tries once more.
 *
 * What fails for the disk's sake rejects with LedgerUnavailable. Work of the reader is done again after a reopening; work
 * of the writer is not: the caller's next step begins with what is kept, and knows what else may have changed.
 */
export async function openLiveDatabase(options: DatabaseOptions): Promise<LiveDatabase> {
  let opened: Database | undefined = await openDatabase(options);
  /** Given up, and not let go yet. */
  let dying: Database | undefined;
  let opening: Promise<Database> | undefined;
  let closed = false;

  async function reopen(): Promise<Database> {
    await dying?.abandon();
    dying = undefined;
    try {
      opened = await openDatabase(options);
      return opened;
    } finally {
      opening = undefined;
    }
  }

  function current(): Promise<Database> {
    if (opened !== undefined) return Promise.resolve(opened);
    if (closed) return Promise.reject(new LedgerUnavailable(`the ledger ${options.path} is closed`));
    opening ??= reopen();
    return opening;
  }

  function giveUp(database: Database): void {
    if (opened !== database) return;
    opened = undefined;
    dying = database;
  }

  async function attempt<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await current();
    try {
      const result = await work(database);
      if (database.writer.spent) giveUp(database);
      return result;
    } catch (fault) {
      if (isFatal(fault)) giveUp(database);
      throw fault;
    }
  }

  const told = (fault: unknown): unknown => (isOfDisk(fault) ? unavailable(options.path, fault) : fault);

  const run = <T>(work: (database: Database) => Promise<T>): Promise<T> =>
    attempt(work).catch((fault: unknown) => Promise.reject(told(fault)));

  const runAgain = <T>(work: (database: Database) => Promise<T>): Promise<T> =>
    attempt(work).catch((fault: unknown) => (isFatal(fault) ? run(work) : Promise.reject(told(fault))));

  return {
    writer: { transaction: (work) => run(({ writer }) => writer.transaction(work)) },
    reader: { transaction: (work) => runAgain(({ reader }) => reader.transaction(work)) },
    hold: () => run((database) => database.hold()),
    checkpoint: () => run((database) => database.checkpoint()),
    async close() {
      const last = await opening?.catch(() => undefined);
      closed = true;
      await dying?.abandon();
      await (opened ?? last)?.close();
      opened = undefined;
    },
  };
}

/** Not by its class: an error of native code may be of another realm than ours. */
const messageOf = (fault: unknown): string =>
  (fault as { message?: string } | null)?.message ?? String(fault);

/** DuckDB took its own instance out of service. */
const isFatal = (fault: unknown): boolean =>
  /^FATAL Error|database has been invalidated/.test(messageOf(fault));

/** Not a wrong statement of ours, but a file that cannot be read or written. */
const isOfDisk = (fault: unknown): boolean =>
  isFatal(fault) ||
  fault instanceof LedgerUnreadable ||
  /\bIO Error\b|Failed to commit: Could not|^Could not (?:read|write|sync|truncate)/.test(messageOf(fault));

function unavailable(path: string, fault: unknown): LedgerUnavailable {
  const [line = ''] = messageOf(fault).split('\n');
  const damage = /Corrupt|computed checksum|not enough bytes/.test(line)
    ? 'is damaged: restore it from a backup (solvent restore)'
    : 'cannot be read or written now';
  return new LedgerUnavailable(`the ledger ${path} ${damage}: ${line}`, { cause: fault });
}
