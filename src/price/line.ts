import type { Beside, Charge, Component, UnpricedReason } from '../domain/charge.ts';
import type { Fact } from '../domain/fact.ts';
import type { MicroUnits, UsdFemto, UsdPico } from '../domain/money.ts';
import type { Served } from '../domain/served.ts';

/**
 * A charge as it is written. Made by a constructor: V8 sees the lines of a settle step outlive its young generation, and
 * would from then on put what a literal makes among what is old, where each line costs four times as much to make and clear.
 */
export class Line implements Charge {
  declare readonly traceId: string;
  declare readonly spanId: string;
  declare readonly line: number;
  declare readonly taskId: string;
  declare readonly at: bigint;
  declare readonly component: Component;
  declare readonly provider: string;
  declare readonly model: string;
  declare readonly resource: string;
  declare readonly class: string;
  declare readonly quantity: MicroUnits;
  declare readonly rate: UsdFemto | null;
  declare readonly amount: UsdPico | null;
  declare readonly priceId: string | null;
  declare readonly tableHash: string | null;
  declare readonly flags: readonly string[];
  declare readonly reason: UnpricedReason | null;
  // Absent where there is none, and not undefined.
  declare readonly served?: Served;
  declare readonly beside?: Beside;

  constructor(
    fact: Fact,
    line: number,
    { taskId, component, provider, model, resource }: Heading,
    unit: string,
    quantity: MicroUnits,
    rate: UsdFemto | null,
    amount: UsdPico | null,
    priceId: string | null,
    tableHash: string | null,
    flags: readonly string[],
    reason: UnpricedReason | null,
  ) {
    this.traceId = fact.traceId;
    this.spanId = fact.spanId;
    this.line = line;
    this.taskId = taskId;
    this.at = fact.end;
    this.component = component;
    this.provider = provider;
    this.model = model;
    this.resource = resource;
    this.class = unit;
    this.quantity = quantity;
    this.rate = rate;
    this.amount = amount;
    this.priceId = priceId;
    this.tableHash = tableHash;
    this.flags = flags;
    this.reason = reason;
    if (fact.served !== undefined) this.served = fact.served;
  }
}

/** What all lines of a use share. */
export type Heading = Pick<Charge, 'taskId' | 'component' | 'provider' | 'model' | 'resource'>;
