/** What the price book asks for a model at a time, as the API and the command line show it. */
export interface RateCard {
  /** Provider and model of the price row, which may be wider than what was asked for. */
  readonly provider: string;
  readonly model: string;
  readonly tableHash: string;
  /** Doubts about the match: `prefix_match`, `fallback_provider`, `provider_inferred`, `time_of_day_price`, `tier_unpriced`, ... */
  readonly flags: readonly string[];
  readonly priceId: string;
  readonly source: 'user' | 'overlay' | 'snapshot';
  /** Where the rates are from and why they differ from the source below; empty where there is nothing to say. */
  readonly note: string;
  /** `batch, eu-*`: the calls that the row is for; empty for all standard ones. */
  readonly when: string;
  /** Milliseconds since 1970, from and before; undefined where the row is open on that side. */
  readonly validFrom: number | undefined;
  readonly validTo: number | undefined;
  readonly rates: readonly RateLine[];
  /** What `above` counts: `prompt_total`, `prompt_uncached`, or `each` class by itself. */
  readonly basis: string;
  /** Rates of the whole request (of what is above, for `each`) once its input is above `above` tokens; ascending. */
  readonly tiers: readonly { readonly above: number; readonly rates: readonly RateLine[] }[];
  /** The other rows of the same source that hold at that time, for calls served otherwise. */
  readonly others: readonly RateRow[];
}

export type RateRow = Omit<RateCard, 'provider' | 'model' | 'tableHash' | 'flags' | 'others'>;

/** `usd` dollars, as decimal text, for `per` units of `class`. */
export interface RateLine {
  readonly class: string;
  readonly usd: string;
  readonly per: number;
}

/** One of the tables that a price book is made of. */
export interface PriceSourceInfo {
  readonly kind: 'user' | 'overlay' | 'snapshot';
  readonly name: string;
  /** Days, `2026-09-23`: when the data came out, and when we read it; empty for the user's own. */
  readonly published: string;
  readonly read: string;
  readonly hash: string;
  /** Models, or price rows of the user's file. */
  readonly rows: number;
  /** Rows that no longer fit what is below them, and are not used; each one line. */
  readonly aside: readonly string[];
}
