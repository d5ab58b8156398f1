import { setImmediate } from 'node:timers/promises';
import { LedgerUnavailable } from '../../domain/ledger.ts';
import type { Shrunk } from '../../domain/shrunk.ts';
import { neverCrash } from '../crash-point.ts';
import type { Hold } from '../sql/sql.ts';
import { LedgerUnreadable } from '../unreadable.ts';
import { type Database, type DatabaseOptions, openDatabase } from './open.ts';
import type { Session } from './session.ts';
import { bytesOf, FREE_BYTES_MIN, isSparse, takeCopy, wantedRoom } from './shrink.ts';

export interface LiveDatabase {
  readonly writer: Pick<Session, 'transaction'>;
  readonly reader: Pick<Session, 'transaction'>;
  readonly hold: Hold;
  /** Writes the log into the file, unless something held keeps it from that; see `Database`. */
  checkpoint(): Promise<void>;
  /** Writes the file anew where much of it is free; see shrink.ts. */
  shrink(): Promise<Shrunk>;
  close(): Promise<void>;
}

export interface LiveOptions extends DatabaseOptions {
  /** Of its file, below which it is not written anew; tests set it low. */
  readonly freeBytesMin?: number | undefined;
}

/**
 * The database, opened anew by itself where DuckDB gave it up: after a checkpoint that the disk did not take it answers
 * nothing any more ("has been invalidated"), though all that was committed is in its files. The next that is asked of it
 * opens it again; for as long as that fails, everything rejects with LedgerUnavailable and the next tries once more.
 *
 * What fails for the disk's sake rejects with LedgerUnavailable. Work of the reader is done again after a reopening; work
 * of the writer is not: the caller's next step begins with what is kept, and knows what else may have changed.
 *
 * While the file is written anew the reader answers, and all else waits; then everything waits until the new one is open.
 */
export async function openLiveDatabase(options: LiveOptions): Promise<LiveDatabase> {
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

  /** While the file is written anew. */
  let shrinking: Promise<void> | undefined;
  /** What would miss in the copy, or keep the old file open. */
  const busy = new Set<Promise<unknown>>();

  async function aside<T>(work: (database: Database) => Promise<T>): Promise<T> {
    while (shrinking !== undefined) await shrinking;
    const running = run(work);
    busy.add(running);
    return running.finally(() => busy.delete(running));
  }

  async function shrink(): Promise<Shrunk> {
    // What was dropped since the last one is free only by it.
    await aside((database) => database.checkpoint());
    while (shrinking !== undefined) await shrinking;
    if (!(await isWorthIt())) return { kind: 'dense' };
    let end = (): void => {};
    shrinking = new Promise((resolve) => {
      end = resolve;
    });
    try {
      await Promise.allSettled(busy);
      return await run(shrinkAlone);
    } finally {
      shrinking = undefined;
      end();
    }
  }

  const isWorthIt = async (): Promise<boolean> =>
    isSparse(await runAgain((database) => database.space()), options.freeBytesMin ?? FREE_BYTES_MIN);

  async function shrinkAlone(database: Database): Promise<Shrunk> {
    if (database.isHeld()) return { kind: 'held' };
    await database.checkpoint();
    // A question that is older than a drop keeps DuckDB from it as well.
    if ((await bytesOf(`${database.file}.wal`)) > 0) return { kind: 'held' };
    const wantedBytes = await wantedRoom(database.file, await database.space());
    if (wantedBytes !== undefined) return { kind: 'no_room', wantedBytes };
    const beforeBytes = await bytesOf(database.file);
    try {
      await database.copy();
    } catch (fault) {
      // Nobody knows what the copy left in it.
      giveUp(database);
      throw fault;
    }
    if (opened !== database) throw new LedgerUnavailable(`the ledger ${options.path} was given up meanwhile`);
    opened = undefined;
    opening = change(database);
    await opening;
    return { kind: 'shrunk', beforeBytes, afterBytes: await bytesOf(database.file) };
  }

  /** The copy is opened in place of the database; where it cannot be had, the old file is. */
  async function change(database: Database): Promise<Database> {
    try {
      // Who was given the database a moment ago has asked by then.
      await setImmediate();
      await database.abandon();
      await takeCopy(database.file, options.crash ?? neverCrash);
    } finally {
      opening = reopen();
      // Whoever asks next hears of it.
      opening.catch(() => {});
    }
    return opening;
  }

  return {
    writer: { transaction: (work) => aside(({ writer }) => writer.transaction(work)) },
    reader: { transaction: (work) => runAgain(({ reader }) => reader.transaction(work)) },
    hold: () => aside((database) => database.hold()),
    checkpoint: () => aside((database) => database.checkpoint()),
    shrink,
    async close() {
      while (shrinking !== undefined) await shrinking;
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
