/** A tree of texts: what belongs to several of them is found along them, without one text being made of all. */
export class Branch<T> {
  readonly #next = new Map<string, Branch<T>>();
  value: T | undefined;

  /** The branch under `text`; grown where it is missing. */
  to(text: string): Branch<T> {
    let next = this.#next.get(text);
    if (next === undefined) {
      next = new Branch<T>();
      this.#next.set(text, next);
    }
    return next;
  }
}
