import type { Usage } from '../domain/usage.ts';
import type { Rate } from './rate.ts';

/** The rates of what lies above `above` units: of the whole request, or of what is above it alone. */
export interface Tier {
  readonly above: number;
  readonly rates: Rates;
  /** Those of them that differ from the base. */
  readonly own: Rates;
  /** All of them, resolved for the lines of a model call. */
  readonly model: ModelRates;
}

/** Class or unit to its rate. A class that is absent has no price; a price of 0 is free. */
export type Rates = ReadonlyMap<string, Rate>;

/** Ascending. The first is for any input, so that one always fits. */
export type Tiers = readonly [Tier, ...Tier[]];

/**
 * What a threshold counts: all of the prompt, cached or not; what of it was not read from or written to a cache; or,
 * class by class, its own units, of which those above the threshold are at the higher rate (`each`, marginal).
 */
export const CONTEXT_BASES = ['prompt_total', 'prompt_uncached', 'each'] as const;
export type ContextBasis = (typeof CONTEXT_BASES)[number];

/** The rate of a line and what is doubtful about it. */
export interface LineRate {
  readonly rate: Rate | undefined;
  readonly flags: readonly string[];
}

export interface ModelRates {
  readonly input: LineRate;
  readonly cacheRead: LineRate;
  readonly cacheWrite5m: LineRate;
  readonly cacheWrite1h: LineRate;
  readonly output: LineRate;
  /** Undefined where reasoning is part of the output, as it nearly always is. */
  readonly reasoning: LineRate | undefined;
  readonly request: Rate | undefined;
}

/** The one tier of a request whose rates are all of one tier. */
export function tierFor(tiers: Tiers, basis: ContextBasis, usage: Usage): Tier {
  let fits = tiers[0];
  if (tiers.length === 1) return fits;
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = usage;
  const size = basis === 'prompt_uncached' ? input - cacheRead - cacheWrite5m - cacheWrite1h : input;
  for (const tier of tiers) if (size > tier.above) fits = tier;
  return fits;
}

/** Tiers of a row: its base rates, and per threshold what differs from them. */
export function tiersOf(
  base: Rates,
  above: readonly { readonly above: number; readonly rates: Rates }[],
): [Tier, ...Tier[]] {
  const tiers: [Tier, ...Tier[]] = [tierOf(-1, base, base)];
  for (const tier of above.toSorted((left, right) => left.above - right.above))
    tiers.push(tierOf(tier.above, new Map([...base, ...tier.rates]), tier.rates));
  return tiers;
}

const tierOf = (above: number, rates: Rates, own: Rates): Tier => ({
  above,
  rates,
  own,
  model: modelRates(rates),
});

const SURE: readonly string[] = [];
const NO_CACHE_PRICE: readonly string[] = ['cache_price_missing'];
const NO_1H_PRICE: readonly string[] = ['cache_1h_price_missing'];

/** A missing cache price is the input's rate, never $0, and says so. */
function modelRates(rates: Rates): ModelRates {
  const sure = (name: string): LineRate => ({ rate: rates.get(name), flags: SURE });
  const input = sure('input');
  const orInput = (name: string): LineRate =>
    rates.has(name) ? sure(name) : { rate: input.rate, flags: NO_CACHE_PRICE };
  const short = orInput('cache_write_5m');
  return {
    input,
    cacheRead: orInput('cache_read'),
    cacheWrite5m: short,
    cacheWrite1h: rates.has('cache_write_1h')
      ? sure('cache_write_1h')
      : { rate: short.rate, flags: rates.has('cache_write_5m') ? NO_1H_PRICE : NO_CACHE_PRICE },
    output: sure('output'),
    reasoning: rates.has('reasoning') ? sure('reasoning') : undefined,
    request: rates.get('request'),
  };
}
