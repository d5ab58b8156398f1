import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'replica';

/**
 * What a data directory is known by: made once and kept in it, so that among replicas its journal is never taken for that of
 * another directory, and what is pushed of a ledger in it is one series, whichever process pushes. Empty where there is none and `make` is false.
 */
export async function homeOf(dataDir: string, { make }: { readonly make: boolean }): Promise<string> {
  const path = join(dataDir, FILE);
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  });
  const home = kept.trim();
  if (/^[0-9a-f-]{36}$/.test(home) || (home === '' && !make)) return home;
  if (home !== '')
    throw new Error(`${path} does not say what this data directory is known by; restore it from a backup`);
  const made = randomUUID();
  await writeFile(`${path}.new`, `${made}\n`, { flush: true });
  await rename(`${path}.new`, path);
  return made;
}
