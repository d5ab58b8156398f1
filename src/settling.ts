import { chargedBefore } from './charged-before.ts';
import type { Charge } from './domain/charge.ts';
import type { Fact } from './domain/fact.ts';
import type { SettleChange, TaskState, TraceChange, TraceState } from './domain/ledger.ts';
import { type OutcomeReport, type Task, type TaskPart, tableMark } from './domain/task.ts';
import type { Sighting, Verdict } from './domain/twins.ts';
import { type Change, counterDeltasOf } from './fold/counters.ts';
import { eventsOf, type Made, type Step } from './fold/history.ts';
import { joinedPart } from './fold/joined-part.ts';
import { isLate } from './fold/late.ts';
import { partsOf } from './fold/parts.ts';
import { foldTask } from './fold/task.ts';
import type { OpenTrace } from './ledger/open-traces.ts';
import { readSkeleton, writeSkeleton } from './ledger/skeleton.ts';
import { nanosOfMs } from './lib/rfc3339.ts';
import type { Rooms } from './pipeline.ts';
import { type ChargedBefore, priceAgain } from './price/price-again.ts';
import type { Tally } from './tally.ts';
import { findTwins } from './twins.ts';
import { amended } from './untangle/amend.ts';
import { distinct } from './untangle/distinct.ts';
import { untangle } from './untangle/untangle.ts';

/** Spans worked on between two breaths, so that senders and readers are not kept waiting (about 5 ms). */
const SPANS_PER_BREATH = 1500;

interface Settling {
  readonly known: ReadonlyMap<string, TraceState>;
  readonly rooms: Pick<Rooms, 'ledger' | 'prices' | 'suspectTwins'>;
  readonly tally: Tally;
  readonly nowMs: number;
}

export interface Settled {
  /** Of the traces that were taken, and of those that they change. */
  readonly changes: readonly TraceChange[];
  /** What was kept of any of them. */
  readonly known: ReadonlyMap<string, TraceState>;
}

/**
 * Each trace with all its facts, old and new, becomes charges and parts; and again, with all that shows the same calls,
 * where another trace does. Gives way to the event loop in between.
 */
export async function settleTraces(traces: readonly OpenTrace[], settling: Settling): Promise<Settled> {
  const { rooms, tally } = settling;
  const before = await chargedBefore(settling.known, byTable(rooms));
  const changes = new Map<string, TraceChange>();
  const sighted = new Map<string, readonly Sighting[]>();
  let spans = 0;
  for (const trace of traces) {
    const { traceId } = trace;
    const known = settling.known.get(traceId);
    if (known !== undefined && isForgotten(known)) {
      changes.set(traceId, await settleForgotten(trace, known, settling));
    } else {
      const { change, sightings } = settleTrace(trace, known, { ...settling, before: before.get(traceId) });
      changes.set(traceId, change);
      sighted.set(traceId, sightings);
    }
    spans += trace.spans;
    if (spans < SPANS_PER_BREATH) continue;
    spans = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { ledger, suspectTwins: suspect } = rooms;
  const twins = await findTwins({ sighted, known: settling.known, ledger, suspect });
  const taken = new Map(traces.map((trace) => [trace.traceId, trace]));
  const kinBefore = await chargedBefore(twins.kin, byTable(rooms));
  for (const [traceId, verdict] of twins.verdicts) {
    const known = settling.known.get(traceId) ?? twins.kin.get(traceId);
    const facts = factsOf(known, taken.get(traceId)?.facts() ?? []);
    const charged = before.get(traceId) ?? kinBefore.get(traceId);
    changes.set(traceId, changeOf(facts, verdict, { ...settling, known, before: charged }).change);
  }
  const known = twins.kin.size === 0 ? settling.known : new Map([...settling.known, ...twins.kin]);
  for (const { traceId, parts, charges } of changes.values()) {
    const claimed = known.get(traceId)?.parts.map(({ claim }) => claim) ?? [];
    tally.addFindings({ claims: parts.map(({ claim }) => claim), before: claimed, charges });
  }
  return { changes: [...changes.values()], known };
}

const isForgotten = ({ skeleton }: TraceState): boolean => skeleton.length === 0;

const byTable = ({ ledger, prices }: Settling['rooms']) => ({ ledger, tableHash: prices.tableHash });

/** What is kept of one trace. */
interface Kept {
  readonly known: TraceState | undefined;
  /** Where other prices are in force by now. */
  readonly before: ChargedBefore | undefined;
}

function settleTrace(
  trace: OpenTrace,
  known: TraceState | undefined,
  settling: Settling & Pick<Kept, 'before'>,
) {
  const kept = known === undefined ? [] : readSkeleton(known.skeleton);
  const arrived = trace.facts();
  const facts = distinct(kept.length === 0 ? arrived : [...kept, ...arrived]);
  settling.tally.addSpans({ arrived, kept, facts });
  return changeOf(facts, [], { ...settling, known });
}

const factsOf = (known: TraceState | undefined, arrived: readonly Fact[]): Fact[] =>
  distinct(known === undefined ? arrived : [...readSkeleton(known.skeleton), ...arrived]);

/** A trace by itself, but for what the others say of it. */
function changeOf(
  facts: readonly Fact[],
  verdict: Verdict,
  { known, before, rooms, nowMs }: Pick<Settling, 'rooms' | 'nowMs'> & Kept,
): { readonly change: TraceChange; readonly sightings: readonly Sighting[] } {
  const { sightings, ...alone } = untangle(facts);
  const untangled = amended(alone, verdict);
  const { prices } = rooms;
  const charges = before === undefined ? prices.price(untangled) : priceAgain(untangled, before, prices);
  const change: TraceChange = {
    traceId: untangled.traceId,
    fresh: known === undefined,
    skeleton: writeSkeleton(facts),
    parts: partsOf(untangled, charges, before === undefined ? tableMark(prices.tableHash) : undefined),
    charges,
    calls: sightings.map(({ key }) => key),
    verdict,
    settledAt: nowMs,
  };
  return { change, sightings };
}

/**
 * Spans that come after `lateWindow`, when the trace's facts are gone: those whose span was not charged yet are
 * charged alone, beside what is there. Where lines rolled off, nobody can tell of a span from before that whether it was
 * charged: it is not, and its trace's tasks say so.
 */
async function settleForgotten(
  trace: OpenTrace,
  known: TraceState,
  { rooms, tally, nowMs }: Settling,
): Promise<TraceChange> {
  const ofTasks = await Promise.all(known.parts.map(({ taskId }) => rooms.ledger.charges(taskId)));
  const kept = ofTasks.flatMap((charges) => charges ?? []).filter(({ traceId }) => traceId === trace.traceId);
  const charged = new Set(kept.map(({ spanId }) => spanId));
  const arrived = trace.facts();
  const unknown = arrived.filter(({ spanId }) => !charged.has(spanId));
  const goneBefore = known.rolledOff ? nanosOfMs((await rooms.ledger.rolledOff()).beforeMs) : 0n;
  const tooOld = unknown.filter(({ end }) => end < goneBefore);
  const facts = distinct(tooOld.length === 0 ? unknown : unknown.filter(({ end }) => end >= goneBefore));
  const { traceId } = trace;
  const untangled = facts.length === 0 ? { traceId, uses: [], claims: [], repeats: 0 } : untangle(facts);
  const told = rooms.prices.price(untangled);
  // A span that does not say whose it is belongs to the task that its trace had, if that was one.
  const [home] = known.parts.length === 1 ? known.parts : [];
  const taskOf = (taskId: string): string =>
    taskId === traceId && home !== undefined ? home.taskId : taskId;
  const charges = told.map((charge) => ({ ...charge, taskId: taskOf(charge.taskId) }));
  const late = new Map(
    partsOf(untangled, told).map((part) => [taskOf(part.taskId), { ...part, taskId: taskOf(part.taskId) }]),
  );
  const older = known.parts.map((part) => {
    const more = late.get(part.taskId);
    late.delete(part.taskId);
    const joined = more === undefined ? part : joinedPart(part, more);
    return tooOld.length === 0 ? joined : flaggedPart(joined, NOT_CHARGED);
  });
  tally.addSpans({ arrived, kept: [], facts });
  tally.addTooOld(tooOld);
  return {
    traceId: trace.traceId,
    fresh: false,
    skeleton: known.skeleton,
    parts: [...older, ...late.values()],
    charges: [...kept, ...charges],
    calls: [],
    verdict: [],
    settledAt: nowMs,
  };
}

/** Flag of a task: spans came that may have been charged by lines which rolled off, and were not charged. */
const NOT_CHARGED = 'too_old_not_charged';

const flaggedPart = (part: TaskPart, flag: string): TaskPart => ({
  ...part,
  claim: { ...part.claim, flags: [...new Set([...part.claim.flags, flag])] },
});

/** Every task that gains, loses or changes a part, is reported on, or whose time has come. */
export function touchedTasks(news: {
  readonly settled: readonly Pick<TraceChange, 'parts'>[];
  readonly known: ReadonlyMap<string, TraceState>;
  readonly reports: readonly OutcomeReport[];
  readonly due: readonly string[];
}): string[] {
  const touched = new Set<string>(news.due);
  for (const { parts } of news.settled) for (const part of parts) touched.add(part.taskId);
  for (const { parts } of news.known.values()) for (const part of parts) touched.add(part.taskId);
  for (const report of news.reports) touched.add(report.taskId);
  return [...touched];
}

/** Folds each touched task anew from all of its parts and reports, and tells what that adds to counters and history. */
export function refold(input: {
  readonly touched: readonly string[];
  readonly states: ReadonlyMap<string, TaskState>;
  readonly settled: readonly Pick<TraceChange, 'traceId' | 'parts'>[];
  readonly reports: readonly OutcomeReport[];
  readonly rooms: Pick<Rooms, 'policy'>;
  readonly nowMs: number;
  /** Where it is prices that are new, and not spans. */
  readonly repricing?: Made['repricing'];
}): Pick<SettleChange, 'tasks' | 'removed' | 'counters' | 'history'> {
  const { policy } = input.rooms;
  const news = newsByTask(input.settled, input.reports);
  const replaced = new Set(input.settled.map((trace) => trace.traceId));
  const tasks: { task: Task; charges: readonly Charge[] }[] = [];
  const removed: string[] = [];
  const changes: Change[] = [];
  const steps: Step[] = [];
  for (const taskId of input.touched) {
    const before = input.states.get(taskId) ?? UNHEARD;
    const after = news.get(taskId) ?? NO_NEWS;
    const parts = [...before.parts.filter((part) => !replaced.has(part.traceId)), ...after.parts];
    const reports = distinctReports([...before.reports, ...after.reports]);
    const gone = parts.length + reports.length === 0;
    const folded = gone
      ? undefined
      : foldTask({
          taskId,
          parts,
          reports,
          policy,
          nowMs: input.nowMs,
          late: isLate(before, after.parts, policy),
        });
    if (folded !== undefined) tasks.push(folded);
    else if (before.task !== undefined) removed.push(taskId);
    const sums = { task: folded?.task, parts, charges: folded?.charges ?? [] };
    changes.push({ before, after: sums });
    steps.push({
      taskId,
      before,
      after: sums,
      news: after.parts,
      reports: reports.slice(before.reports.length),
    });
  }
  // All changes together: what one task loses to another was counted already.
  const history = eventsOf(steps, { atMs: input.nowMs, repricing: input.repricing });
  return { tasks, removed, counters: counterDeltasOf(changes), history };
}

const UNHEARD: TaskState = { task: undefined, parts: [], reports: [], charges: [] };

interface News {
  readonly parts: TaskPart[];
  readonly reports: OutcomeReport[];
}
const NO_NEWS: News = { parts: [], reports: [] };

function newsByTask(
  settled: readonly Pick<TraceChange, 'parts'>[],
  reports: readonly OutcomeReport[],
): Map<string, News> {
  const news = new Map<string, News>();
  const of = (taskId: string): News => {
    const known = news.get(taskId);
    if (known !== undefined) return known;
    const one: News = { parts: [], reports: [] };
    news.set(taskId, one);
    return one;
  };
  for (const { parts } of settled) for (const part of parts) of(part.taskId).parts.push(part);
  for (const report of reports) of(report.taskId).reports.push(report);
  return news;
}

/** Of reports with one key, the one that was kept first. */
function distinctReports(reports: readonly OutcomeReport[]): OutcomeReport[] {
  const byKey = new Map<string, OutcomeReport>();
  for (const report of reports) if (!byKey.has(report.key)) byKey.set(report.key, report);
  return [...byKey.values()];
}
