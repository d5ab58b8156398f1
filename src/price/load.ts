import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { assert } from '../lib/assert.ts';
import type { Snapshot } from './snapshot.ts';
import { readUserFile } from './user-file.ts';
import type { UserTable } from './user-table.ts';

/** The tables that a price book is opened with, or everything that is wrong with the user's. */
export type LoadedPrices =
  | {
      readonly kind: 'loaded';
      readonly snapshot: Snapshot;
      /** Undefined where the user has none. */
      readonly userTable: UserTable | undefined;
      /** Each one line. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refused'; readonly complaints: readonly string[] };

const SNAPSHOT = new URL('./snapshot/genai-prices-0.1.8.json', import.meta.url);

/** `path` is the setting `prices`; undefined where it is not set. Each complaint is one line. Does not reject. */
export async function loadPrices(path: string | undefined): Promise<LoadedPrices> {
  const snapshot = await loadSnapshot();
  if (path === undefined) return { kind: 'loaded', snapshot, userTable: undefined, warnings: [] };
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (!Buffer.isBuffer(bytes))
    return { kind: 'refused', complaints: [`${path}: the price file cannot be read: ${whyUnread(bytes)}`] };
  const hash = createHash('sha256').update(bytes).digest('hex');
  const file = readUserFile(path, bytes.toString('utf8'), hash);
  return file.kind === 'refused'
    ? file
    : { kind: 'loaded', snapshot, userTable: file.table, warnings: file.warnings };
}

function whyUnread({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return code === 'EACCES' ? 'this user may not read it' : message;
}

/** The table that comes with Solvent. */
export async function loadSnapshot(): Promise<Snapshot> {
  const snapshot: Snapshot = JSON.parse(await readFile(SNAPSHOT, 'utf8'));
  assert(snapshot.format === 1, 'the bundled snapshot has the format that this version reads');
  return snapshot;
}
