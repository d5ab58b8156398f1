const HOUR = 3_600_000_000_000n;
const DAY = 24n * HOUR;

/**
 * Lengths of the pieces of time, in nanoseconds since 1970, for which sums of closed tasks are kept; each holds a whole
 * number of those before it. 32 days stand in for a month: what is asked of years reads a dozen pieces of each.
 */
export const GRAINS = [HOUR, DAY, 32n * DAY] as const;

/** A stretch of time, from its first nanosecond to before its last, that is summed up from pieces or task by task. */
export interface Stretch {
  readonly from: bigint;
  readonly to: bigint;
  /** The place in GRAINS; undefined for single tasks. */
  readonly grain: number | undefined;
}

/**
 * A window as stretches that meet and do not overlap: the largest pieces that fit into it, smaller ones at its edges, and
 * tasks where no piece fits. What closed before 1970 is in no piece.
 */
export function stretchesOf(from: bigint, to: bigint): readonly Stretch[] {
  if (from >= to) return [];
  if (from >= 0n) return split(from, to, GRAINS.length - 1);
  const positive = to > 0n ? split(0n, to, GRAINS.length - 1) : [];
  return [{ from, to: to < 0n ? to : 0n, grain: undefined }, ...positive];
}

function split(from: bigint, to: bigint, grain: number): readonly Stretch[] {
  if (from >= to) return [];
  const length = GRAINS[grain];
  if (length === undefined) return [{ from, to, grain: undefined }];
  const first = from + ((length - (from % length)) % length);
  const last = to - (to % length);
  if (first >= last) return split(from, to, grain - 1);
  return [...split(from, first, grain - 1), { from: first, to: last, grain }, ...split(last, to, grain - 1)];
}

/** Where the piece that holds a time begins. */
export const pieceOf = (at: bigint, grain: number): bigint => at - (at % GRAINS[grain]!);
