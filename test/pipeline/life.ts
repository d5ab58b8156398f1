import { expect } from '@jest/globals';
import { verify } from '../../src/audit/verify.ts';
import type { Charge } from '../../src/domain/charge.ts';
import { SEEN_FIELDS, type SeenField, type TaskEvent } from '../../src/domain/history.ts';
import type { CounterDelta, Ledger, TaskState } from '../../src/domain/ledger.ts';
import type { Task } from '../../src/domain/task.ts';
import { LATE } from '../../src/fold/late.ts';
import { CostTotals, partDifferences, policyDifferences, taskDifferences } from '../../src/fold/recount.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { repricePortion } from '../../src/repricing.ts';
import { sorted, wholeHistory } from '../ledger/answers.ts';
import type { OpenLedger } from '../support/any-ledger.ts';
import { BASE_MS } from '../support/send.ts';
import { openTestWalk, type TestWalk } from '../support/walk.ts';
import { bookOf, type LifeStep, lifePolicy, TASK_IDS, TRACE_IDS } from './any-life.ts';

/** What is kept, read back whole. */
interface Kept {
  readonly states: ReadonlyMap<string, TaskState>;
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
  readonly histories: ReadonlyMap<string, readonly TaskEvent[]>;
}

const seconds = (count: number) => BigInt(BASE_MS + count * 1000) * 1_000_000n;
const WINDOWS = [
  { from: 0n, to: 2n ** 63n - 1n },
  { from: seconds(0), to: seconds(80) },
  { from: seconds(80), to: seconds(100_000_000) },
];
const GROUPS = [[], ['agent_type'], ['task_type', 'agent_type'], ['model'], ['agent_type', 'model']];

/** A ledger that lives a life, and everything that must hold of it at any time. */
export class LifeUnderTest {
  readonly ledger: Ledger;
  readonly end: () => Promise<void>;
  #walk: TestWalk;
  #repricings = 0;
  #counters = new Map<string, bigint>();

  private constructor(opened: { ledger: Ledger; close(): Promise<void> }, walk: TestWalk) {
    this.ledger = opened.ledger;
    this.end = opened.close;
    this.#walk = walk;
  }

  static async begin(open: OpenLedger): Promise<LifeUnderTest> {
    const opened = await open();
    const walk = await openTestWalk({ ledger: opened.ledger, policy: lifePolicy });
    Object.assign(walk.rooms, { prices: bookOf('cheap') });
    return new LifeUnderTest(opened, walk);
  }

  async live(step: LifeStep): Promise<void> {
    const { ledger } = this;
    if (step.kind === 'spans') await this.#walk.take(step.spans);
    if (step.kind === 'reports') await this.#walk.report(step.reports);
    if (step.kind === 'pass') await this.#walk.settleAfter(step.ms);
    if (step.kind === 'restart') {
      const { journal, clock, rooms } = this.#walk;
      this.#walk = await openTestWalk({ ledger, journal, clock, policy: lifePolicy });
      Object.assign(this.#walk.rooms, { prices: rooms.prices });
      await this.#walk.recover();
    }
    if (step.kind === 'reprice') await this.#reprice(step.table);
  }

  async #reprice(table: Extract<LifeStep, { kind: 'reprice' }>['table']): Promise<void> {
    const book = bookOf(table);
    Object.assign(this.#walk.rooms, { prices: book });
    this.#repricings += 1;
    await repricePortion(
      {
        run: {
          id: this.#repricings,
          by: 'ana',
          startedAt: 0,
          scope: { from: undefined, to: undefined, model: undefined, only: 'all' },
          tableHash: book.tableHash,
          state: 'running',
          why: '',
          done: 0,
          until: await this.ledger.lastTrace(),
          rows: [],
        },
        book,
        asIfAt: undefined,
        write: true,
      },
      { ledger: this.ledger, policy: lifePolicy },
      this.#walk.clock.now(),
    );
  }

  async check(): Promise<void> {
    const kept = await this.#read();
    checkFold(kept);
    await this.#checkRollups(kept);
    await this.#checkCounters(kept);
    checkHistory(kept);
    const snapshot = await this.ledger.snapshot();
    expect((await verify(snapshot)).faults).toEqual([]);
    await snapshot.close();
  }

  /** All that does not say when something came: tasks without their close time, and their lines. */
  async outcome(): Promise<unknown> {
    const { states, charges } = await this.#read();
    const told = [...states].flatMap(([id, { task }]) => {
      if (task === undefined) return [];
      const { closedAt: _, dueAt: __, flags, ...rest } = task;
      // An imputed human has the time of the close.
      const lines = charges
        .get(id)!
        .map((line) => (line.flags.includes('imputed') ? { ...line, at: 0n } : line));
      return [{ ...rest, flags: flags.filter((flag) => flag !== LATE), lines: sorted(lines) }];
    });
    return sorted(told);
  }

  async #read(): Promise<Kept> {
    const states = await this.ledger.tasksState(TASK_IDS);
    const { tasks } = await this.ledger.tasks({ sort: 'cost', limit: 100 });
    const known = [...states].flatMap(([id, { task }]) => (task === undefined ? [] : [id]));
    expect(tasks.map(({ taskId }) => taskId).sort()).toEqual(known.sort());
    const charges = new Map<string, readonly Charge[]>();
    const histories = new Map<string, readonly TaskEvent[]>();
    for (const id of TASK_IDS) {
      const lines = await this.ledger.charges(id);
      if (lines !== undefined) charges.set(id, lines);
      const events = await wholeHistory(this.ledger, id, 50);
      if (events !== undefined) histories.set(id, events);
    }
    return { states, charges, histories };
  }

  async #checkRollups({ states, charges }: Kept): Promise<void> {
    const { ledger } = this;
    const scratch = openMemoryLedger();
    const lines = [...charges.values()].flat();
    const traces = [...(await ledger.traces(TRACE_IDS))].map(([traceId, { skeleton, parts, verdict }]) => ({
      ...{ traceId, skeleton, parts, verdict, fresh: true, calls: [], settledAt: 0 },
      charges: lines.filter((line) => line.traceId === traceId),
    }));
    for (const { parts, charges: ofTrace } of traces)
      for (const part of parts) expect(partDifferences(part, ofTrace)).toEqual([]);
    await scratch.apply({
      traces,
      tasks: [...states.values()].flatMap(({ task, charges: own }) =>
        task === undefined ? [] : [{ task, charges: own }],
      ),
      removed: [],
      reports: [...states.values()].flatMap(({ reports }) => reports),
      counters: [],
      position: undefined,
      forgetBefore: undefined,
    });
    for (const groupBy of GROUPS) {
      for (const window of WINDOWS) {
        const query = { ...window, groupBy };
        expect(await ledger.unitEconomics(query)).toEqual(await scratch.unitEconomics(query));
      }
    }
    expect(sorted(await ledger.openTasks())).toEqual(sorted(await scratch.openTasks()));
    expect(sorted(await ledger.unpriced())).toEqual(sorted(await scratch.unpriced()));
    expect(await ledger.dataHealth()).toEqual(await scratch.dataHealth());
  }

  async #checkCounters({ states }: Kept): Promise<void> {
    const counters = await this.ledger.counters();
    const totals = new CostTotals();
    for (const state of states.values()) totals.add(state);
    expect(totals.differences(counters)).toEqual([]);
    const now = new Map(counters.map((delta) => [keyOf(delta), delta.by]));
    for (const [key, before] of this.#counters)
      expect([key, (now.get(key) ?? 0n) >= before]).toEqual([key, true]);
    this.#counters = now;
  }
}

function keyOf({ by: _, ...labels }: CounterDelta): string {
  return JSON.stringify(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Every row is the fold of its parts, reports and the policy; what has neither part nor report is not there. */
function checkFold({ states, charges }: Kept): void {
  for (const [id, { task, ...made }] of states) {
    expect([id, task !== undefined]).toEqual([id, made.parts.length + made.reports.length > 0]);
    if (task === undefined) continue;
    expect([id, policyDifferences({ task, ...made }, lifePolicy)]).toEqual([id, []]);
    expect([id, taskDifferences({ task, ...made })]).toEqual([id, []]);
    const lines = charges.get(id)!;
    for (const [component, amount] of Object.entries(task.cost)) {
      const ofIt = lines.filter((line) => line.component === component);
      expect(ofIt.reduce((sum, line) => sum + (line.amount ?? 0n), 0n)).toBe(amount);
    }
  }
}

const GROWING: readonly SeenField[] = ['cost', 'unpricedCalls'];

/** Each event goes on where the one before it ended; the last word on each field is the task. */
function checkHistory({ states, histories }: Kept): void {
  for (const [id, events] of histories) {
    let words = new Map<SeenField, unknown>();
    for (const event of events) {
      expect(event.by.length).toBeGreaterThan(0);
      for (const [field, value] of fieldsOf(event.before)) {
        const isGrowth = GROWING.includes(field) && words.get('state') !== 'closed';
        if (words.has(field) && !isGrowth) expect([id, field, value]).toEqual([id, field, words.get(field)]);
      }
      if (event.after === undefined) words = new Map();
      for (const [field, value] of fieldsOf(event.after)) words.set(field, value);
      const { atMs, cameFrom, wentTo } = event;
      for (const { traceId, taskIds } of cameFrom)
        for (const from of taskIds)
          expect(namedBy('wentTo', histories.get(from), { atMs, traceId })).toContain(id);
      for (const { traceId, taskIds } of wentTo)
        for (const to of taskIds)
          expect(namedBy('cameFrom', histories.get(to), { atMs, traceId })).toContain(id);
    }
    checkLastWord(id, states.get(id)?.task, { words, events });
  }
  for (const [id, { task }] of states)
    if (task?.state === 'closed') expect([id, histories.get(id)]).not.toEqual([id, []]);
}

function checkLastWord(
  id: string,
  task: Task | undefined,
  { words, events }: { words: ReadonlyMap<SeenField, unknown>; events: readonly TaskEvent[] },
): void {
  if (task === undefined) {
    if (events.length > 0) expect([id, events.at(-1)!.after]).toEqual([id, undefined]);
    return;
  }
  for (const [field, value] of words)
    if (task.state === 'closed' || !GROWING.includes(field))
      expect([id, field, task[field]]).toEqual([id, field, value]);
  if (task.state === 'closed') expect([id, words.get('state')]).toEqual([id, 'closed']);
}

const fieldsOf = (sight: TaskEvent['before']) =>
  SEEN_FIELDS.flatMap((field) =>
    sight !== undefined && field in sight ? [[field, sight[field]] as const] : [],
  );

/** The tasks that these events say a trace went to, or came from, at a time. */
const namedBy = (
  way: 'wentTo' | 'cameFrom',
  events: readonly TaskEvent[] | undefined,
  moved: { readonly atMs: number; readonly traceId: string },
): readonly string[] =>
  (events ?? [])
    .filter((event) => event.atMs === moved.atMs)
    .flatMap((event) => event[way].filter((move) => move.traceId === moved.traceId))
    .flatMap((move) => move.taskIds);
