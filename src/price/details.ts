import type { UnitCount } from '../domain/fact.ts';
import type { Usage } from '../domain/usage.ts';
import { parseDecimal } from '../lib/decimal.ts';
import type { Rates } from './tiers.ts';

/** Tokens of a kind of their own, reported as units, and the count of `Usage` that contains them. */
const DETAILS: Readonly<Record<string, 'input' | 'cacheRead' | 'output'>> = {
  cache_read_audio: 'cacheRead',
  cache_read_image: 'cacheRead',
  input_audio: 'input',
  input_image: 'input',
  input_video: 'input',
  output_audio: 'output',
  output_image: 'output',
  output_video: 'output',
  citation: 'output',
};

/** The cached part of these inputs is in both counts. */
const CACHED_PART: Readonly<Record<string, string>> = {
  input_audio: 'cache_read_audio',
  input_image: 'cache_read_image',
};

export const isDetail = (unit: string): boolean => unit in DETAILS;

/** What of a call's tokens has a rate of its own, and what is left of the plain classes. */
export interface Carved {
  readonly usage: Usage;
  readonly parts: readonly { readonly unit: string; readonly count: number }[];
  /** `modality_price_missing` where a kind has no rate of its own and stays with its class. */
  readonly flags: readonly string[];
}

const UNPRICED: readonly string[] = ['modality_price_missing'];
const NO_FLAGS: readonly string[] = [];

/**
 * Takes audio, images, video and citations out of the totals that contain them, where the row has a rate for them.
 * No more is taken than there is: the sum of all lines stays the sum of all tokens.
 */
export function carve(usage: Usage, units: readonly UnitCount[], rates: Rates): Carved {
  const counts = new Map(units.map(({ unit, quantity }) => [unit, wholeOf(quantity)]));
  const left = {
    input: usage.input - usage.cacheRead - usage.cacheWrite5m - usage.cacheWrite1h,
    cacheRead: usage.cacheRead,
    output: usage.output,
  };
  const parts: { unit: string; count: number }[] = [];
  let flags = NO_FLAGS;
  for (const [unit, from] of Object.entries(DETAILS)) {
    const told = (counts.get(unit) ?? 0) - (counts.get(CACHED_PART[unit] ?? '') ?? 0);
    const count = Math.min(left[from], Math.max(0, told));
    if (count === 0) continue;
    if (!rates.has(unit)) {
      flags = UNPRICED;
      continue;
    }
    left[from] -= count;
    parts.push({ unit, count });
  }
  const taken = { input: usage.input, cacheRead: left.cacheRead, output: left.output };
  taken.input -= parts.reduce((sum, { unit, count }) => sum + (DETAILS[unit] === 'output' ? 0 : count), 0);
  return { usage: { ...usage, ...taken }, parts, flags };
}

function wholeOf(text: string): number {
  const count = parseDecimal(text, 0);
  return count === undefined || count < 0n ? 0 : Number(count);
}
