/** What the price book asks for a model at a time, as the API and the command line show it. */
export interface RateCard {
  /** Provider and model of the price row, which may be wider than what was asked for. */
  readonly provider: string;
  readonly model: string;
  readonly priceId: string;
  readonly tableHash: string;
  readonly source: 'user' | 'snapshot';
  /** Doubts about the match: `prefix_match`, `fallback_provider`, `provider_inferred`, `time_of_day_price`. */
  readonly flags: readonly string[];
  /** Milliseconds since 1970, from and before; undefined where the row is open on that side. */
  readonly validFrom: number | undefined;
  readonly validTo: number | undefined;
  readonly rates: readonly RateLine[];
  /** Rates of the whole request once its inclusive input is above `above` tokens; ascending. */
  readonly tiers: readonly { readonly above: number; readonly rates: readonly RateLine[] }[];
}

/** `usd` dollars, as decimal text, for `per` units of `class`. */
export interface RateLine {
  readonly class: string;
  readonly usd: string;
  readonly per: number;
}
