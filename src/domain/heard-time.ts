import { LIMITS } from './limits.ts';

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
  const isUnset = atMs < LIMITS.pastMsMin && receivedAt >= LIMITS.pastMsMin;
  return isAhead || isUnset ? BigInt(Math.ceil(receivedAt)) * 1_000_000n : at;
}
