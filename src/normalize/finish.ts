import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';

/** A call that ended so brought no answer, and emitters that say it here often leave the status unset. */
const ERROR = /^[[\s"]*error["\s\]]*$/i;

/**
 * Whether the first attribute that says why the model stopped says that the call failed, with all of its answers. The
 * reasons come as an array of texts, as one text, as several in one text, or as an array written as JSON.
 */
export function finishedInError(view: AttributeView, keys: readonly KeyId[]): boolean {
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index]!;
    if (!view.has(key)) continue;
    const text = view.text(key);
    const reasons = text === undefined ? view.texts(key) : text.split(',');
    if (reasons.length > 0) return reasons.every((reason) => ERROR.test(reason));
  }
  return false;
}
