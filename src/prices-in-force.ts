import type { PriceBook } from './price/book.ts';

/** The book that everything asks, whichever file was read last. A trace is priced by one book from end to end. */
export interface PricesInForce extends PriceBook {
  readonly book: PriceBook;
  replace(book: PriceBook): void;
}

export function openPricesInForce(first: PriceBook): PricesInForce {
  let book = first;
  return {
    get book() {
      return book;
    },
    get tableHash() {
      return book.tableHash;
    },
    get unitAttributes() {
      return book.unitAttributes;
    },
    get sources() {
      return book.sources;
    },
    price: (trace) => book.price(trace),
    rates: (...asked) => book.rates(...asked),
    ageMs: (nowMs) => book.ageMs(nowMs),
    replace: (next) => {
      book = next;
    },
  };
}
