/** Freedoms of an encoding, taken by chance that a property can repeat and shrink. `roll(n)` is below `n`. */
export interface Dice {
  roll(sides: number): number;
}

export function diceOf(throws: readonly number[]): Dice {
  let next = 0;
  return {
    roll(sides) {
      const thrown = throws[next % throws.length] ?? 0;
      // Later rounds over the same throws differ, unless all are zero.
      const round = Math.floor(next / throws.length);
      next++;
      return thrown === 0 ? 0 : (thrown + round * 7) % sides;
    },
  };
}

/** The order of each list is kept; the lists are mixed. */
export function interleave<T>(lists: readonly (readonly T[])[], dice: Dice): T[] {
  const waiting = lists.map((list) => [...list]).filter((list) => list.length > 0);
  const mixed: T[] = [];
  while (waiting.length > 0) {
    const from = dice.roll(waiting.length);
    mixed.push(waiting[from]!.shift()!);
    if (waiting[from]!.length === 0) waiting.splice(from, 1);
  }
  return mixed;
}
