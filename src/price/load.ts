import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { assert } from '../lib/assert.ts';
import type { Corrections, Overlay, ServiceTiers } from './overlay.ts';
import type { Snapshot } from './snapshot.ts';
import { readUserFiles } from './user-files.ts';
import type { UserTable } from './user-table.ts';

/** A text that a book is compiled from, as it was read. The same texts make the same book, with the same hash. */
export interface PriceText {
  readonly kind: 'snapshot' | 'tiers' | 'corrections' | 'user';
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
      /** Undefined where the texts are of a time before there was one. */
      readonly overlay: Overlay | undefined;
      /** Undefined where the user has none. */
      readonly userTable: UserTable | undefined;
      /** Each one line. */
      readonly warnings: readonly string[];
      readonly texts: readonly PriceText[];
    }
  | Refused;

const SNAPSHOT = new URL('./snapshot/genai-prices-0.1.8.json', import.meta.url);
const TIERS = new URL('./overlay/service-tiers.json', import.meta.url);
const CORRECTIONS = new URL('./overlay/corrections.json', import.meta.url);

/** Where `solvent prices import` puts its snapshots. */
export const importedFolder = (dataDir: string): string => join(dataDir, 'price-snapshots');

/**
 * `path` is the setting `prices`, a file or a folder of them; undefined where it is not set. `imported` is the folder of
 * `solvent prices import`, which may be missing. Does not reject.
 */
export async function loadPrices(path: string | undefined, imported?: string): Promise<LoadedPrices> {
  const read = await readPriceTexts(path, imported);
  return read.kind === 'refused' ? read : compilePrices(read.texts);
}

/** What is on disk now, unread. */
export async function readPriceTexts(
  path: string | undefined,
  imported?: string,
): Promise<{ readonly kind: 'read'; readonly texts: readonly PriceText[] } | Refused> {
  const texts: PriceText[] = [
    await newestSnapshot(imported),
    { kind: 'tiers', name: basename(TIERS.pathname), text: await readFile(TIERS, 'utf8') },
    { kind: 'corrections', name: basename(CORRECTIONS.pathname), text: await readFile(CORRECTIONS, 'utf8') },
  ];
  if (path === undefined) return { kind: 'read', texts };
  const files = await filesAt(path);
  if (!Array.isArray(files)) return unreadable(path, files);
  if (files.length === 0)
    return { kind: 'refused', complaints: [`${path}: the folder of prices has no .yaml file`] };
  for (const name of files) {
    const bytes = await readFile(name).catch((error: NodeJS.ErrnoException) => error);
    if (!Buffer.isBuffer(bytes)) return unreadable(name, bytes);
    texts.push({ kind: 'user', name, text: bytes.toString('utf8') });
  }
  return { kind: 'read', texts };
}

/** The files of a folder, in the order of their names; a file is itself. */
export async function filesAt(path: string): Promise<string[] | NodeJS.ErrnoException> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => error);
  // Not an array where it cannot be read as a folder: then it is a file, or why it is neither.
  if (!Array.isArray(names)) return names.code === 'ENOTDIR' ? [path] : names;
  return names
    .filter((name) => /^[^.].*\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

/** Of the bundled snapshot and those that were imported, the one whose data came out last. */
async function newestSnapshot(imported: string | undefined): Promise<PriceText> {
  const names = imported === undefined ? [] : await readdir(imported).catch(() => []);
  const texts: PriceText[] = [
    { kind: 'snapshot', name: basename(SNAPSHOT.pathname), text: await readFile(SNAPSHOT, 'utf8') },
  ];
  for (const name of names.filter((one) => one.endsWith('.json')).sort())
    texts.push({ kind: 'snapshot', name, text: await readFile(join(imported!, name), 'utf8') });
  return texts.reduce((best, next) => (daysOf(next) >= daysOf(best) ? next : best));
}

/** When the data came out, then when we read it: both stand at the head of the file. */
const daysOf = ({ text }: PriceText): string =>
  /"published":"([\d-]+)","read":"([\d-]+)"/.exec(text.slice(0, 1000))?.slice(1).join(' ') ?? '';

/** Makes tables of the texts. */
export function compilePrices(texts: readonly PriceText[]): LoadedPrices {
  const textOf = (kind: PriceText['kind']) => texts.find((one) => one.kind === kind)?.text;
  const list = texts.find(({ kind }) => kind === 'snapshot');
  assert(list !== undefined, 'a book always has its snapshot');
  const snapshot = snapshotIn(list);
  if (snapshot === undefined)
    return {
      kind: 'refused',
      complaints: [`${list.name}: is no whole snapshot of prices; delete it, or import it anew`],
    };
  const tables = { snapshot, overlay: overlayOf(textOf('tiers'), textOf('corrections')) };
  const own = texts.filter(({ kind }) => kind === 'user');
  if (own.length === 0) return { kind: 'loaded', ...tables, userTable: undefined, warnings: [], texts };
  const read = readUserFiles(own.map(({ name, text }) => ({ name, text, hash: hashOf(text) })));
  return read.kind === 'refused'
    ? read
    : { kind: 'loaded', ...tables, userTable: read.table, warnings: read.warnings, texts };
}

/** Undefined where an imported file was damaged since. */
function snapshotIn({ text }: PriceText): Snapshot | undefined {
  try {
    return snapshotOf(text);
  } catch {
    return undefined;
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function overlayOf(tiers: string | undefined, corrections: string | undefined): Overlay | undefined {
  if (tiers === undefined || corrections === undefined) return undefined;
  return {
    hash: hashOf(tiers + corrections),
    tiers: JSON.parse(tiers) as ServiceTiers,
    corrections: JSON.parse(corrections) as Corrections,
  };
}

const unreadable = (path: string, why: NodeJS.ErrnoException): Refused => ({
  kind: 'refused',
  complaints: [`${path}: the price file cannot be read: ${whyUnread(why)}`],
});

function whyUnread({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EACCES' ? 'this user may not read it' : message;
}

/** The table that comes with Solvent. */
export const loadSnapshot = async (): Promise<Snapshot> => snapshotOf(await readFile(SNAPSHOT, 'utf8'));

/** What comes with Solvent beside it. */
export async function loadOverlay(): Promise<Overlay> {
  const overlay = overlayOf(await readFile(TIERS, 'utf8'), await readFile(CORRECTIONS, 'utf8'));
  assert(overlay !== undefined, 'both files were read');
  return overlay;
}

function snapshotOf(text: string): Snapshot {
  const snapshot: Snapshot = JSON.parse(text);
  assert(snapshot.format === 1, 'the bundled snapshot has the format that this version reads');
  return snapshot;
}
