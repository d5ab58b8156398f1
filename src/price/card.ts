import type { Served } from '../domain/served.ts';
import type { ContextBasis, Tiers } from './tiers.ts';
import { accepts, type OpenWhen, relationOf } from './when.ts';

/** All that one source asks for a model, compiled. */
export interface Card {
  readonly provider: string;
  readonly model: string;
  /** The most specific first; of those that are equal the later one. The first that holds counts. */
  readonly periods: readonly Period[];
  /** The one period for calls that say nothing of how they were served, where it holds at all times: the common case. */
  readonly always: Chosen | undefined;
  /** Whether any period is of a region, of a deployment. */
  readonly regional: boolean;
  readonly deployed: boolean;
  /** Whether a call of a region that no period names is doubtful: it is where the user names regions, or `listedIn`. */
  readonly regionMatters: boolean;
  /** Where the list prices hold, if the provider asks others elsewhere and this table does not know them. */
  readonly listedIn: ((region: string) => boolean) | undefined;
}

/** One price row: when and for which calls its rates hold. */
export interface Period {
  readonly priceId: string;
  readonly source: PriceSource;
  /** Milliseconds since 1970, from and before. */
  readonly from: number;
  readonly to: number;
  readonly when: OpenWhen;
  readonly basis: ContextBasis;
  readonly tiers: Tiers;
  /** Whether a rate is of a unit that is counted from the span's duration, so that no span need report it. */
  readonly timed: boolean;
  /** Where the rates are from, and why they differ from the source below it. */
  readonly note: string;
  /** Where it stands in the user's file; 0 elsewhere. */
  readonly line: number;
}

export type PriceSource = 'user' | 'overlay' | 'snapshot';

/** A period for a call, and what is doubtful about it. */
export interface Chosen {
  readonly period: Period;
  readonly flags: readonly string[];
}

const SURE: readonly string[] = [];

export function openCard(
  given: Pick<Card, 'provider' | 'model'> & {
    /** In the table's order. */
    readonly periods: readonly Period[];
    readonly listedIn?: Card['listedIn'];
  },
): Card {
  const periods = given.periods.toReversed().sort((left, right) => right.when.score - left.when.score);
  const card = {
    provider: given.provider,
    model: given.model,
    periods,
    regional: periods.some(isRegional),
    regionMatters:
      given.listedIn !== undefined || periods.some((one) => one.source === 'user' && isRegional(one)),
    deployed: periods.some(({ when }) => when.deployment !== undefined),
    listedIn: given.listedIn,
  };
  const [only, ...others] = periods.filter(acceptsSilence);
  const timeless = only !== undefined && others.length === 0 && isTimeless(only);
  return { ...card, always: timeless ? chosen(card, only, NOT_SAID, SURE) : undefined };
}

const isRegional = ({ when }: Period): boolean => when.matchesRegion !== undefined;

const acceptsSilence = ({ when }: Period): boolean =>
  (when.tier === undefined || when.tier === '*') &&
  when.matchesRegion === undefined &&
  when.deployment === undefined;

const isTimeless = ({ from, to, when }: Period): boolean =>
  from === -Infinity && to === Infinity && when.schedule === undefined;

const NOT_SAID: Served = {};

/** The period for a call that was served so, at a time; undefined where none holds. */
export function choose(card: Card, served: Served | undefined, atMs: number): Chosen | undefined {
  if (served === undefined && card.always !== undefined) return card.always;
  const call = served ?? NOT_SAID;
  const exact = firstThatHolds(card, call.tier, call, atMs);
  if (exact !== undefined) return chosen(card, exact, call, SURE);
  if (call.tier === undefined) return undefined;
  // A tier that nobody prices is at the standard rate, and says so.
  const standard = firstThatHolds(card, undefined, call, atMs);
  return standard && chosen(card, standard, call, TIER_UNPRICED);
}

function firstThatHolds(
  card: Card,
  tier: string | undefined,
  served: Served,
  atMs: number,
): Period | undefined {
  for (const period of card.periods)
    if (atMs >= period.from && atMs < period.to && accepts(period.when, tier, served, atMs)) return period;
  return undefined;
}

const TIER_UNPRICED: readonly string[] = ['tier_unpriced'];

function chosen(
  card: Omit<Card, 'always'>,
  period: Period,
  served: Served,
  doubts: readonly string[],
): Chosen {
  const { region, deployment } = period.when;
  const flags = [...doubts];
  if (region === undefined && card.regionMatters) {
    if (served.region === undefined) {
      if (card.regional) flags.push('region_unknown');
    } else if (card.listedIn?.(served.region) !== true) flags.push('region_unpriced');
  }
  if (card.deployed && deployment === undefined)
    flags.push(served.deployment === undefined ? 'deployment_unknown' : 'deployment_unpriced');
  return { period, flags };
}

/** Until when a period holds: its own end, or the start of a later row for the same calls. */
export function endOf(card: Card, period: Period): number {
  const later = card.periods.slice(0, card.periods.indexOf(period));
  const starts = later
    .filter(({ from, when }) => from > period.from && relationOf(when, period.when) === 'equal')
    .map(({ from }) => from);
  return Math.min(period.to, ...starts);
}
