import type { Ledger, SettleChange } from './domain/ledger.ts';
import type { Policy } from './domain/policy.ts';
import type { Adjustment, ChargedTrace, RepricedTrace, RepriceRow, Repricing } from './domain/repricing.ts';
import { recosted } from './fold/parts.ts';
import { readSkeleton } from './ledger/skeleton.ts';
import type { PriceBook } from './price/book.ts';
import { pairsOf, type RepricedSpan, repriceSpans, withRepriced } from './price/reprice.ts';
import { RepriceSums } from './reprice-sums.ts';
import { refold, touchedTasks } from './settling.ts';
import { amended } from './untangle/amend.ts';
import { untangle } from './untangle/untangle.ts';

/** Traces priced in one transaction. */
export const TRACES_A_PORTION = 500;

/** Spans worked on between two breaths, as in settling. */
const SPANS_PER_BREATH = 1500;

export interface Portion {
  readonly run: Repricing;
  readonly book: PriceBook;
  /** Prices everything as if it happened then (Unix nanoseconds); only ever without writing. */
  readonly asIfAt: bigint | undefined;
  readonly write: boolean;
  /** Traces at most; TRACES_A_PORTION unless told. */
  readonly limit?: number;
}

/**
 * The next portion of a re-pricing: the run as it stands behind it. What it changes is in the ledger, together with how
 * far it came, when this resolves; a portion that is run twice changes nothing the second time.
 */
export async function repricePortion(
  { run, book, asIfAt, write, limit = TRACES_A_PORTION }: Portion,
  rooms: { readonly ledger: Ledger; readonly policy: Policy },
  nowMs: number,
): Promise<Repricing> {
  const { scope, done, until } = run;
  const page = await rooms.ledger.repriceable({ scope, after: done, until, limit });
  const sums = new RepriceSums(run.rows);
  const repriced: RepricedTrace[] = [];
  const adjustments: Adjustment[] = [];
  let spans = 0;
  for (const trace of page.traces) {
    const found = repriceTrace(trace, { run, book, asIfAt });
    sums.add(found);
    if (write) collect(trace, found, { run, nowMs, repriced, adjustments });
    spans += trace.charges.length;
    if (spans < SPANS_PER_BREATH) continue;
    spans = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const reached = page.next ?? until;
  const rows: readonly RepriceRow[] = sums.rows();
  const next: Repricing = { ...run, rows, done: reached, state: reached >= until ? 'done' : run.state };
  if (write) await rooms.ledger.apply(await changeOf({ repriced, adjustments, next }, rooms, nowMs));
  return next;
}

function repriceTrace(
  { traceId, skeleton, verdict, charges }: ChargedTrace,
  { run, book, asIfAt }: Pick<Portion, 'run' | 'book' | 'asIfAt'>,
): readonly RepricedSpan[] {
  const untangled = skeleton.length === 0 ? undefined : amended(untangle(readSkeleton(skeleton)), verdict);
  return repriceSpans({ traceId, charges, untangled, scope: run.scope, book, asIfAt });
}

function collect(
  trace: ChargedTrace,
  found: readonly RepricedSpan[],
  to: {
    readonly run: Repricing;
    readonly nowMs: number;
    readonly repriced: RepricedTrace[];
    readonly adjustments: Adjustment[];
  },
): void {
  const pairs = found.flatMap(pairsOf);
  if (pairs.length === 0) return;
  const charges = withRepriced(trace.charges, found);
  const parts = trace.parts.map((part) => recosted(part, charges));
  to.repriced.push({ traceId: trace.traceId, parts, charges });
  const { id: repricing, by } = to.run;
  for (const pair of pairs) to.adjustments.push({ ...pair, repricing, by, adjustedAt: to.nowMs });
}

/** The tasks of what was repriced are folded anew, so that sums and counters follow. */
async function changeOf(
  priced: {
    readonly repriced: readonly RepricedTrace[];
    readonly adjustments: readonly Adjustment[];
    readonly next: Repricing;
  },
  { ledger, policy }: { readonly ledger: Ledger; readonly policy: Policy },
  nowMs: number,
): Promise<SettleChange> {
  const { repriced, adjustments, next } = priced;
  const touched = touchedTasks({ settled: repriced, known: new Map(), reports: [], due: [] });
  const states = await ledger.tasksState(touched);
  const made = { kind: 'repricing', id: next.id, by: next.by } as const;
  const news = { settled: repriced, reports: [], repricing: made };
  const folded = refold({ touched, states, ...news, rooms: { policy }, nowMs });
  return {
    ...folded,
    traces: [],
    reports: [],
    position: undefined,
    forgetBefore: undefined,
    repriced,
    adjustments,
    repricing: next,
  };
}
