import { LedgerConflict } from '../../domain/ledger.ts';
import { assert } from '../../lib/assert.ts';
import { digestOf } from './digest.ts';
import { versioned } from './find.ts';
import type { Seen, Versioned } from './seen.ts';
import type { Writing } from './writing.ts';

/** Rows that this transaction holds, by id; nobody else writes what hangs on them until it ends. */
export interface Locked {
  readonly known: ReadonlyMap<string, Versioned>;
  /** Known and new. */
  readonly seqs: ReadonlyMap<string, number>;
}

export interface LockedTraces extends Locked {
  /** When those that are known were settled, by number. */
  readonly settledMs: ReadonlyMap<number, number>;
}

/**
 * Locks these traces, and makes those that are new. Everybody locks traces before tasks and either in the order of their
 * keys, so that writers wait for each other and not in a circle. Rejects with LedgerConflict what is not as it was read.
 */
export async function lockTraces(
  writing: Writing,
  traceIds: readonly string[],
  settledMs: ReadonlyMap<string, number>,
  seen: Seen,
): Promise<LockedTraces> {
  if (traceIds.length === 0) return { ...NOTHING, settledMs: new Map() };
  const rows = await writing.rows(
    'SELECT trace, seq, version, settled_ms FROM traces WHERE trace = ANY($1::uuid[]) ORDER BY trace FOR UPDATE',
    [traceIds],
  );
  const known = new Map(rows.map(([id, ...row]) => [id as string, versioned(row)]));
  for (const id of traceIds) seen.checkTrace(id, known.get(id)?.version);
  const fresh = traceIds.filter((id) => !known.has(id));
  const settledOf = (id: string): number => {
    const ms = settledMs.get(id);
    assert(ms !== undefined, 'what is priced anew was settled before');
    return ms;
  };
  const numbers = await nextNumbers(writing, 'trace_numbers', fresh.length);
  const made = await madeRows(
    writing,
    `INSERT INTO traces (seq, trace, settled_ms, version)
      SELECT seq, trace, settled_ms, 1 FROM unnest($1::int8[], $2::uuid[], $3::int8[]) AS n(seq, trace, settled_ms)
      ORDER BY trace ON CONFLICT (trace) DO NOTHING RETURNING 1`,
    [numbers, fresh, fresh.map(settledOf)],
  );
  if (made < fresh.length) throw new LedgerConflict('a new trace was settled meanwhile by another writer');
  const before = new Map(rows.map(([, seq, , ms]) => [Number(seq), Number(ms)]));
  return { known, seqs: numbered(known, fresh, numbers), settledMs: before };
}

/** The traces are as new as this change. */
export async function touchTraces(
  writing: Writing,
  { known }: Locked,
  settledMs: ReadonlyMap<string, number>,
): Promise<void> {
  if (known.size === 0) return;
  await writing.run(
    `UPDATE traces SET version = version + 1, settled_ms = coalesce(n.settled_ms, traces.settled_ms)
      FROM unnest($1::int8[], $2::int8[]) AS n(seq, settled_ms) WHERE traces.seq = n.seq`,
    [[...known.values()].map(({ seq }) => seq), [...known.keys()].map((id) => settledMs.get(id) ?? null)],
  );
}

/** Like `lockTraces`, for tasks: those that the change mentions, and those by number that lose something by it. */
export async function lockTasks(
  writing: Writing,
  mentioned: readonly string[],
  losing: readonly number[],
  seen: Seen,
): Promise<Locked> {
  if (mentioned.length + losing.length === 0) return NOTHING;
  const digests = mentioned.map(digestOf);
  const rows = await writing.rows(
    `SELECT task_id, seq, version FROM task_ids WHERE digest = ANY($1::uuid[]) OR seq = ANY($2::int8[])
      ORDER BY digest FOR UPDATE`,
    [digests, losing],
  );
  const known = new Map(rows.map(([id, ...row]) => [id as string, versioned(row)]));
  for (const id of mentioned) seen.checkTask(id, known.get(id)?.version);
  if (known.size > 0)
    await writing.run('UPDATE task_ids SET version = version + 1 WHERE seq = ANY($1::int8[])', [
      [...known.values()].map(({ seq }) => seq),
    ]);
  const fresh = mentioned.filter((id) => !known.has(id));
  const numbers = await nextNumbers(writing, 'task_numbers', fresh.length);
  const made = await madeRows(
    writing,
    `INSERT INTO task_ids (seq, task_id, digest, version)
      SELECT seq, task_id, digest, 1 FROM unnest($1::int8[], $2::text[], $3::uuid[]) AS n(seq, task_id, digest)
      ORDER BY digest ON CONFLICT (digest) DO NOTHING RETURNING 1`,
    [numbers, fresh, fresh.map(digestOf)],
  );
  if (made < fresh.length) throw new LedgerConflict('a new task was made meanwhile by another writer');
  return { known, seqs: numbered(known, fresh, numbers) };
}

/** The next numbers of a sequence; those of a transaction that fails are never used. */
export async function nextNumbers(
  writing: Writing,
  sequence: string,
  count: number,
): Promise<readonly number[]> {
  if (count === 0) return [];
  const rows = await writing.rows(`SELECT nextval('${sequence}') FROM generate_series(1, ${count})`);
  return rows.map(([number]) => Number(number)).sort((left, right) => left - right);
}

const NOTHING: Locked = { known: new Map(), seqs: new Map() };

async function madeRows(
  writing: Writing,
  sql: string,
  values: readonly (readonly (string | number)[])[],
): Promise<number> {
  return values[0]!.length === 0 ? 0 : (await writing.rows(sql, values)).length;
}

function numbered(
  known: ReadonlyMap<string, Versioned>,
  fresh: readonly string[],
  numbers: readonly number[],
): ReadonlyMap<string, number> {
  const seqs = new Map([...known].map(([id, { seq }]) => [id, seq]));
  for (const [index, id] of fresh.entries()) seqs.set(id, numbers[index]!);
  return seqs;
}
