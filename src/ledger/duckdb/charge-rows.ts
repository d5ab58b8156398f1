import { type Charge, COMPONENTS, UNPRICED_REASONS } from '../../domain/charge.ts';
import { BigColumn, type Column, IntColumn, TinyColumn } from './columns.ts';
import { fitting, timeFitting } from './range.ts';
import type { Row } from './session.ts';
import type { Texts } from './texts.ts';

const COMPONENT_NUMBERS: ReadonlyMap<string, number> = new Map(COMPONENTS.map((name, at) => [name, at]));
const REASON_NUMBERS: ReadonlyMap<string, number> = new Map(UNPRICED_REASONS.map((name, at) => [name, at]));
export const NO_RATE: number = UNPRICED_REASONS.indexOf('no_rate');
export const INFERENCE: number = COMPONENTS.indexOf('inference');

/** Charges on their way into `charges`, or without the trace into `own_charges`. */
export class ChargeRows {
  readonly #texts: Texts;
  readonly #trace = new BigColumn();
  readonly #span = new BigColumn();
  readonly #line = new IntColumn();
  readonly #task = new BigColumn();
  readonly #at = new BigColumn();
  readonly #component = new TinyColumn();
  readonly #provider = new IntColumn();
  readonly #model = new IntColumn();
  readonly #resource = new IntColumn();
  readonly #class = new IntColumn();
  readonly #quantity = new BigColumn();
  readonly #rate = new BigColumn();
  readonly #amount = new BigColumn();
  readonly #priceId = new IntColumn();
  readonly #tableHash = new IntColumn();
  readonly #flags = new IntColumn();
  readonly #reason = new TinyColumn();

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  /** `trace` and `task` are their numbers; 0 is the trace of a charge of the task itself. */
  add(charge: Charge, trace: number, task: number): void {
    const texts = this.#texts;
    this.#trace.pushNumber(trace);
    if (charge.spanId === '') this.#span.pushNumber(0);
    else this.#span.pushHex(charge.spanId);
    this.#line.push(charge.line);
    this.#task.pushNumber(task);
    this.#at.push(timeFitting(charge.at));
    this.#component.push(COMPONENT_NUMBERS.get(charge.component)!);
    this.#provider.push(texts.idOf(charge.provider));
    this.#model.push(texts.idOf(charge.model));
    this.#resource.push(texts.idOf(charge.resource));
    this.#class.push(texts.idOf(charge.class));
    this.#quantity.push(fitting(charge.quantity, 'a quantity'));
    if (charge.rate === null) this.#rate.pushNull();
    else this.#rate.push(fitting(charge.rate, 'a rate'));
    if (charge.amount === null) this.#amount.pushNull();
    else this.#amount.push(fitting(charge.amount, 'an amount'));
    if (charge.priceId === null) this.#priceId.pushNull();
    else this.#priceId.push(texts.idOf(charge.priceId));
    if (charge.tableHash === null) this.#tableHash.pushNull();
    else this.#tableHash.push(texts.idOf(charge.tableHash));
    this.#flags.push(texts.listId(charge.flags));
    if (charge.reason === null) this.#reason.pushNull();
    else this.#reason.push(REASON_NUMBERS.get(charge.reason)!);
  }

  columns(): readonly Column[] {
    return [this.#trace, ...this.ownColumns()];
  }

  ownColumns(): readonly Column[] {
    return [
      this.#span,
      this.#line,
      this.#task,
      this.#at,
      this.#component,
      this.#provider,
      this.#model,
      this.#resource,
      this.#class,
      this.#quantity,
      this.#rate,
      this.#amount,
      this.#priceId,
      this.#tableHash,
      this.#flags,
      this.#reason,
    ];
  }
}

/** What `chargeOf` reads, of a table with the alias c. */
export const CHARGE_FIELDS =
  'c.span, c.line, c.ts, c.component, c.provider, c.model, c.resource, c.class, c.quantity, c.rate, c.amount, ' +
  'c.price_id, c.table_hash, c.flags, c.reason';

/** A row of CHARGE_FIELDS; `traceId` is empty for a charge of the task itself. */
export function chargeOf(row: Row, traceId: string, taskId: string, texts: Texts): Charge {
  const [span, line, at, component, provider, model, resource, unit, quantity, rate, amount, ...rest] = row;
  const [priceId, tableHash, flags, reason] = rest;
  return {
    traceId,
    spanId:
      traceId === ''
        ? ''
        : BigInt.asUintN(64, span as bigint)
            .toString(16)
            .padStart(16, '0'),
    line: line as number,
    taskId,
    at: at as bigint,
    component: COMPONENTS[component as number]!,
    provider: texts.textOf(provider as number),
    model: texts.textOf(model as number),
    resource: texts.textOf(resource as number),
    class: texts.textOf(unit as number),
    quantity: quantity as Charge['quantity'],
    rate: rate as Charge['rate'],
    amount: amount as Charge['amount'],
    priceId: priceId === null ? null : texts.textOf(priceId as number),
    tableHash: tableHash === null ? null : texts.textOf(tableHash as number),
    flags: texts.listOf(flags as number),
    reason: reason === null ? null : UNPRICED_REASONS[reason as number]!,
  };
}
