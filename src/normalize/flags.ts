import { FACT_FLAGS, type FactFlag } from '../domain/fact.ts';

/** Flags as bits while a span is read, so that the common span without any allocates nothing. */
export type FlagBits = number;

export const FLAG = Object.fromEntries(FACT_FLAGS.map((flag, bit) => [flag, 1 << bit])) as Readonly<
  Record<FactFlag, FlagBits>
>;

const LISTS = Array.from({ length: 1 << FACT_FLAGS.length }, (_, bits) =>
  Object.freeze(FACT_FLAGS.filter((flag) => (bits & FLAG[flag]) !== 0)),
);

/** The same list for the same bits; undefined for none. */
export const flagList = (bits: FlagBits): readonly FactFlag[] | undefined =>
  bits === 0 ? undefined : LISTS[bits];
