import type { Charge } from './domain/charge.ts';
import type { SettleChange, TaskState, TraceChange, TraceState } from './domain/ledger.ts';
import type { OutcomeReport, Task, TaskPart } from './domain/task.ts';
import { type Change, counterDeltasOf } from './fold/counters.ts';
import { joinedPart } from './fold/joined-part.ts';
import { isLate } from './fold/late.ts';
import { partsOf } from './fold/parts.ts';
import { foldTask } from './fold/task.ts';
import type { OpenTrace } from './ledger/open-traces.ts';
import { readSkeleton, writeSkeleton } from './ledger/skeleton.ts';
import type { Rooms } from './pipeline.ts';
import type { Tally } from './tally.ts';
import { distinct } from './untangle/distinct.ts';
import { untangle } from './untangle/untangle.ts';

/** Spans worked on between two breaths, so that senders and readers are not kept waiting (about 5 ms). */
const SPANS_PER_BREATH = 1500;

interface Settling {
  readonly known: ReadonlyMap<string, TraceState>;
  readonly rooms: Pick<Rooms, 'ledger' | 'prices'>;
  readonly tally: Tally;
  readonly nowMs: number;
}

/** Each trace with all its facts, old and new, becomes charges and parts. Gives way to the event loop in between. */
export async function settleTraces(traces: readonly OpenTrace[], settling: Settling): Promise<TraceChange[]> {
  const settled: TraceChange[] = [];
  let spans = 0;
  for (const trace of traces) {
    const known = settling.known.get(trace.traceId);
    const forgotten = known !== undefined && known.skeleton.length === 0;
    settled.push(
      forgotten ? await settleForgotten(trace, known, settling) : settleTrace(trace, known, settling),
    );
    spans += trace.spans;
    if (spans < SPANS_PER_BREATH) continue;
    spans = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return settled;
}

function settleTrace(trace: OpenTrace, known: TraceState | undefined, settling: Settling): TraceChange {
  const { rooms, tally, nowMs } = settling;
  const kept = known === undefined ? [] : readSkeleton(known.skeleton);
  const arrived = trace.facts();
  const facts = distinct(kept.length === 0 ? arrived : [...kept, ...arrived]);
  const untangled = untangle(facts);
  const charges = rooms.prices.price(untangled);
  const before = known?.parts.map(({ claim }) => claim) ?? [];
  tally.add({ arrived, kept, facts, untangled, before, charges });
  return {
    traceId: trace.traceId,
    fresh: known === undefined,
    skeleton: writeSkeleton(facts),
    parts: partsOf(untangled, charges),
    charges,
    settledAt: nowMs,
  };
}

/**
 * Spans that come after `lateWindow`, when the trace's facts are gone: those whose span was not charged yet are
 * charged alone, beside what is there.
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
  const facts = distinct(arrived.filter(({ spanId }) => !charged.has(spanId)));
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
    return more === undefined ? part : joinedPart(part, more);
  });
  tally.add({ arrived, kept: [], facts, untangled, charges });
  return {
    traceId: trace.traceId,
    fresh: false,
    skeleton: known.skeleton,
    parts: [...older, ...late.values()],
    charges: [...kept, ...charges],
    settledAt: nowMs,
  };
}

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

/** Folds each touched task anew from all of its parts and reports, and tells what that adds to the counters. */
export function refold(input: {
  readonly touched: readonly string[];
  readonly states: ReadonlyMap<string, TaskState>;
  readonly settled: readonly Pick<TraceChange, 'traceId' | 'parts'>[];
  readonly reports: readonly OutcomeReport[];
  readonly rooms: Pick<Rooms, 'policy'>;
  readonly nowMs: number;
}): Pick<SettleChange, 'tasks' | 'removed' | 'counters'> {
  const { policy } = input.rooms;
  const news = newsByTask(input.settled, input.reports);
  const replaced = new Set(input.settled.map((trace) => trace.traceId));
  const tasks: { task: Task; charges: readonly Charge[] }[] = [];
  const removed: string[] = [];
  const changes: Change[] = [];
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
    changes.push({ before, after: { task: folded?.task, parts, charges: folded?.charges ?? [] } });
  }
  // All changes together: what one task loses to another was counted already.
  return { tasks, removed, counters: counterDeltasOf(changes) };
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
