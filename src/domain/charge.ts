import type { MicroUnits, UsdFemto, UsdPico } from './money.ts';
import type { Served } from './served.ts';

export const COMPONENTS = ['inference', 'vector', 'tooling', 'compute', 'remediation'] as const;
export type Component = (typeof COMPONENTS)[number];

/** Why a line has no amount. `no_rate` is no lower bound: nobody asked for a price on that tool or database. */
export const UNPRICED_REASONS = [
  'model_missing',
  'model_unknown',
  'provider_unknown',
  'price_not_yet_effective',
  'usage_missing',
  'unit_unknown',
  'rate_missing',
  'no_rate',
] as const;
export type UnpricedReason = (typeof UNPRICED_REASONS)[number];

const CURABLE: ReadonlySet<UnpricedReason> = new Set([
  'model_unknown',
  'provider_unknown',
  'price_not_yet_effective',
  'unit_unknown',
  'rate_missing',
]);

/** True for a line that waits for a price: when one comes, it is priced by itself. */
export const isWaiting = (reason: UnpricedReason | null): boolean => reason !== null && CURABLE.has(reason);

/** True for a line that makes every total with it a lower bound. */
export const isUnknownCost = (reason: UnpricedReason | null): boolean =>
  reason !== null && reason !== 'no_rate';

/**
 * One priced line of a task.
 *
 * **Key**: (traceId, spanId, line). A trace settled again replaces all of its charges.
 * **Invariant**: `amount === null` exactly where `reason !== null`.
 */
export interface Charge {
  /** Empty for a charge of the task itself, e.g. imputed remediation; then `spanId` is empty too. */
  readonly traceId: string;
  readonly spanId: string;
  /** 0, 1, 2, ... within the span. */
  readonly line: number;
  readonly taskId: string;
  /** Unix nanoseconds: the end of the span, at which it is priced. */
  readonly at: bigint;
  readonly component: Component;
  /** Empty where there is none. */
  readonly provider: string;
  readonly model: string;
  /** Tool name, database system, or `human` for remediation; empty for inference. */
  readonly resource: string;
  /** Token class (`input` here means the uncached part), or unit: `call`, `query`, `minute`, `usd`, `pinecone_read_unit`. */
  readonly class: string;
  readonly quantity: MicroUnits;
  readonly rate: UsdFemto | null;
  readonly amount: UsdPico | null;
  readonly priceId: string | null;
  readonly tableHash: string | null;
  /** `assumed_inclusive`, `imputed`, `stated`, `cache_price_missing`, ... */
  readonly flags: readonly string[];
  readonly reason: UnpricedReason | null;
  /** How and where the call was served, where its span says: with the quantities all that a price is chosen by. */
  readonly served?: Served;
  /** On the first line of a call whose emitter said what it cost. */
  readonly beside?: Beside;
}

/** Both costs of one call, whichever of them its lines charge. */
export interface Beside {
  readonly reported: UsdPico;
  /** Null where something of the call has no price. */
  readonly computed: UsdPico | null;
}

/** The order of lines in every answer: by trace, span and line. */
export function comparePlaces(left: Charge, right: Charge): number {
  if (left.traceId !== right.traceId) return left.traceId < right.traceId ? -1 : 1;
  if (left.spanId !== right.spanId) return left.spanId < right.spanId ? -1 : 1;
  return left.line - right.line;
}
