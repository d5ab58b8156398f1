import { assert } from '../lib/assert.ts';
import { type Card, openCard, type Period } from './card.ts';
import type { Clause } from './clause.ts';
import { rateOf } from './rate.ts';
import { scheduleOf, WEEKDAYS, type Weekday } from './schedule.ts';
import { type Rates, tiersOf } from './tiers.ts';
import { openWhen, relationOf } from './when.ts';

/** A table of list prices, as `solvent prices import` writes it. Immutable, and named by its hash. */
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
  /** Of those in force for a call the last one counts. */
  readonly prices: readonly SnapshotPrice[];
}

export interface SnapshotPrice {
  /** `2026-08-21`: from that day, 00:00 UTC. */
  readonly from?: string;
  /** Until that day, 00:00 UTC. */
  readonly to?: string;
  /** `["00:30:00Z", "16:30:00Z"]`, from and before. */
  readonly daily?: readonly [string, string];
  /** The days of `daily`; all of them unless told. */
  readonly days?: readonly Weekday[];
  /** Service tier; the standard one unless told. */
  readonly tier?: string;
  /** Regions, `a|b`; all of them unless told. */
  readonly region?: string;
  /** `from` is the day on which the change was seen, not one that was published. */
  readonly observed?: true;
  /** Class to dollars as decimal text. */
  readonly usd: Readonly<Record<string, string>>;
  readonly tiers?: readonly { readonly gt: number; readonly usd: Readonly<Record<string, string>> }[];
  /** Set by the overlay: where this row is from, and why. */
  readonly note?: string;
}

/** Compiled at the first question for a model: of 1,700 rows a service meets a dozen. */
export function cardOf(
  snapshot: Snapshot,
  provider: string,
  model: SnapshotModel,
  listedIn?: Card['listedIn'],
): Card {
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
    if (price.from !== undefined) dated = dayMs(price.from);
    const tiers = (price.tiers ?? []).map((tier) => ({ above: tier.gt, rates: ratesOf(tier.usd) }));
    return {
      priceId: `${price.note === undefined ? 'genai-prices' : 'overlay'}/${provider}/${model.id}${price.tier === undefined ? '' : `#${price.tier}`}`,
      source: price.note === undefined ? 'snapshot' : 'overlay',
      // A price of a time of day carries no date of its own: it came with the dated row that it follows, and
      // must not reach back before it (DeepSeek's peak hours began on 2026-08-17 with the row above them).
      from: price.from === undefined && price.daily === undefined ? -Infinity : dated,
      to: price.to === undefined ? Infinity : dayMs(price.to),
      when: whenOf(price),
      basis: 'prompt_total',
      tiers: tiersOf(ratesOf(price.usd), tiers),
      timed: false,
      note: price.note ?? (price.observed ? 'the day of the change is the day on which it was seen' : ''),
      line: 0,
    };
  });
  return openCard({ provider, model: model.id, periods: periods.map(endedByLater), listedIn });
}

/**
 * In the list the last row that holds counts, also where it is for all hours and an earlier one for some: so the hours
 * end where a later row for the same calls begins.
 */
function endedByLater(period: Period, index: number, all: readonly Period[]): Period {
  if (period.when.schedule === undefined) return period;
  const later = all
    .slice(index + 1)
    .filter(({ when }) => when.schedule === undefined && relationOf(period.when, when) === 'within');
  return { ...period, to: Math.min(period.to, ...later.map(({ from }) => from)) };
}

function whenOf({ tier, region, daily, days = WEEKDAYS }: SnapshotPrice) {
  return openWhen({
    ...(tier !== undefined && { tier }),
    ...(region !== undefined && { region }),
    ...(daily !== undefined && {
      schedule: scheduleOf('UTC', days, [[minuteOfDay(daily[0]), minuteOfDay(daily[1])]]),
    }),
  });
}

const dayMs = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const minuteOfDay = (time: string): number => Date.parse(`1970-01-01T${time}`) / 60_000;
