import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';

/** Stands where a list has no name on the view. */
const NONE = 0xffff;

/**
 * Several lists of names, each for one thing and best name first, of which a view mostly carries few. One look over
 * the keys that it does carry tells where in each list to begin asking, so that a list costs the same however
 * many spellings it has.
 */
export class Choices {
  /** Three numbers for each use of a key: the list, the name's rank in it, and the next use of the key, or 0. */
  readonly #uses: Uint16Array;
  /** By key its first use, or 0. */
  readonly #first: Uint16Array;
  readonly #best: Uint16Array;

  constructor(lists: readonly (readonly KeyId[])[]) {
    const uses = [0, 0, 0];
    const first: number[] = [];
    for (const [list, keys] of lists.entries()) {
      for (const [rank, key] of keys.entries()) {
        while (first.length <= key) first.push(0);
        uses.push(list, rank, first[key]!);
        first[key] = uses.length - 3;
      }
    }
    this.#uses = Uint16Array.from(uses);
    this.#first = Uint16Array.from(first);
    this.#best = new Uint16Array(lists.length).fill(NONE);
  }

  /** Finds the best name of each list; false where the view has none of any. Holds until the next look. */
  look(view: AttributeView): boolean {
    const best = this.#best;
    // Lists are few: a loop is faster than `fill`.
    for (let list = 0; list < best.length; list += 1) best[list] = NONE;
    const first = this.#first;
    const uses = this.#uses;
    let found = false;
    for (let index = 0; index < view.keyCount; index += 1) {
      const key = view.keyAt(index);
      // Keys that others have added to the vocabulary since are beyond the end.
      let use = key < first.length ? first[key]! : 0;
      while (use !== 0) {
        const list = uses[use]!;
        if (uses[use + 1]! < best[list]!) best[list] = uses[use + 1]!;
        use = uses[use + 2]!;
        found = true;
      }
    }
    return found;
  }

  /** Whether the view has any name of the list. */
  has(list: number): boolean {
    return this.#best[list]! !== NONE;
  }

  /** Where in the list to begin: past its end where the view has none of its names. */
  from(list: number): number {
    return this.#best[list]!;
  }
}
