import type { Charge } from '../../domain/charge.ts';
import { BigColumn, type Column, IntColumn } from './columns.ts';
import type { KindNumbering } from './dictionaries.ts';
import { fitting, timeFitting } from './range.ts';

/** What emitters say that calls cost, in the order of the table's columns. */
export class ReportedRows {
  readonly #kinds: KindNumbering;
  readonly #trace = new BigColumn();
  readonly #span = new BigColumn();
  readonly #line = new IntColumn();
  readonly #at = new BigColumn();
  readonly #kind = new IntColumn();
  readonly #reported = new BigColumn();
  readonly #computed = new BigColumn();

  constructor(kinds: KindNumbering) {
    this.#kinds = kinds;
  }

  add(charge: Charge, trace: number): void {
    const { beside } = charge;
    if (beside === undefined) return;
    this.#trace.pushNumber(trace);
    this.#span.pushHex(charge.spanId);
    this.#line.push(charge.line);
    this.#at.push(timeFitting(charge.at));
    this.#kind.push(this.#kinds.idOf(charge));
    this.#reported.push(fitting(beside.reported, 'a reported cost'));
    if (beside.computed === null) this.#computed.pushNull();
    else this.#computed.push(fitting(beside.computed, 'a computed cost'));
  }

  columns(): readonly Column[] {
    return [this.#trace, this.#span, this.#line, this.#at, this.#kind, this.#reported, this.#computed];
  }
}
