import { EMPTY_TEXT, type TextNumbers } from './dictionaries.ts';

/** The texts of a dictionary and their numbers, both ways, in memory. */
export class TextIndex implements TextNumbers {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];

  constructor() {
    this.learn(EMPTY_TEXT, '');
  }

  /** How many numbers are given; the next new text gets this one. */
  get size(): number {
    return this.#texts.length;
  }

  /** By the number that was written: should two texts ever read back as one, all others keep theirs. */
  learn(id: number, text: string): void {
    this.#texts[id] = text;
    if (!this.#ids.has(text)) this.#ids.set(text, id);
  }

  forget(): void {
    this.#ids.clear();
    this.#texts.length = 0;
    this.learn(EMPTY_TEXT, '');
  }

  find(text: string): number | undefined {
    return this.#ids.get(text);
  }

  textOf(id: number): string {
    return this.#texts[id] ?? '';
  }

  listOf(id: number): readonly string[] {
    return JSON.parse(this.textOf(id)) as readonly string[];
  }
}
