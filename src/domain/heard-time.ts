import { LIMITS } from './limits.ts';

/** 2000-01-01T00:00:00Z, in milliseconds since 1970: no agent ran before it. */
export const YEAR_2000_MS = 946_684_800_000;

/**
 * A time (Unix nanoseconds) as it counts. One further ahead than clocks drift is taken for the time at which it was heard:
 * else the task would be in no window before that time comes, and no report of the API could ever be later. So is one
 * before 2000, of a clock that nobody set: else it would be in no window that anybody looks at.
 *
 * @param receivedAt milliseconds since 1970
 */
export function believedTime(at: bigint, receivedAt: number): bigint {
  const atMs = Number(at / 1_000_000n);
  const isAhead = atMs > receivedAt + LIMITS.futureMsMax;
  const isUnset = atMs < YEAR_2000_MS && receivedAt >= YEAR_2000_MS;
  return isAhead || isUnset ? BigInt(Math.ceil(receivedAt)) * 1_000_000n : at;
}
