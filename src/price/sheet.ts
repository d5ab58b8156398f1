import type { Beside, Charge, Component, UnpricedReason } from '../domain/charge.ts';
import type { Fact } from '../domain/fact.ts';
import { type MicroUnits, USD_PICO_MAX, type UsdPico, units, ZERO_USD } from '../domain/money.ts';
import type { Use } from '../domain/use.ts';
import { assert } from '../lib/assert.ts';
import { type Heading, Line } from './line.ts';
import { amountOfCount, amountOfQuantity, type Rate } from './rate.ts';

const NO_FLAGS: readonly string[] = [];
const ADJUSTMENT: readonly string[] = ['adjustment'];
const ABSURD: readonly string[] = ['absurd_amount'];
const NOTHING_OPEN: Heading = { taskId: '', component: 'inference', provider: '', model: '', resource: '' };

/**
 * The charges of one trace as they are written. Opened for a use, it fills in what all lines of the use share
 * and numbers them within their span, also where a span has several uses.
 */
export class Sheet {
  readonly charges: Charge[] = [];
  readonly #tableHash: string;
  readonly #lines = new Map<string, number>();
  #fact: Fact | undefined;
  #line = 0;
  #heading: Heading = NOTHING_OPEN;
  #flags: readonly string[] = NO_FLAGS;
  /** What further lines of the trace may cost, so that none of its sums is more than a column of the ledger holds. */
  #room: bigint = USD_PICO_MAX;

  constructor(tableHash: string) {
    this.#tableHash = tableHash;
  }

  /** Provider and model are those of the span, and only on inference. */
  open(use: Use, component: Component, resource: string): void {
    const { fact } = use;
    const inference = component === 'inference';
    if (this.#fact !== undefined) this.#lines.set(this.#fact.spanId, this.#line);
    this.#line = this.#lines.get(fact.spanId) ?? 0;
    this.#fact = fact;
    this.#heading = {
      taskId: use.taskId,
      component,
      provider: inference ? (fact.provider ?? '') : '',
      model: inference ? (fact.model ?? '') : '',
      resource,
    };
    this.#flags = doubtsOf(use);
  }

  /** Doubts that hold for all further lines of this use. */
  doubt(flags: readonly string[]): void {
    this.#flags = joined(this.#flags, flags);
  }

  /** `count` whole units at a rate. */
  count(name: string, count: number, rate: Rate, priceId: string, flags: readonly string[]): void {
    this.#priced(name, units(count), rate, amountOfCount(count, rate), priceId, flags);
  }

  /** Units with fractions at a rate. */
  quantity(name: string, quantity: MicroUnits, rate: Rate, priceId: string, flags: readonly string[]): void {
    this.#priced(name, quantity, rate, amountOfQuantity(quantity, rate), priceId, flags);
  }

  /** Used, and costs nothing for a reason that is no price. */
  free(name: string, quantity: MicroUnits, flag: string): void {
    const flags = this.#flags.includes(flag) ? NO_FLAGS : [flag];
    this.#write(name, quantity, null, ZERO_USD, null, null, flags, null);
  }

  /** What an adjustment adds to the lines of the open use, or takes from them. */
  adjust(label: string, amount: UsdPico): void {
    if (this.#takes(amount))
      this.#write(label, units(1), null, amount, `adjustment/${label}`, this.#tableHash, ADJUSTMENT, null);
  }

  unpriced(
    name: string,
    quantity: MicroUnits,
    reason: UnpricedReason,
    flags: readonly string[] = NO_FLAGS,
  ): void {
    this.#write(name, quantity, null, null, null, this.#tableHash, flags, reason);
  }

  /** An amount that was told: no table had a part in it. `rate` only where it was worked out from one. */
  told(name: string, quantity: MicroUnits, rate: Charge['rate'], amount: UsdPico, flag: string): void {
    if (this.#takes(amount)) this.#write(name, quantity, rate, amount, null, null, [flag], null);
    else this.unpriced(name, quantity, 'usage_missing', ABSURD);
  }

  #priced(
    name: string,
    quantity: MicroUnits,
    rate: Rate,
    amount: UsdPico | undefined,
    priceId: string,
    flags: readonly string[],
  ): void {
    if (amount !== undefined && this.#takes(amount))
      this.#write(name, quantity, rate.usd, amount, priceId, this.#tableHash, flags, null);
    else this.unpriced(name, quantity, 'usage_missing', ABSURD);
  }

  #takes(amount: UsdPico): boolean {
    if (amount > this.#room) return false;
    this.#room -= amount;
    return true;
  }

  #write(
    name: string,
    quantity: MicroUnits,
    rate: Charge['rate'],
    amount: UsdPico | null,
    priceId: string | null,
    tableHash: string | null,
    flags: readonly string[],
    reason: UnpricedReason | null,
  ): void {
    const fact = this.#fact;
    assert(fact !== undefined, 'a sheet is opened for a use before a line is written');
    const all = joined(this.#flags, flags);
    this.charges.push(
      new Line(
        fact,
        this.#line++,
        this.#heading,
        name,
        quantity,
        rate,
        amount,
        priceId,
        tableHash,
        all,
        reason,
      ),
    );
  }

  /** Takes back the lines of the open use from `from` on, e.g. where the agent's own figure replaces them. */
  retract(from: number): void {
    this.#line -= this.charges.length - from;
    for (const { amount } of this.charges.slice(from)) this.#room += amount ?? 0n;
    this.charges.length = from;
  }

  /** What was reported of the call whose first line it is. */
  putBeside(at: number, beside: Beside): void {
    this.charges[at] = { ...this.charges[at]!, beside };
  }

  /** Flags the lines of the open use from `from` on. */
  flag(from: number, flag: string): void {
    for (let index = from; index < this.charges.length; index++) {
      const charge = this.charges[index]!;
      this.charges[index] = { ...charge, flags: [...charge.flags, flag] };
    }
  }
}

function joined(left: readonly string[], right: readonly string[]): readonly string[] {
  if (right.length === 0) return left;
  return left.length === 0 ? right : [...left, ...right];
}

/** Doubts of the span, and of what untangling made of it. */
function doubtsOf(use: Use): readonly string[] {
  const ofSpan = use.fact.flags ?? NO_FLAGS;
  return 'doubts' in use && use.doubts !== undefined ? joined(ofSpan, use.doubts) : ofSpan;
}
