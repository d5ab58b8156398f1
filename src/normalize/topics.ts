import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { assert } from '../lib/assert.ts';

/** Bits of topics that a span touches. */
export type TopicBits = number;

/** Bits of a small integer that can be told apart. */
const TOPICS_MAX = 31;

/**
 * What a span has something to say about, found in one pass over the few keys that it carries, so that the
 * hundred names that it does not carry are never asked for.
 */
export class Topics {
  /** By key: the topics that it belongs to. */
  readonly #bits: TopicBits[] = [];
  #count = 0;

  /** A new topic: a span touches it where it has met any of the keys. */
  about(keys: readonly KeyId[]): TopicBits {
    assert(this.#count < TOPICS_MAX, 'there are fewer topics than bits');
    const bit = 1 << this.#count;
    this.#count += 1;
    for (const key of keys) {
      while (this.#bits.length <= key) this.#bits.push(0);
      this.#bits[key]! |= bit;
    }
    return bit;
  }

  of(view: AttributeView): TopicBits {
    let topics = 0;
    // Keys that others have added to the vocabulary since are beyond the end, and no topic.
    const known = this.#bits.length;
    for (let index = 0; index < view.keyCount; index += 1) {
      const key = view.keyAt(index);
      if (key < known) topics |= this.#bits[key]!;
    }
    return topics;
  }
}
