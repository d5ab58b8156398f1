import { globOf } from '../domain/policy.ts';
import type { Served } from '../domain/served.ts';
import { coverage, holdsAt, relation, type Schedule, WEEK } from './schedule.ts';

/**
 * For which calls a rate holds, besides its model and its time. What is undefined does not select, but for the tier:
 * a rate that names none is for the standard one.
 */
export interface When {
  /** Lower case; `*` for every tier. */
  readonly tier?: string;
  /** Lower case; may hold stars, and alternatives: `eu-*|uk-south`. */
  readonly region?: string;
  readonly deployment?: string;
  readonly schedule?: Schedule;
}

export const ANY_CALL: When = {};

/** A selector compiled. */
export interface OpenWhen extends When {
  readonly matchesRegion: ((region: string) => boolean) | undefined;
  /** Of two that both accept a call the larger is the more specific. */
  readonly score: number;
}

export function openWhen(when: When): OpenWhen {
  return {
    ...when,
    matchesRegion: when.region === undefined || when.region === '*' ? undefined : anyOf(when.region),
    score:
      tierScore(when.tier) + regionScore(when.region) + scoreOf(when.deployment) + hoursScore(when.schedule),
  };
}

function anyOf(regions: string): (region: string) => boolean {
  const globs = regions.split('|').map(globOf);
  return (region) => globs.some((fits) => fits(region));
}

const scoreOf = (selector: unknown): number => (selector === undefined ? 0 : 1);
const tierScore = (tier: string | undefined): number => (tier === '*' ? 0 : 1);
/**
 * The smaller the share of all names, the larger. A pattern takes the 36th part of the names for each of its letters; of
 * lists with one share, as near as a number can tell, the one with fewer entries is the narrower.
 */
function regionScore(region = '*'): number {
  const parts = region.split('|');
  const share = parts.reduce(
    (sum, part) => sum + 36 ** -(part.includes('*') ? part.replaceAll('*', '').length : 64),
    0,
  );
  return -Math.log(share) / 1000 - parts.length * 1e-13;
}

const hoursScore = (schedule: Schedule | undefined): number =>
  schedule === undefined ? 0 : 2 - coverage(schedule) / WEEK;

/** Whether it accepts a call that was served in `tier`; undefined is the standard one. */
export function accepts(when: OpenWhen, tier: string | undefined, served: Served, atMs: number): boolean {
  if (when.tier !== '*' && when.tier !== tier) return false;
  if (when.deployment !== undefined && when.deployment !== served.deployment) return false;
  if (when.matchesRegion !== undefined && !(served.region !== undefined && when.matchesRegion(served.region)))
    return false;
  return when.schedule === undefined || holdsAt(when.schedule, atMs);
}

type Relation = ReturnType<typeof relation>;

/** How the calls of one lie to those of another. */
export function relationOf(left: When, right: When): Relation {
  const parts: readonly Relation[] = [
    ofTexts(
      left.tier === '*' ? undefined : (left.tier ?? ''),
      right.tier === '*' ? undefined : (right.tier ?? ''),
    ),
    ofRegions(left.region, right.region),
    ofTexts(left.deployment, right.deployment),
    ofSchedules(left.schedule, right.schedule),
  ];
  if (parts.includes('apart')) return 'apart';
  const within = parts.includes('within');
  const around = parts.includes('around');
  if (parts.includes('cross') || (within && around)) return 'cross';
  if (within) return 'within';
  return around ? 'around' : 'equal';
}

function ofTexts(left: string | undefined, right: string | undefined): Relation {
  if (left === right) return 'equal';
  if (left === undefined) return 'around';
  return right === undefined ? 'within' : 'apart';
}

function ofRegions(left = '*', right = '*'): Relation {
  const [own, other] = [left.split('|'), right.split('|')];
  const within = isWithin(own, other);
  const around = isWithin(other, own);
  if (within || around) return within && around ? 'equal' : within ? 'within' : 'around';
  return own.some((one) => other.some((two) => globsMeet(one, two))) ? 'cross' : 'apart';
}

const isWithin = (narrow: readonly string[], wide: readonly string[]): boolean =>
  narrow.every((one) => wide.some((two) => globOf(two)(one)));

function ofSchedules(left: Schedule | undefined, right: Schedule | undefined): Relation {
  if (left !== undefined && right !== undefined) return relation(left, right);
  if (left === right) return 'equal';
  return left === undefined ? 'around' : 'within';
}

/** What both accept, where they cross: the narrower of each pair of selectors; undefined where no rate can say it. */
export function meetOf(left: When, right: When): When | undefined {
  const regions = ofRegions(left.region, right.region);
  const hours = ofSchedules(left.schedule, right.schedule);
  if (regions === 'cross' || hours === 'cross') return undefined;
  const tier = left.tier === '*' ? right.tier : left.tier;
  const region = regions === 'around' ? right.region : left.region;
  const deployment = left.deployment ?? right.deployment;
  const schedule = hours === 'around' ? right.schedule : left.schedule;
  return {
    ...(tier !== undefined && { tier }),
    ...(region !== undefined && { region }),
    ...(deployment !== undefined && { deployment }),
    ...(schedule !== undefined && { schedule }),
  };
}

/** Whether some text fits both patterns. */
export function globsMeet(left: string, right: string): boolean {
  if (left === '') return /^\**$/.test(right);
  if (right === '') return /^\**$/.test(left);
  if (left[0] === '*') return globsMeet(left.slice(1), right) || globsMeet(left, right.slice(1));
  if (right[0] === '*') return globsMeet(left, right.slice(1)) || globsMeet(left.slice(1), right);
  return left[0] === right[0] && globsMeet(left.slice(1), right.slice(1));
}
