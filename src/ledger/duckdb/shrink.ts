import { rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { assert } from '../../lib/assert.ts';
import { syncPath } from '../backup-manifest.ts';
import type { Crash } from '../crash-point.ts';
import { rowsOf } from './session.ts';

/**
 * DuckDB uses what was dropped again, and cuts its file only where the end is free (1.5.6: CHECKPOINT, FORCE CHECKPOINT
 * and VACUUM leave free blocks in the middle as they are). So the file gets short by being written anew: everything is
 * copied into one beside it, which then takes its name.
 */

/** Free bytes below which no file is written anew, whatever their share. */
export const FREE_BYTES_MIN = 64 * 1024 * 1024;
/** One part in so many that must be free: a copy costs as much as all that is kept. */
const FREE_SHARE = 5;
/** What the copy may take beyond what is in use, and senders meanwhile. */
const ROOM_BYTES = 64 * 1024 * 1024;

export interface FileSpace {
  readonly bytes: number;
  readonly freeBytes: number;
}

/** As of the last checkpoint. */
export async function spaceOf(connection: DuckDBConnection): Promise<FileSpace> {
  const [row] = await rowsOf(
    connection,
    `SELECT block_size * total_blocks, block_size * free_blocks FROM pragma_database_size()
      WHERE database_name = current_database()`,
  );
  const [bytes, freeBytes] = row!.map(Number);
  return { bytes: bytes!, freeBytes: freeBytes! };
}

export const isSparse = ({ bytes, freeBytes }: FileSpace, freeBytesMin: number): boolean =>
  freeBytes >= freeBytesMin && freeBytes * FREE_SHARE >= bytes;

/** Bytes that a copy wants and the file system has not; undefined where there is room. */
export async function wantedRoom(file: string, { bytes, freeBytes }: FileSpace): Promise<number | undefined> {
  const { bavail, bsize } = await statfs(dirname(file));
  const wanted = bytes - freeBytes + ROOM_BYTES;
  return wanted > bavail * bsize ? wanted : undefined;
}

const copyOf = (file: string): string => `${file}.compact`;

/**
 * Copies everything that a connection sees into a file beside its own, whole and synced; nobody may write meanwhile. Rows
 * are in their order. Rejects where it cannot, and leaves nothing.
 */
export async function copyCompact(connection: DuckDBConnection, file: string, crash: Crash): Promise<void> {
  const copy = copyOf(file);
  await dropCopy(file);
  const [row] = await rowsOf(connection, 'SELECT current_database()');
  try {
    await connection.run(`ATTACH ${textOf(copy)} AS compact`);
    try {
      crash('compact_begun');
      // Parts and own charges are told apart by their place, and what was settled together must stay together.
      await connection.run('SET preserve_insertion_order = true');
      await connection.run(`COPY FROM DATABASE ${nameOf(row![0] as string)} TO compact`);
      await connection.run('CHECKPOINT compact');
    } finally {
      await connection.run('SET preserve_insertion_order = false').catch(() => {});
      await connection.run('DETACH compact').catch(() => {});
    }
    assert((await bytesOf(`${copy}.wal`)) === 0, 'a database that was written into its file has no log');
    await syncPath(copy);
    crash('compact_copied');
  } catch (fault) {
    await dropCopy(file);
    throw fault;
  }
}

/** The copy takes the place of the file; nobody may have either of them open. */
export async function takeCopy(file: string, crash: Crash): Promise<void> {
  assert((await bytesOf(`${file}.wal`)) === 0, 'a database that was copied was written into its file before');
  await rename(copyOf(file), file);
  crash('compact_named');
  await syncPath(dirname(file));
}

/** Takes away what a copy that did not come to its end left. */
export async function dropCopy(file: string): Promise<void> {
  for (const end of ['', '.wal', '.tmp'])
    await rm(`${copyOf(file)}${end}`, { force: true, recursive: end === '.tmp' });
}

export const bytesOf = async (path: string): Promise<number> =>
  (await stat(path).catch(() => undefined))?.size ?? 0;

const textOf = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const nameOf = (name: string): string => `"${name.replaceAll('"', '""')}"`;
