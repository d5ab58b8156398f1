import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { assert } from '../lib/assert.ts';
import type { Snapshot } from './snapshot.ts';
import { readUserFile } from './user-file.ts';
import type { UserTable } from './user-table.ts';

/** A text that a book is compiled from, as it was read. The same texts make the same book, with the same hash. */
export interface PriceText {
  readonly kind: 'snapshot' | 'user';
  /** The file's name, for complaints. */
  readonly name: string;
  readonly text: string;
}

export interface Refused {
  readonly kind: 'refused';
  /** Each one line. */
  readonly complaints: readonly string[];
}

/** The tables that a price book is opened with, or everything that is wrong with the user's. */
export type LoadedPrices =
  | {
      readonly kind: 'loaded';
      readonly snapshot: Snapshot;
      /** Undefined where the user has none. */
      readonly userTable: UserTable | undefined;
      /** Each one line. */
      readonly warnings: readonly string[];
      readonly texts: readonly PriceText[];
    }
  | Refused;

const SNAPSHOT = new URL('./snapshot/genai-prices-0.1.8.json', import.meta.url);

/** `path` is the setting `prices`; undefined where it is not set. Does not reject. */
export async function loadPrices(path: string | undefined): Promise<LoadedPrices> {
  const read = await readPriceTexts(path);
  return read.kind === 'refused' ? read : compilePrices(read.texts);
}

/** What is on disk now, unread. */
export async function readPriceTexts(
  path: string | undefined,
): Promise<{ readonly kind: 'read'; readonly texts: readonly PriceText[] } | Refused> {
  const texts: PriceText[] = [
    { kind: 'snapshot', name: basename(SNAPSHOT.pathname), text: await readFile(SNAPSHOT, 'utf8') },
  ];
  if (path === undefined) return { kind: 'read', texts };
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (!Buffer.isBuffer(bytes))
    return { kind: 'refused', complaints: [`${path}: the price file cannot be read: ${whyUnread(bytes)}`] };
  texts.push({ kind: 'user', name: path, text: bytes.toString('utf8') });
  return { kind: 'read', texts };
}

/** Makes tables of the texts. */
export function compilePrices(texts: readonly PriceText[]): LoadedPrices {
  const bundled = texts.find(({ kind }) => kind === 'snapshot');
  assert(bundled !== undefined, 'a book always has its snapshot');
  const snapshot = snapshotOf(bundled.text);
  const own = texts.find(({ kind }) => kind === 'user');
  if (own === undefined) return { kind: 'loaded', snapshot, userTable: undefined, warnings: [], texts };
  const hash = createHash('sha256').update(own.text).digest('hex');
  const file = readUserFile(own.name, own.text, hash);
  return file.kind === 'refused'
    ? file
    : { kind: 'loaded', snapshot, userTable: file.table, warnings: file.warnings, texts };
}

function whyUnread({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return code === 'EACCES' ? 'this user may not read it' : message;
}

/** The table that comes with Solvent. */
export const loadSnapshot = async (): Promise<Snapshot> => snapshotOf(await readFile(SNAPSHOT, 'utf8'));

function snapshotOf(text: string): Snapshot {
  const snapshot: Snapshot = JSON.parse(text);
  assert(snapshot.format === 1, 'the bundled snapshot has the format that this version reads');
  return snapshot;
}
