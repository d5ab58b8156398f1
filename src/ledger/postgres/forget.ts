import { isWaiting } from '../../domain/charge.ts';
import type { KindNumbers } from '../sql/dictionaries.ts';
import type { Writing } from './writing.ts';

/**
 * Lets go of the skeletons that were settled before, and of what finds them, but for those with a charge that waits for a
 * price. A trace that another writer is at now is left for the next time: it is not that old any more.
 */
export async function forget(writing: Writing, beforeMs: number, kinds: KindNumbers): Promise<void> {
  const waiting = kinds.listWhere(({ reason }) => isWaiting(reason));
  const old = `SELECT s.trace FROM skeletons s WHERE s.settled_ms < ${beforeMs} AND NOT EXISTS (
    SELECT 1 FROM charges c WHERE c.trace = s.trace AND c.kind IN (${waiting}))`;
  const found = await writing.rows(old);
  if (found.length === 0) return;
  const locked = await writing.rows(
    'SELECT seq FROM traces WHERE seq = ANY($1::int8[]) ORDER BY trace FOR UPDATE SKIP LOCKED',
    [found.map(([trace]) => trace as bigint)],
  );
  // Once more: one of them may have been settled again before it was locked.
  const gone = await writing.rows(`${old} AND s.trace = ANY($1::int8[])`, [
    locked.map(([seq]) => seq as bigint),
  ]);
  for (const table of ['calls', 'verdicts', 'skeletons'])
    await writing.run(`DELETE FROM ${table} WHERE trace = ANY($1::int8[])`, [
      gone.map(([trace]) => trace as bigint),
    ]);
}
