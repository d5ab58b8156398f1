/** A figure that the ledger's 64-bit columns cannot hold. Nothing of the change that carried it was kept. */
export class LedgerOverflow extends Error {
  override readonly name = 'LedgerOverflow';
}

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** The value itself; throws LedgerOverflow past 64 bits (9.2 million USD), since a wrapped amount would be a lie. */
export function fitting(value: bigint, what: string): bigint {
  if (value > MOST || value < LEAST)
    throw new LedgerOverflow(`${what} is ${value}: more than a signed 64-bit column of the ledger holds`);
  return value;
}

/** A time past the year 2262 is kept as the last that fits: it is nonsense of a sender, and must not stop a settle. */
export const timeFitting = (at: bigint): bigint => (at > MOST ? MOST : at < LEAST ? LEAST : at);

/** From the least to the most of them, so that a database skips the stretches of a table that hold none. */
export function rangeOf(seqs: readonly number[]): string {
  const least = seqs.reduce((low, seq) => Math.min(low, seq));
  const most = seqs.reduce((high, seq) => Math.max(high, seq));
  return `BETWEEN ${least} AND ${most}`;
}
