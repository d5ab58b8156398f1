import type { Meaning } from '../../src/domain/fact.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { type NormalizerOptions, openNormalizer } from '../../src/normalize/normalizer.ts';
import { type PlainSpan, SPAN_END, spanView } from '../support/span-view.ts';

/** Milliseconds at which the spans of the tests have just ended. */
export const NOW_MS = Number(SPAN_END / 1_000_000n);

/** A normalizer that reads plain spans. */
export function openReader(
  options: Partial<Omit<NormalizerOptions, 'vocabulary'>> = {},
): (span: PlainSpan) => Meaning {
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: () => NOW_MS, ...options });
  return (span) => normalizer.read(spanView(vocabulary, span));
}

/** A meaning without the fields that are not set. */
export const said = (meaning: Meaning): Partial<Meaning> =>
  Object.fromEntries(Object.entries(meaning).filter(([, value]) => value !== undefined));
