import { LedgerConflict, type SettleChange, type TraceChange } from '../../domain/ledger.ts';
import { adjustedLine, type RepricedTrace } from '../../domain/repricing.ts';
import type { Task } from '../../domain/task.ts';
import { assert } from '../../lib/assert.ts';
import { closedModelsInsertion, maybeClosed } from '../sql/closed-models.ts';
import { mentionedTasks } from '../sql/mentioned-tasks.ts';
import { LedgerOverflow } from '../sql/range.ts';
import { repricingText } from '../sql/repricing-codec.ts';
import { type ChangeNumbers, rowsOfChange } from './change-rows.ts';
import type { Connections } from './connections.ts';
import { copyRows } from './copy-rows.ts';
import type { SharedDictionaries } from './dictionaries.ts';
import { findTraces } from './find.ts';
import { forget } from './forget.ts';
import { keptSums } from './kept-sums.ts';
import { byMonth, clearLines } from './line-months.ts';
import type { LinePlaces } from './line-places.ts';
import { type Locked, type LockedTraces, lockTasks, lockTraces, touchTraces } from './lock.ts';
import { carryBygone, findBygone, readRolledOffMs } from './roll-off.ts';
import type { Seen } from './seen.ts';
import { endChange } from './tail.ts';
import { writeHistory, writeReports } from './write-once.ts';
import type { Writing } from './writing.ts';

export interface Writer {
  readonly connections: Connections;
  readonly dictionaries: SharedDictionaries;
  readonly places: LinePlaces;
  /** Whose position it is. */
  readonly replica: string;
  /** Called in every change's transaction when all but the commit is done; what it rejects with undoes the change. */
  readonly fence: (writing: Writing, change: SettleChange) => Promise<void>;
}

/**
 * Writes a change in one transaction, beside those of other writers.
 *
 * 1. **Lock** the rows of its traces and tasks, and compare their versions with those that were read.
 * 2. **Clear** all that was kept of the known ones.
 * 3. **Copy** everything anew.
 * 4. **The tail**, which takes turns: what could not be locked is looked at again (tail.ts), and sums are added up.
 *
 * A trace or task that comes twice counts as it came last; a report as it came first.
 */
export async function writeChange(
  writing: Writing,
  change: SettleChange,
  seen: Seen,
  writer: Writer,
): Promise<void> {
  const rolledOffMs = await readRolledOffMs(writing);
  seen.checkRolledOff(rolledOffMs);
  const traces = new Map(change.traces.map((trace) => [trace.traceId, notBefore(rolledOffMs, trace)]));
  const repriced = new Map((change.repriced ?? []).map((trace) => [trace.traceId, trace]));
  const tasks = new Map(change.tasks.map((one) => [one.task.taskId, one]));
  await writer.places.make(writer.connections, settledTimes(traces).values());
  const lockedTraces = await lockAllTraces(writing, traces, repriced, seen);
  const cleared = numbersOf(lockedTraces, traces.keys());
  const bygone = await findBygone(writing, cleared, rolledOffMs);
  await touchTraces(writing, lockedTraces, settledTimes(traces));
  const recosted = [...cleared, ...numbersOf(lockedTraces, repriced.keys())];
  const losing = await tasksOf(writing, recosted);
  const lockedTasks = await lockTasks(writing, mentionedTasks(change), losing, seen);
  const taskNumber = (taskId: string): number => lockedTasks.seqs.get(taskId)!;
  const lines = byMonth(lockedTraces.settledMs, recosted, rolledOffMs);
  const { places } = writer;
  const known = [...lockedTasks.known.values()].map(({ seq }) => seq);
  const before = await keptSums(writing, { tasks: known, traces: lines }, places);

  await clear(writing, WHOLE_TRACES, 'trace', cleared);
  await clear(writing, COSTS, 'trace', recosted);
  await clearLines(writing, lines, places);
  await clearTasks(writing, numbersOf(lockedTasks, [...tasks.keys(), ...change.removed]));
  const numbers: ChangeNumbers = {
    traces: [...traces.values()],
    repriced: [...repriced.values()],
    tasks: [...tasks.values()],
    adjustments: change.adjustments ?? [],
    traceNumber: await traceNumbers(writing, change, lockedTraces),
    taskNumber,
    settledMs: (traceId) =>
      traces.get(traceId)?.settledAt ??
      Math.max(rolledOffMs, lockedTraces.settledMs.get(lockedTraces.seqs.get(traceId)!)!),
    places,
  };
  await clearAdjustments(writing, numbers);
  await copyAll(writing, numbers, writer);
  await carryBygone(writing, bygone);
  await writeReports(writing, change.reports, lockedTasks);
  await writeHistory(writing, change.history ?? [], lockedTasks);
  await writeRepricing(writing, change);
  await restateClosedModels(
    writing,
    [...tasks.values()].map(({ task }) => task),
    lockedTasks,
  );
  if (change.forgetBefore !== undefined)
    await forget(writing, Math.floor(change.forgetBefore), writer.dictionaries.kinds);
  const settledNow = new Map([...lockedTraces.seqs].map(([id, seq]) => [seq, numbers.settledMs(id)]));
  const linesNow = byMonth(settledNow, [...lockedTraces.seqs.values()], rolledOffMs);
  const written = { tasks: [...lockedTasks.seqs.values()], traces: linesNow };
  const after = await keptSums(writing, written, places);
  await endChange(writing, { change, sums: { before, after }, rolledOffMs }, seen, writer);
}

/** What the database's error means: what another writer did at the same time is no fault of the change. */
export function meaningOf(error: unknown): unknown {
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code === TOO_LARGE)
    return new LedgerOverflow(`a sum of the ledger's columns: ${message}`, { cause: error });
  const isDropped = code === NO_TABLE && /"(?:charges|reported_costs)_\d+"/.test(message);
  if (code !== DEADLOCK && code !== NOT_SERIALIZABLE && !isDropped) return error;
  return new LedgerConflict(`another writer was in the way: ${message}`, { cause: error });
}

const TOO_LARGE = '22003';
const DEADLOCK = '40P01';
const NOT_SERIALIZABLE = '40001';
/** Of a month that was dropped after it was found. */
const NO_TABLE = '42P01';

/** A trace never counts as settled before what rolled off, for its lines are there. */
const notBefore = (rolledOffMs: number, trace: TraceChange): TraceChange => ({
  ...trace,
  settledAt: Math.max(rolledOffMs, Math.floor(trace.settledAt)),
});

const settledTimes = (traces: ReadonlyMap<string, TraceChange>): ReadonlyMap<string, number> =>
  new Map([...traces.values()].map(({ traceId, settledAt }) => [traceId, settledAt]));

const lockAllTraces = (
  writing: Writing,
  traces: ReadonlyMap<string, TraceChange>,
  repriced: ReadonlyMap<string, RepricedTrace>,
  seen: Seen,
): Promise<LockedTraces> =>
  lockTraces(writing, [...new Set([...traces.keys(), ...repriced.keys()])], settledTimes(traces), seen);

/** The numbers of those that are known. */
const numbersOf = ({ known }: Locked, ids: Iterable<string>): number[] =>
  [...ids].flatMap((id) => known.get(id)?.seq ?? []);

/** The tasks that these traces are part of, or have shares in. */
async function tasksOf(writing: Writing, traces: readonly number[]): Promise<readonly number[]> {
  if (traces.length === 0) return [];
  const rows = await writing.rows(
    `SELECT task FROM parts WHERE trace = ANY($1::int8[])
      UNION SELECT task FROM model_shares WHERE trace = ANY($1::int8[])`,
    [traces],
  );
  return rows.map(([task]) => Number(task));
}

const WHOLE_TRACES = ['suppressed', 'skeletons', 'calls', 'verdicts'];
/** What a restatement of prices replaces, beside the lines. */
const COSTS = ['parts', 'model_shares'];

async function clear(
  writing: Writing,
  tables: readonly string[],
  column: string,
  numbers: readonly number[],
): Promise<void> {
  if (numbers.length === 0) return;
  for (const table of tables)
    await writing.run(`DELETE FROM ${table} WHERE ${column} = ANY($1::int8[])`, [numbers]);
}

async function clearTasks(writing: Writing, tasks: readonly number[]): Promise<void> {
  await clear(writing, ['tasks'], 'seq', tasks);
  await clear(writing, ['own_charges'], 'task', tasks);
  await clear(writing, ['model_shares'], 'trace = 0 AND task', tasks);
}

/** Adjustments may be about traces that the change does not write. */
async function traceNumbers(
  writing: Writing,
  { adjustments = [] }: SettleChange,
  { seqs }: Locked,
): Promise<(traceId: string) => number> {
  const others = new Set(adjustments.map((one) => adjustedLine(one).traceId).filter((id) => !seqs.has(id)));
  const found = await findTraces(writing, [...others]);
  return (traceId) => {
    const seq = seqs.get(traceId) ?? found.get(traceId)?.seq;
    assert(seq !== undefined, 'what is adjusted was settled before');
    return seq;
  };
}

async function clearAdjustments(
  writing: Writing,
  { adjustments, traceNumber }: ChangeNumbers,
): Promise<void> {
  if (adjustments.length === 0) return;
  await writing.run(
    `DELETE FROM adjustments a USING unnest($1::int8[], $2::int8[]) AS n(trace, repricing)
      WHERE a.trace = n.trace AND a.repricing = n.repricing`,
    [
      adjustments.map((one) => traceNumber(adjustedLine(one).traceId)),
      adjustments.map(({ repricing }) => repricing),
    ],
  );
}

/** Made twice where it needs numbers that are not given yet, which is rare and soon never. */
async function copyAll(
  writing: Writing,
  numbers: ChangeNumbers,
  { dictionaries, connections }: Writer,
): Promise<void> {
  let rows = rowsOfChange(numbers, dictionaries);
  if (dictionaries.isWanting) {
    await dictionaries.number(connections);
    rows = rowsOfChange(numbers, dictionaries);
    assert(!dictionaries.isWanting, 'every number that was wanting is given');
  }
  for (const { table, names, columns } of rows)
    if (columns[0]!.length > 0) await writing.copy(table, names, copyRows(columns));
}

async function writeRepricing(writing: Writing, { repricing }: SettleChange): Promise<void> {
  if (repricing === undefined) return;
  await writing.run(
    'INSERT INTO repricings (id, state) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
    [repricing.id, repricingText(repricing)],
  );
}

async function restateClosedModels(
  writing: Writing,
  tasks: readonly Task[],
  { known, seqs }: Locked,
): Promise<void> {
  const before = [...known.values()].map(({ seq }) => seq);
  await clear(writing, ['closed_models'], 'task', before);
  const closed = maybeClosed(before, tasks, (taskId) => seqs.get(taskId)!);
  if (closed.length > 0)
    await writing.run(
      closedModelsInsertion('(SELECT unnest($1::int8[]) AS seq)', () => 'TRUE'),
      [closed],
    );
}
