import type { Charge } from '../../domain/charge.ts';
import { BigColumn, type Column, IntColumn } from './columns.ts';
import type { KindNumbering } from './dictionaries.ts';
import { fitting, timeFitting } from './range.ts';

/** Charges on their way into `charges`, or without the trace into `own_charges`. */
export class ChargeRows {
  readonly #kinds: KindNumbering;
  readonly #trace = new BigColumn();
  readonly #span = new BigColumn();
  readonly #line = new IntColumn();
  readonly #task = new BigColumn();
  readonly #at = new BigColumn();
  readonly #kind = new IntColumn();
  readonly #quantity = new BigColumn();
  readonly #amount = new BigColumn();

  constructor(kinds: KindNumbering) {
    this.#kinds = kinds;
  }

  /** `trace` and `task` are their numbers; 0 is the trace of a charge of the task itself. */
  add(charge: Charge, trace: number, task: number): void {
    this.#trace.pushNumber(trace);
    if (charge.spanId === '') this.#span.pushNumber(0);
    else this.#span.pushHex(charge.spanId);
    this.#line.push(charge.line);
    this.#task.pushNumber(task);
    this.#at.push(timeFitting(charge.at));
    this.#kind.push(this.#kinds.idOf(charge));
    this.#quantity.push(fitting(charge.quantity, 'a quantity'));
    if (charge.amount === null) this.#amount.pushNull();
    else this.#amount.push(fitting(charge.amount, 'an amount'));
  }

  columns(): readonly Column[] {
    return [this.#trace, ...this.ownColumns()];
  }

  ownColumns(): readonly Column[] {
    return [this.#span, this.#line, this.#task, this.#at, this.#kind, this.#quantity, this.#amount];
  }
}
