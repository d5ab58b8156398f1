import type { CounterDelta, SettleChange } from '../../domain/ledger.ts';
import { labelsText } from '../sql/counter-labels.ts';
import { sumsOf } from '../sql/counter-sums.ts';
import type { Writer } from './apply.ts';
import { digestOf } from './digest.ts';
import { findTraces } from './find.ts';
import { addSums, type KeptSums } from './kept-sums.ts';
import { readKin } from './read-kin.ts';
import { checkRolledOff } from './roll-off.ts';
import type { Seen } from './seen.ts';
import type { Writing } from './writing.ts';

/** A change of which all is written but for the tail. */
export interface Written {
  readonly change: SettleChange;
  /** What its tasks and traces added to the kept sums before it, and what they add after it. */
  readonly sums: { readonly before: KeptSums; readonly after: KeptSums };
  /** What had rolled off when it was begun. */
  readonly rolledOffMs: number;
}

/**
 * What writers do one after the other, from a row lock to the commit: so everything that was committed before is seen here,
 * and everything that is committed after sees this. Where nobody was in between, nothing has to be looked at again.
 */
export async function endChange(
  writing: Writing,
  { change, sums, rolledOffMs }: Written,
  seen: Seen,
  { replica, fence }: Writer,
): Promise<void> {
  const before = await takeTail(writing);
  if (seen.isBehind(before) && isMadeOfReading(change)) await lookAgain(writing, change, seen);
  await checkRolledOff(writing, rolledOffMs);
  await addSums(writing, sums.before, sums.after);
  await addCounters(writing, change.counters);
  if (change.position !== undefined)
    await writing.run(
      `INSERT INTO positions (replica, position) VALUES ($1, $2)
        ON CONFLICT (replica) DO UPDATE SET position = excluded.position`,
      [replica, change.position],
    );
  await fence(writing, change);
}

/** From here to the commit nobody else is in the tail of a change. Gives how many changes were applied before. */
export async function takeTail(writing: Writing): Promise<number> {
  const [row] = await writing.rows(
    "UPDATE meta SET value = CAST(CAST(value AS INT8) + 1 AS TEXT) WHERE name = 'tail' RETURNING value",
  );
  return Number(row![0]) - 1;
}

/**
 * What the change is made of, and does not lock: traces that were read and are left as they are, and traces that show one
 * of its calls, which nobody may have read since they were not there.
 */
async function lookAgain(writing: Writing, change: SettleChange, seen: Seen): Promise<void> {
  const written = new Set([...change.traces, ...(change.repriced ?? [])].map(({ traceId }) => traceId));
  const others = seen.otherTraces(written);
  const found = await findTraces(writing, others);
  for (const id of others) seen.checkTrace(id, found.get(id)?.version);
  for (const [id, version] of await readKin(
    writing,
    change.traces.flatMap(({ calls }) => calls),
  ))
    if (!written.has(id as string)) seen.checkKin(id as string, Number(version));
}

/** A change of nothing else, as of a re-pricing's state, holds whatever was read before it. */
const isMadeOfReading = ({ traces, tasks, removed, repriced = [] }: SettleChange): boolean =>
  traces.length + tasks.length + removed.length + repriced.length > 0;

/** Deltas commute: whoever adds first, the sum is the same. Numbers of new ones rise, for writers take turns here. */
async function addCounters(writing: Writing, deltas: readonly CounterDelta[]): Promise<void> {
  if (deltas.length === 0) return;
  const sums = sumsOf(deltas).map(({ labels, by }) => ({ text: labelsText(labels), by }));
  await writing.run(
    `INSERT INTO counters (id, digest, labels, value)
      SELECT (SELECT coalesce(max(id), 0) FROM counters) + row_number() OVER (), digest, labels, value FROM unnest($1::uuid[], $2::text[], $3::numeric[]) AS n(digest, labels, value)
      ON CONFLICT (digest) DO UPDATE SET value = counters.value + excluded.value`,
    [sums.map(({ text }) => digestOf(text)), sums.map(({ text }) => text), sums.map(({ by }) => by)],
  );
}
