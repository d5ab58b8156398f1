import type { Rate } from './rate.ts';

/**
 * All that one price row asks, compiled. The selectors are nested from the outside in: time, then context size.
 * A further selector (service tier, region) is a further field of `Period` and a further test in `periodAt`.
 */
export interface Card {
  readonly priceId: string;
  readonly source: 'user' | 'snapshot';
  readonly provider: string;
  readonly model: string;
  /** In the table's order: of those that hold at a time the last one counts. */
  readonly periods: readonly Period[];
  /** The only period, where it holds at all times: the common case needs no clock. */
  readonly always: Period | undefined;
}

export interface Period {
  /** Milliseconds since 1970, from and before. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of the day in UTC, from and before; the end may lie on the next day. */
  readonly daily: { readonly from: number; readonly to: number } | undefined;
  /** Ascending. The first is for any input, so that one always fits. */
  readonly tiers: readonly [Tier, ...Tier[]];
}

/** The rates of a whole request whose inclusive input is above `above` tokens. */
export interface Tier {
  readonly above: number;
  readonly rates: Rates;
  /** The same, resolved for the lines of a model call. */
  readonly model: ModelRates;
}

/** Class or unit to its rate. A class that is absent has no price; a price of 0 is free. */
export type Rates = ReadonlyMap<string, Rate>;

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

const DAY_MS = 86_400_000;

export function openCard(card: Omit<Card, 'always'>): Card {
  const [only, ...others] = card.periods;
  const timeless =
    others.length === 0 && only?.from === -Infinity && only.to === Infinity && only.daily === undefined;
  return { ...card, always: timeless ? only : undefined };
}

/** The last period that holds at that time. */
export function periodAt(card: Card, atMs: number): Period | undefined {
  if (card.always !== undefined) return card.always;
  for (let index = card.periods.length - 1; index >= 0; index--) {
    const period = card.periods[index]!;
    if (holds(period, atMs)) return period;
  }
  return undefined;
}

/** Until when a period holds: its own end, or the start of a later row that always holds from there. */
export function endOf(card: Card, period: Period): number {
  const later = card.periods.slice(card.periods.indexOf(period) + 1);
  const starts = later
    .filter(({ from, daily }) => daily === undefined && from > period.from)
    .map(({ from }) => from);
  return Math.min(period.to, ...starts);
}

function holds({ from, to, daily }: Period, atMs: number): boolean {
  if (atMs < from || atMs >= to) return false;
  if (daily === undefined) return true;
  const ofDay = ((atMs % DAY_MS) + DAY_MS) % DAY_MS;
  return daily.from <= daily.to
    ? ofDay >= daily.from && ofDay < daily.to
    : ofDay >= daily.from || ofDay < daily.to;
}

/** `input` is the inclusive total: the whole request is in one tier. */
export function tierFor(period: Period, input: number): Tier {
  let fits = period.tiers[0];
  for (const tier of period.tiers) if (input > tier.above) fits = tier;
  return fits;
}

/** Tiers of a row: its base rates, and per threshold what differs from them. */
export function tiersOf(
  base: Rates,
  above: readonly { readonly above: number; readonly rates: Rates }[],
): [Tier, ...Tier[]] {
  const tiers: [Tier, ...Tier[]] = [tierOf(-1, base)];
  for (const tier of above.toSorted((left, right) => left.above - right.above))
    tiers.push(tierOf(tier.above, new Map([...base, ...tier.rates])));
  return tiers;
}

const tierOf = (above: number, rates: Rates): Tier => ({ above, rates, model: modelRates(rates) });

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
