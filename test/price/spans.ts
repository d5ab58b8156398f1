import type { Charge } from '../../src/domain/charge.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { FactReader } from '../../src/domain/fact-reader.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import type { PriceBook } from '../../src/price/book.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { type PlainSpan, SPAN_END, spanView } from '../support/span-view.ts';

/** Spans on their way to charges through every room between, without a service around them. */
export function openSpans(book: PriceBook): (...spans: readonly PlainSpan[]) => readonly Charge[] {
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({
    vocabulary,
    naming: defaultNaming,
    unitAttributes: book.unitAttributes,
    nowMs: () => Number(SPAN_END / 1_000_000n),
  });
  return (...spans) => book.price(untangle(factsOf(spans)));

  function factsOf(spans: readonly PlainSpan[]): readonly Fact[] {
    const writer = new FactWriter();
    writer.begin(0);
    for (const span of spans) {
      const view = spanView(vocabulary, span);
      writer.add(view, normalizer.read(view));
    }
    return new FactReader(writer.finish()).facts();
  }
}
