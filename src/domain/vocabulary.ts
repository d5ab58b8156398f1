/** Number of an attribute name in the vocabulary. */
export type KeyId = number;

/**
 * The attribute names that are read at all. Filled while the parts are built (each dialect says what it
 * reads), then frozen: decode finds known keys by their bytes and skips every other key unread.
 */
export class Vocabulary {
  readonly #ids = new Map<string, KeyId>();
  #frozen = false;

  /** The number of `name`, given at its first mention. */
  key(name: string): KeyId {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    if (this.#frozen) throw new Error(`attribute "${name}" was named after the vocabulary was frozen`);
    const id = this.#ids.size;
    this.#ids.set(name, id);
    return id;
  }

  keys(names: readonly string[]): readonly KeyId[] {
    return names.map((name) => this.key(name));
  }

  /** All names, at the index of their number. No name is added after this. */
  freeze(): readonly string[] {
    this.#frozen = true;
    return [...this.#ids.keys()];
  }
}
