import type { Charge } from '../../domain/charge.ts';
import { type Adjustment, adjustedLine } from '../../domain/repricing.ts';
import { BigColumn, type Column, IntColumn } from './columns.ts';
import type { KindNumbering, TextNumbering } from './dictionaries.ts';
import { fitting, timeFitting } from './range.ts';

/** Adjustments on their way into `adjustments`. */
export class AdjustmentRows {
  readonly #texts: TextNumbering;
  readonly #head = {
    repricing: new BigColumn(),
    by: new IntColumn(),
    ms: new BigColumn(),
    trace: new BigColumn(),
    span: new BigColumn(),
    task: new BigColumn(),
    at: new BigColumn(),
  };
  readonly #before: LineColumns;
  readonly #after: LineColumns;

  constructor({ texts, kinds }: { readonly texts: TextNumbering; readonly kinds: KindNumbering }) {
    this.#texts = texts;
    this.#before = new LineColumns(kinds);
    this.#after = new LineColumns(kinds);
  }

  /** `trace` and `task` are the numbers of those of its line. */
  add(one: Adjustment, trace: number, task: number): void {
    const head = this.#head;
    const line = adjustedLine(one);
    head.repricing.pushNumber(one.repricing);
    head.by.push(this.#texts.idOf(one.by));
    head.ms.pushNumber(one.adjustedAt);
    head.trace.pushNumber(trace);
    head.span.pushHex(line.spanId);
    head.task.pushNumber(task);
    head.at.push(timeFitting(line.at));
    this.#before.push(one.before);
    this.#after.push(one.after);
  }

  columns(): readonly Column[] {
    return [...Object.values(this.#head), ...this.#before.columns(), ...this.#after.columns()];
  }
}

/** What an adjustment's two lines do not have in common; all null where there is no such line. */
class LineColumns {
  readonly #kinds: KindNumbering;
  readonly #line = new IntColumn();
  readonly #kind = new IntColumn();
  readonly #quantity = new BigColumn();
  readonly #amount = new BigColumn();

  constructor(kinds: KindNumbering) {
    this.#kinds = kinds;
  }

  push(charge: Charge | undefined): void {
    if (charge === undefined) {
      for (const column of this.columns()) column.pushNull();
      return;
    }
    this.#line.push(charge.line);
    this.#kind.push(this.#kinds.idOf(charge));
    this.#quantity.push(fitting(charge.quantity, 'a quantity'));
    if (charge.amount === null) this.#amount.pushNull();
    else this.#amount.push(fitting(charge.amount, 'an amount'));
  }

  columns() {
    return [this.#line, this.#kind, this.#quantity, this.#amount] as const;
  }
}
