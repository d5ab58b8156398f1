import type { Closers } from './closers.ts';
import type { Keeper } from './domain/fleet.ts';
import type { Ledger } from './domain/ledger.ts';
import type { Policy } from './domain/policy.ts';
import type { Repricer } from './domain/repricing.ts';
import type { Count } from './domain/self-metrics.ts';
import { openHandedRepricer } from './handed-repricer.ts';
import type { KeptPrices } from './ledger/kept-prices.ts';
import type { Wishes } from './ledger/postgres/wishes.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { openPriceBook, type PriceBook } from './price/book.ts';
import { compilePrices, type PriceText, readPriceTexts } from './price/load.ts';
import { openPriceFile, type PriceFile } from './price-file.ts';
import type { PricesInForce } from './prices-in-force.ts';
import { type OpenRepricer, openRepricer } from './repricer.ts';
import type { SettleLoop } from './settle-loop.ts';

export interface LivePriceParts {
  /** The price file; undefined where there is none. */
  readonly path: string | undefined;
  /** The folder of imported snapshots; it may be missing. */
  readonly imported: string;
  readonly lookEveryMs: number;
  /** Of the tables in force. */
  readonly texts: readonly PriceText[];
  readonly prices: PricesInForce;
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly keptPrices: KeptPrices;
  readonly keeper: Keeper;
  /** Undefined where nobody else writes the ledger. */
  readonly shared: { readonly wishes: Wishes } | undefined;
  readonly loop: Pick<SettleLoop, 'between'>;
  /** Called when other prices are in force, before anything is priced by them. */
  readonly onChange: () => void;
  readonly closers: Closers;
  readonly clock: Clock;
  readonly count: Count;
  readonly log: Log;
}

export interface LivePrices {
  readonly file: PriceFile;
  readonly repricer: Repricer;
}

/** Prices while the service runs: the file as it changes, and what follows for what was charged before. */
export async function openLivePrices(parts: LivePriceParts): Promise<LivePrices> {
  const { prices, policy, ledger, keptPrices, loop, closers, clock, count, log } = parts;
  const open = (): Promise<OpenRepricer> =>
    openRepricer({
      ledger,
      policy,
      inForce: () => prices.book,
      bookOf: (hashStart) => keptBook(hashStart, keptPrices, policy),
      tableAt: async (timeMs) => (await keptPrices.at(timeMs))?.hash,
      between: loop.between,
      clock,
      count,
      log,
    });
  const { keeper, shared } = parts;
  const repricer =
    shared === undefined
      ? await open()
      : openHandedRepricer({ keeper, wishes: shared.wishes, open, clock, log });
  closers.add(() => repricer.close());
  const file = openPriceFile({
    path: parts.path,
    lookEveryMs: parts.lookEveryMs,
    texts: parts.texts,
    readTexts: (path) => readPriceTexts(path, parts.imported),
    async take(loaded) {
      const book = openPriceBook({ ...loaded, policy });
      // Kept before any charge is made of it.
      await keptPrices.keep(book.tableHash, loaded.texts, clock.now());
      // Not in the midst of a step: what it knows of charged traces is by the table that it began with.
      await loop.between(async () => {
        prices.replace(book);
        parts.onChange();
      });
      repricer.priceWaiting();
    },
    clock,
    count,
    log,
  });
  closers.add(() => file.close());
  return { file, repricer };
}

/** A table that was in force here, made again; undefined where none or several hashes begin so. */
export async function keptBook(
  hashStart: string,
  kept: KeptPrices,
  policy: Policy,
): Promise<PriceBook | undefined> {
  const texts = await kept.texts(hashStart);
  if (texts === undefined) return undefined;
  const tables = compilePrices(texts as readonly PriceText[]);
  if (tables.kind === 'refused')
    throw new Error(`a kept price table is refused by this version: ${tables.complaints.join('; ')}`);
  return openPriceBook({ ...tables, policy });
}
