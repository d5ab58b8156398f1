import { stat } from 'node:fs/promises';
import type { Count } from './domain/self-metrics.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { compilePrices, filesAt, type LoadedPrices, type PriceText, type Refused } from './price/load.ts';

type Loaded = Extract<LoadedPrices, { kind: 'loaded' }>;

/** The price file while the service runs: read again when it changes, or when somebody says so. */
export interface PriceFile {
  /** Reads it now. A file that is refused changes nothing, and is told in one line. Does not reject. */
  reload(): Promise<Reloaded>;
  close(): Promise<void>;
}

export type Reloaded = 'taken' | 'unchanged' | 'refused';

export interface PriceFileParts {
  /** Undefined where there is none to look at. */
  readonly path: string | undefined;
  /** Milliseconds between two looks; 0 never looks. */
  readonly lookEveryMs: number;
  /** The texts in force when it is opened. */
  readonly texts: readonly PriceText[];
  readonly readTexts: (
    path: string | undefined,
  ) => Promise<{ readonly kind: 'read'; readonly texts: readonly PriceText[] } | Refused>;
  /** Puts the tables in force, all at once. */
  readonly take: (prices: Loaded) => Promise<void>;
  readonly clock: Clock;
  readonly count: Count;
  readonly log: Log;
}

/**
 * A file that changed is read once it looked the same twice, so that one that is still being written is not taken for
 * a shorter one.
 */
export function openPriceFile(parts: PriceFileParts): PriceFile {
  const { path, lookEveryMs, clock, count, log } = parts;
  let running: Promise<unknown> = Promise.resolve();
  let texts = parts.texts;
  let [read, seen]: [string | undefined, string | undefined] = [undefined, undefined];
  let closed = false;
  let cancel = () => {};

  async function readNow(): Promise<Reloaded> {
    read = await signOf(path);
    const result = await attempt().catch((fault: unknown): Reloaded => {
      log.error({ err: fault, prices: path }, 'the prices stay as they were: the new ones could not be kept');
      return 'refused';
    });
    count('price_reloads', 1, { result });
    return result;
  }

  async function attempt(): Promise<Reloaded> {
    const found = await parts.readTexts(path);
    if (found.kind === 'read' && isSame(found.texts, texts)) return 'unchanged';
    const loaded = found.kind === 'read' ? compilePrices(found.texts) : found;
    if (loaded.kind === 'refused') {
      const [first, ...others] = loaded.complaints;
      const more = others.length === 0 ? '' : ` (and ${others.length} more: solvent check-config)`;
      log.error({ prices: path }, `the price file is refused, prices stay as they were: ${first}${more}`);
      return 'refused';
    }
    await parts.take(loaded);
    texts = loaded.texts;
    log.info({ prices: path }, 'the price file was read anew and is in force');
    for (const warning of loaded.warnings) log.warn({}, warning);
    return 'taken';
  }

  /** One at a time: of two files that change each other the last one read is in force. */
  function reload(): Promise<Reloaded> {
    const mine = running.then(readNow);
    running = mine;
    return mine;
  }

  async function look(): Promise<void> {
    const now = await signOf(path);
    const [still, changed] = [now === seen, now !== read];
    seen = now;
    if (still && changed && !closed) await reload();
    if (!closed) cancel = clock.after(lookEveryMs, next);
  }

  function next(): void {
    look().catch((fault: unknown) => log.error({ err: fault }, 'the price file could not be looked at'));
  }

  if (path !== undefined && lookEveryMs > 0) cancel = clock.after(lookEveryMs, next);
  return {
    reload,
    async close() {
      closed = true;
      cancel();
      await running;
    },
  };
}

const isSame = (left: readonly PriceText[], right: readonly PriceText[]): boolean =>
  left.length === right.length &&
  left.every((one, index) => one.name === right[index]?.name && one.text === right[index]?.text);

/** Differs where a file may have changed; a file that is not there has one too. */
async function signOf(path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  const files = await filesAt(path);
  const signs = await Promise.all((Array.isArray(files) ? files : [path]).map(signOfFile));
  return signs.join('\n');
}

async function signOfFile(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return `${path} ${found === undefined ? '' : `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}`}`;
}
