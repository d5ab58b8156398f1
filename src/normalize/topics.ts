import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { assert } from '../lib/assert.ts';

/** Bits of topics, or of dialects, that a span touches. */
export type TopicBits = number;

/** Bits of a small integer that can be told apart. */
const BITS_MAX = 31;

/** By key the bits that it belongs to. */
class Table {
  readonly bits: TopicBits[] = [];
  #count = 0;

  add(keys: readonly KeyId[]): TopicBits {
    assert(this.#count < BITS_MAX, 'there are fewer topics, and fewer dialects, than bits');
    const bit = 1 << this.#count;
    this.#count += 1;
    for (const key of keys) {
      while (this.bits.length <= key) this.bits.push(0);
      this.bits[key]! |= bit;
    }
    return bit;
  }
}

/**
 * What a span has something to say about, and in which dialects, found in one pass over the few keys that it carries,
 * so that the hundreds of names that it does not carry are never asked for.
 */
export class Topics {
  readonly #topics = new Table();
  readonly #dialects = new Table();
  /** The dialects that the view looked at last speaks; the lowest bit is the dialect that was named first. */
  dialects: TopicBits = 0;

  /** A new topic: a span touches it where it has met any of the keys. */
  about(keys: readonly KeyId[]): TopicBits {
    return this.#topics.add(keys);
  }

  /** A new dialect: a span speaks it where it has met any of the keys. */
  dialect(signs: readonly KeyId[]): TopicBits {
    return this.#dialects.add(signs);
  }

  /** The topics that the view touches; `dialects` are those that it speaks. */
  of(view: AttributeView): TopicBits {
    const [topicsOf, dialectsOf] = [this.#topics.bits, this.#dialects.bits];
    // Keys that others have added to the vocabulary since are beyond the end, and nothing.
    const [topicKeys, dialectKeys] = [topicsOf.length, dialectsOf.length];
    let topics = 0;
    let dialects = 0;
    for (let index = 0; index < view.keyCount; index += 1) {
      const key = view.keyAt(index);
      if (key < topicKeys) topics |= topicsOf[key]!;
      if (key < dialectKeys) dialects |= dialectsOf[key]!;
    }
    this.dialects = dialects;
    return topics;
  }
}
