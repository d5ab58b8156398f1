import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Crash, neverCrash } from '../crash-point.ts';
import type { Held, Hold } from '../sql/sql.ts';
import { LedgerUnreadable } from '../unreadable.ts';
import { holdOf } from './held.ts';
import { migrate, OLDEST_VERSION } from './migrations.ts';
import { SCHEMA_VERSION, STAGES, TABLES } from './schema.ts';
import { rowsOf, Session } from './session.ts';
import { copyCompact, dropCopy, type FileSpace, spaceOf } from './shrink.ts';

export interface DatabaseOptions {
  readonly path: string;
  /** As DuckDB reads it, e.g. `256MB`. */
  readonly memoryLimit: string;
  /** Bytes of log past which a commit writes it into the file. */
  readonly checkpointBytes?: number | undefined;
  readonly crash?: Crash;
  /** Reads into memory what is kept there, before anything else runs. */
  readonly load: (connection: DuckDBConnection) => Promise<void>;
}

export interface Database {
  readonly file: string;
  readonly writer: Session;
  readonly reader: Session;
  /**
   * Writes the log into the file; waits for the writer. Where something held still sees a table that was dropped since,
   * DuckDB does not: the log stays beside the file, and both together hold everything.
   */
  checkpoint(): Promise<void>;
  /** Waits for both and lets go of the file, with no word to it: for an instance that DuckDB gave up. */
  abandon(): Promise<void>;
  /** What is still held is released with the database. */
  readonly hold: Hold;
  readonly isHeld: () => boolean;
  /** Of its file, as of the last checkpoint. */
  space(): Promise<FileSpace>;
  /** Writes everything into a file beside its own; the writer must have nothing to do. See shrink.ts. */
  copy(): Promise<void>;
  /** Waits for both, writes everything into the one file and lets go of it. */
  close(): Promise<void>;
}

/** DuckDB accepts a second instance of a file in one process, and the two then diverge; so this is ours to refuse. */
const openHere = new Set<string>();

/** 64 MiB. A checkpoint compresses the last row group of each table again: four times fewer than by default cost a fifth less in all, for a start that replays up to so much log (73 MB were measured at 0.4 s). */
const CHECKPOINT_BYTES = 64 * 1024 * 1024;

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { path, memoryLimit, checkpointBytes = CHECKPOINT_BYTES } = options;
  const file = resolve(path);
  if (openHere.has(file)) throw new LedgerUnreadable(`the ledger ${path} is already open in this process`);
  openHere.add(file);
  let instance: DuckDBInstance | undefined;
  try {
    await mkdir(dirname(file), { recursive: true });
    instance = await DuckDBInstance.create(file, {
      memory_limit: memoryLimit,
      threads: '2',
      preserve_insertion_order: 'false',
      // A page of the API and one row more: so many rows are found by where they lie, without reading the others.
      dynamic_or_filter_threshold: '64',
      checkpoint_threshold: `${Math.ceil(checkpointBytes / 1024)}KiB`,
      // Nothing is ever fetched: what is needed is built in.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    // Not before the file is this process's own.
    await dropCopy(file);
    return await sessions(instance, file, options);
  } catch (error) {
    instance?.closeSync();
    openHere.delete(file);
    throw error instanceof LedgerUnreadable ? error : unreadable(path, error);
  }
}

async function sessions(
  instance: DuckDBInstance,
  file: string,
  { crash = neverCrash, load }: DatabaseOptions,
): Promise<Database> {
  const holders = new Set<Held>();
  const connection = await instance.connect();
  await prepare(connection, file, crash);
  for (const sql of STAGES) await connection.run(sql);
  await load(connection);
  const writer = new Session(connection);
  const reader = new Session(await instance.connect());
  const checkpoint = (): Promise<void> =>
    writer.alone(async () => {
      crash('before_checkpoint');
      await connection.run('CHECKPOINT').catch((fault: unknown) => {
        if (!isHeldUp(fault)) throw fault;
      });
      crash('after_checkpoint');
    });
  const abandon = async (): Promise<void> => {
    await Promise.all([writer.idle(), reader.idle()]);
    for (const held of [...holders]) await held.release();
    reader.connection.closeSync();
    connection.closeSync();
    instance.closeSync();
    openHere.delete(file);
  };
  return {
    file,
    writer,
    reader,
    checkpoint,
    abandon,
    isHeld: () => holders.size > 0,
    space: () => reader.alone(() => spaceOf(reader.connection)),
    copy: () => writer.alone(() => copyCompact(connection, file, crash)),
    async hold() {
      const held = await holdOf(await instance.connect(), () => void holders.delete(held));
      holders.add(held);
      return held;
    },
    async close() {
      await reader.idle();
      for (const held of [...holders]) await held.release();
      // What stays in the log is read back from there by the next start.
      await checkpoint().catch(() => {});
      await abandon();
    },
  };
}

/** The writer is idle meanwhile, and holds only read: what DuckDB takes for a writer is a hold that is older than a drop. */
const isHeldUp = (fault: unknown): boolean =>
  String((fault as { message?: string } | null)?.message).includes('Cannot CHECKPOINT');

/** Makes the tables of a new file, brings those of an older version here; refuses those of another program and of a newer Solvent. */
async function prepare(connection: DuckDBConnection, file: string, crash: Crash): Promise<void> {
  const tables = (await rowsOf(connection, 'SELECT table_name FROM duckdb_tables() WHERE NOT internal')).map(
    ([name]) => name,
  );
  if (tables.length === 0) {
    await connection.run('BEGIN TRANSACTION');
    for (const sql of TABLES) await connection.run(sql);
    await connection.run('COMMIT');
    return;
  }
  if (!tables.includes('meta') || !tables.includes('model_shares'))
    throw new LedgerUnreadable(`the ledger ${file} is a DuckDB file of another program; name another file`);
  const [row] = await rowsOf(connection, "SELECT value FROM meta WHERE name = 'schema'");
  const version = Number(row?.[0]);
  if (version === SCHEMA_VERSION) return;
  if (!(version >= OLDEST_VERSION && version < SCHEMA_VERSION))
    throw new LedgerUnreadable(
      `the ledger ${file} has schema ${String(row?.[0])}, this program reads ${OLDEST_VERSION} to ${SCHEMA_VERSION}; start the version that wrote it`,
    );
  await migrate(connection, version, crash);
}

const DAMAGED = /Corrupt|computed checksum|not a valid DuckDB|read enough bytes|replaying WAL|[Ee]xtension/;

function unreadable(path: string, error: unknown): LedgerUnreadable {
  const [reason = ''] = ((error as { message?: string }).message ?? String(error)).split('\n');
  const wanted = DAMAGED.test(reason)
    ? '. It is damaged or no ledger: restore it from a backup (solvent restore)'
    : '';
  return new LedgerUnreadable(`the ledger ${path} cannot be opened: ${reason}${wanted}`, { cause: error });
}
