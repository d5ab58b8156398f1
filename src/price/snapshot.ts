import { assert } from '../lib/assert.ts';
import { type Card, openCard, type Period, type Rates, tiersOf } from './card.ts';
import type { Clause } from './clause.ts';
import { rateOf } from './rate.ts';

/** The bundled table, as `scripts/prices-snapshot.js` writes it. Immutable, and named by its hash. */
export interface Snapshot {
  readonly format: 1;
  readonly source: string;
  readonly version: string;
  /** Days: when the data came out, and when we read it. */
  readonly published: string;
  readonly read: string;
  /** SHA-256 of the providers. */
  readonly hash: string;
  /** Units that one price of a class is for. */
  readonly per: Readonly<Record<string, number>>;
  readonly providers: readonly SnapshotProvider[];
}

export interface SnapshotProvider {
  readonly id: string;
  /** Models that are this provider's own, wherever they are mentioned. */
  readonly claims?: Clause;
  /** Providers whose list prices hold where this one names none. */
  readonly fallback?: readonly string[];
  readonly models: readonly SnapshotModel[];
}

export interface SnapshotModel {
  readonly id: string;
  readonly match: Clause;
  /** Of those in force the last one counts. */
  readonly prices: readonly SnapshotPrice[];
}

export interface SnapshotPrice {
  /** `2026-08-21`: from that day, 00:00 UTC. */
  readonly from?: string;
  /** `["00:30:00Z", "16:30:00Z"]`, from and before. */
  readonly daily?: readonly [string, string];
  /** Class to dollars as decimal text. */
  readonly usd: Readonly<Record<string, string>>;
  readonly tiers?: readonly { readonly gt: number; readonly usd: Readonly<Record<string, string>> }[];
}

/** Compiled at the first question for a model: of 1,700 rows a service meets a dozen. */
export function cardOf(snapshot: Snapshot, provider: string, model: SnapshotModel): Card {
  const ratesOf = (usd: Readonly<Record<string, string>>): Rates =>
    new Map(
      Object.entries(usd).map(([name, text]) => {
        const rate = rateOf(text, snapshot.per[name] ?? 1);
        assert(
          rate !== undefined,
          `the snapshot's price of ${provider}/${model.id} ${name} is exact: ${text}`,
        );
        return [name, rate];
      }),
    );
  let dated = -Infinity;
  const periods = model.prices.map((price): Period => {
    if (price.from !== undefined) dated = Date.parse(`${price.from}T00:00:00Z`);
    const tiers = (price.tiers ?? []).map((tier) => ({ above: tier.gt, rates: ratesOf(tier.usd) }));
    return {
      // A price of a time of day carries no date of its own: it came with the dated row that it follows, and
      // must not reach back before it (DeepSeek's peak hours began on 2026-08-17 with the row above them).
      from: price.from === undefined && price.daily === undefined ? -Infinity : dated,
      to: Infinity,
      daily: price.daily && { from: msOfDay(price.daily[0]), to: msOfDay(price.daily[1]) },
      tiers: tiersOf(ratesOf(price.usd), tiers),
    };
  });
  return openCard({
    priceId: `genai-prices/${provider}/${model.id}`,
    source: 'snapshot',
    provider,
    model: model.id,
    periods,
  });
}

const msOfDay = (time: string): number => Date.parse(`1970-01-01T${time}`);
