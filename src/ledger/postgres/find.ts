import type { Row } from '../sql/sql.ts';
import { digestOf } from './digest.ts';
import type { Versioned } from './seen.ts';
import type { Questions } from './sql.ts';

/** What a reading stands on. */
export interface Ground {
  /** How many changes all replicas have applied. */
  readonly tail: number;
  /** Traces settled last before this time (ms) have no lines. */
  readonly rolledOffMs: number;
}

export async function readGround(sql: Questions): Promise<Ground> {
  const [row] = await sql.rows(
    `SELECT (SELECT value FROM meta WHERE name = 'tail'), (SELECT value FROM meta WHERE name = 'rolled_off_ms')`,
  );
  return { tail: Number(row![0]), rolledOffMs: Number(row![1]) };
}

/** Those of these traces that were ever settled. */
export async function findTraces(
  sql: Questions,
  traceIds: readonly string[],
  lock = '',
): Promise<Map<string, Versioned>> {
  if (traceIds.length === 0) return new Map();
  const rows = await sql.rows(
    `SELECT trace, seq, version FROM traces WHERE trace = ANY($1::uuid[]) ${lock}`,
    [traceIds],
  );
  return new Map(rows.map(([id, ...row]) => [id as string, versioned(row)]));
}

/** Those of these tasks that were ever mentioned. */
export async function findTasks(sql: Questions, taskIds: readonly string[]): Promise<Map<string, Versioned>> {
  if (taskIds.length === 0) return new Map();
  const rows = await sql.rows('SELECT task_id, seq, version FROM task_ids WHERE digest = ANY($1::uuid[])', [
    taskIds.map(digestOf),
  ]);
  return new Map(rows.map(([id, ...row]) => [id as string, versioned(row)]));
}

export const versioned = ([seq, version]: Row): Versioned => ({
  seq: Number(seq),
  version: Number(version),
});

export const seqsOf = (found: ReadonlyMap<string, Versioned>): Map<string, number> =>
  new Map([...found].map(([id, { seq }]) => [id, seq]));
