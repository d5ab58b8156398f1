import type { Usage } from '../domain/usage.ts';
import { ABSENT } from './first.ts';

/**
 * What an emitter's input and output counts include. `inclusive`: input holds cached tokens, output holds
 * reasoning. `exclusive`: input holds no cached tokens. `disjoint`: neither holds its detail. `thoughts_outside`: input
 * holds cached tokens, output is without its thoughts, as Google's APIs have it.
 */
export type Style = 'inclusive' | 'exclusive' | 'disjoint' | 'thoughts_outside';

/** Counts as the emitter gave them; ABSENT where it gave none. */
export interface RawCounts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** All cache writes together. */
  readonly cacheWrite: number;
  /** The part of the cache writes that lives 5 minutes, and the part that lives an hour. */
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly reasoning: number;
  readonly total: number;
}

/** What is known of the emitter besides its counts. */
export interface Emitter {
  /** Known for certain, by its scope or dialect; undefined where nobody knows. */
  readonly style: Style | undefined;
  /** The vendor's own API counts inclusively, so whoever passes its numbers on does too. */
  readonly vendorInclusive: boolean;
  /** Google's APIs count thoughts beside the output, and often only the total shows them. */
  readonly hidesThoughts: boolean;
}

export interface Resolved {
  readonly usage: Usage;
  /** Cached tokens are there, and nothing proved whether input holds them. */
  readonly assumed: boolean;
  /** A detail was larger than its total and was cut to it. */
  readonly clamped: boolean;
}

/** Any style to inclusive totals; the result always holds the invariants of Usage. */
export function resolveStyle(raw: RawCounts, emitter: Emitter): Resolved {
  const split = orZero(raw.cacheWrite5m) + orZero(raw.cacheWrite1h);
  const write = raw.cacheWrite === ABSENT ? split : raw.cacheWrite;
  const cached = orZero(raw.cacheRead) + write;
  const style = cached === 0 ? 'inclusive' : inputStyle(raw, cached, emitter);
  const input = orZero(raw.input) + (style === 'exclusive' ? cached : 0);
  const output = outputTotal(raw, input, emitter);
  const write1h = Math.min(orZero(raw.cacheWrite1h), write);
  return {
    usage: {
      input,
      cacheRead: orZero(raw.cacheRead),
      cacheWrite5m: write - write1h,
      cacheWrite1h: write1h,
      output,
      reasoning: raw.reasoning === ABSENT ? hiddenThoughts(raw, output, emitter) : raw.reasoning,
    },
    assumed: style === undefined,
    clamped: split > write,
  };
}

/**
 * Does input hold the cached tokens? Evidence, best first: more cached tokens than input, which only exclusive
 * counts can show; what is known of the emitter; its total; its vendor. Undefined: the conventions' inclusive
 * is assumed.
 */
function inputStyle(raw: RawCounts, cached: number, emitter: Emitter): Style | undefined {
  if (cached > orZero(raw.input)) return 'exclusive';
  if (emitter.style === 'thoughts_outside') return 'inclusive';
  if (emitter.style !== undefined) return emitter.style === 'inclusive' ? 'inclusive' : 'exclusive';
  return styleByTotal(raw, cached) ?? (emitter.vendorInclusive ? 'inclusive' : undefined);
}

function styleByTotal(raw: RawCounts, cached: number): Style | undefined {
  if (raw.total === ABSENT || raw.input === ABSENT || raw.output === ABSENT) return undefined;
  const beyond = raw.total - raw.input - raw.output;
  if (beyond === 0) return 'inclusive';
  const reasoning = orZero(raw.reasoning);
  // As many cached as reasoning tokens: the surplus may be either, and proves nothing.
  if (reasoning === cached) return undefined;
  if (beyond === cached || beyond === cached + reasoning) return 'exclusive';
  return beyond === reasoning ? 'inclusive' : undefined;
}

/**
 * More reasoning than output, or a total that holds both, shows that output is without its thoughts. Of an emitter
 * that is known to leave them out, only the total can prove that it did not.
 */
function outputTotal(raw: RawCounts, input: number, emitter: Emitter): number {
  const output = orZero(raw.output);
  const reasoning = orZero(raw.reasoning);
  const outside = emitter.style === 'thoughts_outside';
  if (reasoning > output || emitter.style === 'disjoint') return output + reasoning;
  if (raw.total === ABSENT || raw.input === ABSENT || raw.output === ABSENT)
    return outside ? output + reasoning : output;
  if (raw.total === input + output + reasoning) return output + reasoning;
  if (raw.total === input + output) return output;
  if (!emitter.hidesThoughts && !outside) return output;
  return raw.total > input + output ? raw.total - input : output;
}

const hiddenThoughts = (raw: RawCounts, output: number, emitter: Emitter) =>
  emitter.hidesThoughts || emitter.style === 'thoughts_outside' ? output - orZero(raw.output) : 0;

const orZero = (count: number) => (count === ABSENT ? 0 : count);
