/** Dice that fall alike for one seed, on every machine (mulberry32). */
export interface Dice {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number below `end`. */
  below(end: number): number;
  /** One of a list; the first are drawn more often, as names are in real life. */
  skewed<T>(items: readonly T[]): T;
  /** Lower-case hex digits. */
  hex(digits: number): string;
}

export function openDice(seed: number): Dice {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    skewed: (items) => items[Math.floor(next() ** 2 * items.length)]!,
    hex(digits) {
      let text = '';
      while (text.length < digits) text += below(0x1_0000_0000).toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}
