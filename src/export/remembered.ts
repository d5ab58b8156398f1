/** What is made of a text, made once for as long as every round asks for it: labels live as long as their series. */
export class Remembered<T> {
  #before = new Map<string, T>();
  #now = new Map<string, T>();

  of(text: string, make: () => T): T {
    let known = this.#now.get(text);
    if (known !== undefined) return known;
    known = this.#before.get(text) ?? make();
    this.#now.set(text, known);
    return known;
  }

  /** Ends a round: what nobody asked for in it is forgotten. */
  endRound(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
