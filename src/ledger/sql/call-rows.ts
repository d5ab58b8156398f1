import type { CallKey } from '../../domain/twins.ts';
import { BigColumn, type Column, IntColumn } from './columns.ts';

/** Keys on their way into `calls`, or without the trace to where they are looked up. */
export class CallRows {
  readonly #trace = new BigColumn();
  readonly #same = new BigColumn();
  readonly #alike = new BigColumn();
  readonly #teller = new IntColumn();
  readonly #session = new BigColumn();
  readonly #from = new BigColumn();
  readonly #to = new BigColumn();

  add({ same, alike, teller, session, fromMs, toMs }: CallKey, trace: number): void {
    this.#trace.pushNumber(trace);
    this.#same.pushNumber(same);
    this.#alike.pushNumber(alike);
    this.#teller.push(teller);
    this.#session.pushNumber(session);
    this.#from.pushNumber(fromMs);
    this.#to.pushNumber(toMs);
  }

  columns(): readonly Column[] {
    return [this.#trace, ...this.keyColumns()];
  }

  keyColumns(): readonly Column[] {
    return [this.#same, this.#alike, this.#teller, this.#session, this.#from, this.#to];
  }
}
