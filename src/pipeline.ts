import { openCalendar } from './calendar.ts';
import type { Decoder } from './decode/decoder.ts';
import { FactWriter } from './domain/fact-writer.ts';
import type { Keeper } from './domain/fleet.ts';
import { type Ledger, LedgerConflict } from './domain/ledger.ts';
import type { Policy } from './domain/policy.ts';
import { isReportsRecord, readReports, writeReports } from './domain/report-codec.ts';
import type { Accept, Answer } from './domain/request.ts';
import type { Count } from './domain/self-metrics.ts';
import type { OutcomeReport } from './domain/task.ts';
import { type Journal, JournalUnavailable } from './ledger/journal.ts';
import type { OpenReports } from './ledger/open-reports.ts';
import type { OpenTraces } from './ledger/open-traces.ts';
import type { Clock } from './lib/clock.ts';
import type { Normalizer } from './normalize/normalizer.ts';
import type { PriceBook } from './price/book.ts';
import { refold, settleTraces, touchedTasks } from './settling.ts';
import { Tally } from './tally.ts';

/** What the floor plan walks through; service.ts builds each once. */
export interface Rooms {
  readonly decoder: Decoder;
  readonly normalizer: Normalizer;
  readonly journal: Journal;
  readonly openTraces: OpenTraces;
  readonly openReports: OpenReports;
  readonly prices: PriceBook;
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly keeper: Keeper;
  readonly clock: Clock;
  readonly count: Count;
  /** Whether calls of two traces without a common id may be found to be one. */
  readonly suspectTwins: boolean;
  readonly limits: PipelineLimits;
}

export interface PipelineLimits {
  /** Spans that may wait to be settled; past it senders are told to come back. */
  readonly pendingSpansMax: number;
  /** Spans settled in one transaction. */
  readonly settleSpansMax: number;
  /** Tasks looked at again in one transaction because their time came. */
  readonly dueTasksMax: number;
  readonly retryAfterMs: number;
  /** Skeletons of traces settled longer ago than this are let go. */
  readonly lateWindowMs: number;
}

export interface Pipeline {
  readonly accept: Accept;
  /** Durable once it resolves; in the ledger after the next settle. */
  report(reports: readonly OutcomeReport[]): Promise<void>;
  /** Reads back what the journal holds and the ledger does not. Once, before the first `accept`. */
  recover(): Promise<void>;
  /** More spans wait to be settled than may: senders are told to come again. */
  isFull(): boolean;
  /** Takes in a record that another replica left behind, durable here at `position`. */
  adopt(record: Uint8Array, position: string): void;
  /** One settle step; false where nothing was ripe. Never run twice at once. After a LedgerConflict it is to be run again. */
  settle(): Promise<boolean>;
}

const NO_LABELS = {};

/** The floor plan. Every request and every settle step walks through the rooms, top to bottom. */
export function openPipeline(rooms: Rooms): Pipeline {
  const { journal, openTraces, openReports, ledger, clock, count, limits } = rooms;
  const writer = new FactWriter();
  const calendar = openCalendar(rooms);
  /** Spans of the next settle step. */
  let portion = limits.settleSpansMax;
  /** The newest journal position that is indexed. */
  let indexed: string | undefined;

  const isFull = (): boolean => openTraces.spans > limits.pendingSpansMax;

  const accept: Accept = async (body, encoding) => {
    if (isFull()) return overloaded(openTraces.spans, limits);
    writer.begin(clock.now());
    // Not once and for all: a price file that counts new attributes brings new ones.
    const { decoder, normalizer } = rooms;
    const decoded = decoder[encoding](body, (span) => {
      writer.add(span, normalizer.read(span)); //                                 bytes -> spans -> facts
    });
    if (decoded.kind === 'malformed') return malformed(decoded.message);
    if (decoded.spans > 0) {
      const record = writer.finish(); //                                          facts -> a record
      const position = await append(record); //                                   record -> disk
      if (typeof position !== 'string') return position;
      openTraces.add(record, position, clock.now());
      indexed = position;
    }
    count('spans_received', decoded.spans + decoded.rejected, NO_LABELS);
    if (decoded.rejected > 0) count('spans_refused', decoded.rejected, NO_LABELS);
    // Only now: the sender may forget these spans.
    return { kind: 'accepted', rejectedSpans: decoded.rejected, message: decoded.message };
  };

  const append = (record: Uint8Array): Promise<string | Answer> =>
    journal.append(record).catch((fault: unknown) => {
      if (fault instanceof JournalUnavailable) return unavailable(fault.message, limits);
      throw fault;
    });

  const report: Pipeline['report'] = async (reports) => {
    indexed = await journal.append(writeReports(reports));
    openReports.add(reports, indexed);
  };

  const settle: Pipeline['settle'] = async () => {
    const nowMs = clock.now();
    const traces = openTraces.take(nowMs, portion);
    const reports = openReports.take();
    try {
      const due = await calendar.dueTasks(nowMs);
      if (traces.length + reports.length + due.length === 0 && !calendar.sweepsAnyway(nowMs)) return false;
      const kept = await ledger.traces(traces.map((trace) => trace.traceId));
      const tally = new Tally();
      const { changes, known } = await settleTraces(traces, { known: kept, rooms, tally, nowMs }); // facts -> charges -> parts
      const touched = touchedTasks({ settled: changes, known, reports, due });
      const states = await ledger.tasksState(touched);
      const folded = refold({ touched, states, settled: changes, reports, rooms, nowMs }); // parts -> tasks
      const position = earlier(openTraces.oldestUntaken(), openReports.oldestUntaken()) ?? indexed;
      const forgetBefore = calendar.forgetBefore(nowMs);
      await ledger.apply({ ...folded, traces: changes, reports, position, forgetBefore });
      await calendar.settled(nowMs, folded.tasks, due.length > 0);
      if (position !== undefined) await journal.release(position); //              what is in the ledger can go
      tally.tell(count);
    } catch (fault) {
      // What cannot be settled stays durable. Ever smaller portions find the trace at fault; it then waits behind all others.
      // Where another writer was there first no trace is at fault: the caller goes again.
      const isAtFault = !(fault instanceof LedgerConflict);
      openTraces.putBack({ last: isAtFault && traces.length === 1, nowMs });
      openReports.putBack();
      if (isAtFault) portion = Math.max(1, Math.floor(portion / 8));
      throw fault;
    }
    openTraces.settled();
    openReports.settled();
    portion = Math.min(limits.settleSpansMax, portion * 2);
    return true;
  };

  const adopt: Pipeline['adopt'] = (record, position) => {
    const before = openTraces.spans;
    if (isReportsRecord(record)) openReports.add(readReports(record), position);
    else openTraces.add(record, position, clock.now());
    indexed = position;
    count('spans_replayed', openTraces.spans - before, NO_LABELS);
  };

  const recover: Pipeline['recover'] = async () => {
    const from = await ledger.position();
    await journal.replay((record, position) => {
      if (position >= from) adopt(record, position);
    });
  };
  return { accept, report, isFull, settle, recover, adopt };
}

const earlier = (left: string | undefined, right: string | undefined): string | undefined =>
  left === undefined || (right !== undefined && right < left) ? right : left;

const malformed = (message: string): Answer => ({
  kind: 'refused',
  refusal: { reason: 'malformed', message },
});

const unavailable = (message: string, { retryAfterMs }: PipelineLimits): Answer => ({
  kind: 'refused',
  refusal: { reason: 'unavailable', message, retryAfterMs },
});

const overloaded = (spans: number, { retryAfterMs, pendingSpansMax }: PipelineLimits): Answer => ({
  kind: 'refused',
  refusal: {
    reason: 'overloaded',
    message: `${spans} spans wait to be settled, and ${pendingSpansMax} may; send these again later`,
    retryAfterMs,
  },
});
