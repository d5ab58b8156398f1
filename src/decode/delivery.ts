import type { Decoded } from '../domain/request.ts';
import type { SpanView } from '../domain/span.ts';
import type { ScratchSpan } from './span.ts';

/** Hands each span that is whole to the visitor, and keeps count of the others. One per body. */
export class Delivery {
  readonly span: ScratchSpan;
  readonly #visit: (span: SpanView) => void;
  #spans = 0;
  #rejected = 0;
  #message = '';

  constructor(span: ScratchSpan, visit: (span: SpanView) => void) {
    this.span = span;
    this.#visit = visit;
  }

  /** To be called when `span` is filled. */
  deliver(): void {
    const fault = this.span.fault(this.#spans + this.#rejected);
    if (fault === '') {
      this.#spans++;
      this.#visit(this.span);
    } else if (this.#rejected++ === 0) this.#message = fault;
  }

  result(): Decoded {
    return { kind: 'decoded', spans: this.#spans, rejected: this.#rejected, message: this.#message };
  }
}
