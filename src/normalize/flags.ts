import { FACT_FLAGS, type FactFlag } from '../domain/fact.ts';

/** Flags as bits while a span is read, so that the common span without any allocates nothing. */
export type FlagBits = number;

export const FLAG = Object.fromEntries(FACT_FLAGS.map((flag, bit) => [flag, 1 << bit])) as Readonly<
  Record<FactFlag, FlagBits>
>;

/** Of the thousands of sets a service meets a dozen: each is made when it is first met. */
const LISTS = new Map<FlagBits, readonly FactFlag[]>();

/** The same list for the same bits; undefined for none. */
export function flagList(bits: FlagBits): readonly FactFlag[] | undefined {
  if (bits === 0) return undefined;
  const known = LISTS.get(bits);
  if (known !== undefined) return known;
  const list = Object.freeze(FACT_FLAGS.filter((flag) => (bits & FLAG[flag]) !== 0));
  LISTS.set(bits, list);
  return list;
}
