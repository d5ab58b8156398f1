import type { Charge } from './charge.ts';
import { isWaiting } from './charge.ts';
import type { TaskPart } from './task.ts';
import type { Verdict } from './twins.ts';

/** Which charges a re-pricing looks at. A span is taken as a whole: with all of its lines, or not at all. */
export interface RepriceScope {
  /** Spans that ended at or after `from` and before `to`, in Unix nanoseconds. */
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
  readonly model: string | undefined;
  /** `unpriced`: spans with a line that has no amount; `waiting`: those of them that a price could cure. */
  readonly only: 'all' | 'unpriced' | 'waiting';
}

/** What of a scope a charge tells by its kind alone. Remediation has no price in any table. */
export function kindInScope(
  { component, model, reason }: Pick<Charge, 'component' | 'model' | 'reason'>,
  scope: Pick<RepriceScope, 'model' | 'only'>,
): boolean {
  if (component === 'remediation') return false;
  if (scope.model !== undefined && model !== scope.model) return false;
  if (scope.only === 'all') return true;
  return scope.only === 'waiting' ? isWaiting(reason) : reason !== null;
}

export const isInScope = (charge: Charge, scope: RepriceScope): boolean =>
  (scope.from === undefined || charge.at >= scope.from) &&
  (scope.to === undefined || charge.at < scope.to) &&
  kindInScope(charge, scope);

/** A trace as the ledger keeps it, with all that its price is made of. */
export interface ChargedTrace {
  readonly traceId: string;
  /** Empty once it was let go. */
  readonly skeleton: Uint8Array;
  /** What other traces change about what the skeleton says: to be heeded (`amended`) before it is priced. */
  readonly verdict: Verdict;
  readonly parts: readonly TaskPart[];
  /** By span and line. */
  readonly charges: readonly Charge[];
}

/** Replaces parts and charges of a trace; its skeleton and what was not counted stay. */
export type RepricedTrace = Pick<ChargedTrace, 'traceId' | 'parts' | 'charges'>;

export interface RepriceQuery {
  readonly scope: RepriceScope;
  /** Traces are numbered in the order in which they were first settled; those after `after` and up to `until`. */
  readonly after: number;
  readonly until: number;
  /** Traces at most. */
  readonly limit: number;
}

export interface RepricePage {
  readonly traces: readonly ChargedTrace[];
  /** Up to this number everything was looked at; undefined where nothing in scope comes after `after`. */
  readonly next: number | undefined;
}

/** One line as a restatement of prices found it, and as it left it: of the same span, or one of the two is missing. */
export interface Adjustment {
  /** The re-pricing's number. */
  readonly repricing: number;
  /** Who asked for it. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly adjustedAt: number;
  readonly before: Charge | undefined;
  readonly after: Charge | undefined;
}

/** The span and line that it is about. */
export const adjustedLine = ({ before, after }: Adjustment): Charge => (after ?? before)!;

/** As they were made; those of one re-pricing by their place. */
export function compareAdjustments(left: Adjustment, right: Adjustment): number {
  const [one, other] = [adjustedLine(left), adjustedLine(right)];
  return (
    left.repricing - right.repricing ||
    compare(one.traceId, other.traceId) ||
    compare(one.spanId, other.spanId) ||
    one.line - other.line ||
    compare(one.component + one.class, other.component + other.class) ||
    Number(left.after === undefined) - Number(right.after === undefined)
  );
}

const compare = (left: string, right: string): number => Number(left > right) - Number(left < right);

export const REPRICING_STATES = ['running', 'paused', 'done', 'failed', 'superseded'] as const;
export type RepricingState = (typeof REPRICING_STATES)[number];

/** A restatement of prices, as the ledger keeps it: written with every portion, so that it goes on where it was. */
export interface Repricing {
  /** 1, 2, 3, ... */
  readonly id: number;
  readonly by: string;
  readonly startedAt: number;
  readonly scope: RepriceScope;
  /** The table that everything in scope is priced by. */
  readonly tableHash: string;
  readonly state: RepricingState;
  /** Why it failed; empty else. */
  readonly why: string;
  /** Traces numbered up to here are done, of those numbered up to `until`. */
  readonly done: number;
  readonly until: number;
  readonly rows: readonly RepriceRow[];
  /** Traces whose lines had rolled off when it began, whatever its scope: they are as they were. */
  readonly rolledOff?: number;
}

/** Old and new cost of one model or resource in one month. Amounts are sums in picodollars and may pass 64 bits. */
export interface RepriceRow {
  readonly component: string;
  /** The model; for tools and databases the resource. */
  readonly model: string;
  /** `2026-11`, UTC, of the end of the span. */
  readonly month: string;
  /** Spans looked at, and those whose lines changed. */
  readonly spans: number;
  readonly changed: number;
  readonly before: bigint;
  readonly after: bigint;
  /** Lines without an amount that make the sum a lower bound. */
  readonly unpricedBefore: number;
  readonly unpricedAfter: number;
}

/** A re-pricing that runs or ran; one that writes nothing is forgotten with the process. */
export interface RepriceRun extends Repricing {
  readonly dryRun: boolean;
  /** Priced at the rates in force when it began, and not at those of each call's own time. */
  readonly today: boolean;
}

export interface RepriceAsked {
  readonly scope: RepriceScope;
  /** How the table's hash begins; undefined is the table in force. */
  readonly table: string | undefined;
  /** The table that was in force at that time (ms); not together with `table` or `today`. */
  readonly asOfMs: number | undefined;
  readonly today: boolean;
  readonly dryRun: boolean;
  readonly by: string;
}

export type RepriceStarted =
  | { readonly kind: 'started'; readonly run: RepriceRun }
  /** One at a time: `run` is the one under way. */
  | { readonly kind: 'busy'; readonly run: RepriceRun }
  /** `field` is that of the request. */
  | { readonly kind: 'refused'; readonly field: 'table' | 'as_of'; readonly why: string };

/** No replica keeps house just now; one will, within the time of a lease. */
export class NobodyKeepsHouse extends Error {
  override readonly name = 'NobodyKeepsHouse';
}

/** What one does for all was begun here, and another replica keeps house by now: nothing of it is kept. */
export class HouseMoved extends NobodyKeepsHouse {
  constructor() {
    super('another replica keeps house by now, which is what prices anew: ask again');
  }
}

/** What the reading side asks of re-pricing. Rejects with NobodyKeepsHouse where no replica of the fleet could answer. */
export interface Repricer {
  start(asked: RepriceAsked): Promise<RepriceStarted>;
  /** By number. */
  runs(): readonly RepriceRun[] | Promise<readonly RepriceRun[]>;
  /** Stops after the portion under way; undefined for one that does not run. */
  pause(id: number): Promise<RepriceRun | undefined>;
  /** Goes on where it was paused. */
  resume(id: number): Promise<RepriceStarted | undefined>;
}
