import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Crash, neverCrash } from './crash-point.ts';

/** One of the texts that a price table is made of. */
export interface KeptText {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

/** A table that was in force here, from `sinceMs` on. */
export interface KeptTable {
  readonly hash: string;
  readonly sinceMs: number;
}

/**
 * Every price table that was ever in force, by its hash: `tables.jsonl` has a line each time that one came into
 * force, naming its texts; each text is a file named by its SHA-256, kept once.
 *
 * **Invariant**: what a line names was durable before the line; a line that a crash cut off is passed over.
 */
export interface KeptPrices {
  /** Durable once it resolves. The table that is in force already is no news. */
  keep(hash: string, texts: readonly KeptText[], nowMs: number): Promise<void>;
  /** The texts of the table whose hash begins so; undefined where none or several do. Rejects where a file is damaged. */
  texts(hashStart: string): Promise<readonly KeptText[] | undefined>;
  /** The table that was in force at a time (ms); undefined before the first. */
  at(timeMs: number): Promise<KeptTable | undefined>;
  /** In the order in which they came into force. */
  tables(): Promise<readonly KeptTable[]>;
}

interface Line extends KeptTable {
  readonly texts: readonly { readonly kind: string; readonly name: string; readonly sha256: string }[];
}

/** `dir` is made where it is missing. */
export async function openKeptPrices(dir: string, crash: Crash = neverCrash): Promise<KeptPrices> {
  await mkdir(dir, { recursive: true });
  const index = join(dir, 'tables.jsonl');
  const text = await readFile(index, 'utf8').catch(noSuchFile);
  const lines = text.split('\n').flatMap(lineOf);
  // So that what comes next does not continue a line that a crash cut off.
  if (text !== '' && !text.endsWith('\n')) await appendFile(index, '\n', { flush: true });
  return {
    async keep(hash, texts, nowMs) {
      if (lines.at(-1)?.hash === hash) return;
      const named = await Promise.all(
        texts.map(async (one) => ({ kind: one.kind, name: one.name, sha256: await keepText(dir, one.text) })),
      );
      crash('price_text_kept');
      const line: Line = { hash, sinceMs: nowMs, texts: named };
      await appendFile(index, `${JSON.stringify(line)}\n`, { flush: true });
      crash('price_table_kept');
      lines.push(line);
    },
    async texts(hashStart) {
      const found = new Map(
        lines.filter(({ hash }) => hash.startsWith(hashStart)).map((one) => [one.hash, one]),
      );
      const [only] = found.values();
      if (only === undefined || found.size > 1) return undefined;
      return Promise.all(
        only.texts.map(async ({ kind, name, sha256 }) => ({ kind, name, text: await readText(dir, sha256) })),
      );
    },
    at: async (timeMs) => lines.findLast(({ sinceMs }) => sinceMs <= timeMs),
    tables: async () => lines,
  };
}

async function keepText(dir: string, text: string): Promise<string> {
  const sha256 = hashOf(text);
  const path = join(dir, sha256);
  const kept = await readFile(path, 'utf8').catch(noSuchFile);
  if (kept === text) return sha256;
  await writeFile(`${path}.new`, text, { flush: true });
  await rename(`${path}.new`, path);
  return sha256;
}

async function readText(dir: string, sha256: string): Promise<string> {
  const text = await readFile(join(dir, sha256), 'utf8');
  if (hashOf(text) !== sha256)
    throw new Error(
      `${join(dir, sha256)} is not the price text that was kept there; restore it from a backup`,
    );
  return text;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function lineOf(text: string): readonly Line[] {
  try {
    const line = JSON.parse(text) as Line;
    return typeof line.hash === 'string' && Array.isArray(line.texts) ? [line] : [];
  } catch {
    return [];
  }
}

function noSuchFile(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
