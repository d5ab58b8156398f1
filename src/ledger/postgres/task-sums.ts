import { CLOSED_FIGURES } from '../sql/closed-sums.ts';
import { HEALTH_FIGURES, healthSums } from '../sql/health-sums.ts';
import type { Cell, Row } from '../sql/sql.ts';
import { hoursStatement, SUM_KEYS } from './closed-sums.ts';
import { GRAINS, pieceOf } from './closed-windows.ts';
import type { Writing } from './writing.ts';

/** What some tasks add to the sums that are kept, as their rows stand. */
export interface TaskSums {
  readonly whole: readonly Row[];
  readonly byModel: readonly Row[];
  readonly health: readonly Row[];
}

const NOTHING: TaskSums = { whole: [], byModel: [], health: [] };

/** Asked of all tasks that a change touches, before it and after it; their rows must be locked. */
export async function taskSums(sql: Writing, seqs: readonly number[]): Promise<TaskSums> {
  if (seqs.length === 0) return NOTHING;
  return {
    whole: await sql.rows(hoursStatement(false), [seqs]),
    byModel: await sql.rows(hoursStatement(true), [seqs]),
    health: await sql.rows(healthSums('JOIN unnest($1::int8[]) AS chosen(seq) ON chosen.seq = tasks.seq'), [
      seqs,
    ]),
  };
}

/**
 * Adds what a change made of its tasks. Deltas commute, so whatever the order in which writers commit, the sums are
 * those of the tasks; the rows are written in the order of their keys.
 */
export async function addTaskSums(writing: Writing, before: TaskSums, after: TaskSums): Promise<void> {
  const closed = new Deltas();
  for (const [byModel, name] of [
    [false, 'whole'],
    [true, 'byModel'],
  ] as const)
    for (const [sign, { [name]: rows }] of [
      [-1n, before],
      [1n, after],
    ] as const)
      for (const row of rows) {
        const [start, ...labels] = row.slice(0, SUM_KEYS.length);
        for (const grain of GRAINS.keys())
          closed.add(
            [byModel, grain, pieceOf(start as bigint, grain), ...labels],
            row.slice(SUM_KEYS.length),
            sign,
          );
      }
  const health = new Deltas();
  for (const [flags, ...figures] of before.health) health.add([flags!], figures, -1n);
  for (const [flags, ...figures] of after.health) health.add([flags!], figures, 1n);
  await addUp(writing, CLOSED, closed.rows());
  await addUp(writing, HEALTH, health.rows());
}

/** A table of sums: its key columns with their types, and its figures. */
interface SumTable {
  readonly name: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly figures: readonly string[];
}

const CLOSED: SumTable = {
  name: 'closed_sums',
  keys: {
    by_model: 'bool',
    grain: 'int2',
    start_at: 'int8',
    agent_type: 'int4',
    task_type: 'int4',
    dimensions: 'int4',
    model: 'int4',
  },
  figures: CLOSED_FIGURES,
};

const HEALTH: SumTable = { name: 'health_sums', keys: { flags: 'int4' }, figures: HEALTH_FIGURES };

interface Delta {
  readonly keys: readonly Cell[];
  readonly figures: bigint[];
}

/** Figures by their keys. */
class Deltas {
  readonly #deltas = new Map<string, Delta>();

  add(keys: readonly Cell[], figures: Row, sign: bigint): void {
    const name = keys.join(' ');
    let delta = this.#deltas.get(name);
    if (delta === undefined) {
      delta = { keys, figures: figures.map(() => 0n) };
      this.#deltas.set(name, delta);
    }
    for (const [at, figure] of figures.entries())
      delta.figures[at]! += sign * BigInt((figure ?? 0n) as bigint);
  }

  /** Those that are not all zero, by their keys. */
  rows(): readonly Delta[] {
    return [...this.#deltas]
      .filter(([, { figures }]) => figures.some((figure) => figure !== 0n))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, delta]) => delta);
  }
}

async function addUp(
  writing: Writing,
  { name, keys, figures }: SumTable,
  deltas: readonly Delta[],
): Promise<void> {
  if (deltas.length === 0) return;
  const keyNames = Object.keys(keys);
  const types = [...Object.values(keys), ...figures.map(() => 'numeric')];
  const columns = [...keyNames, ...figures].join(', ');
  await writing.run(
    `INSERT INTO ${name} (${columns})
      SELECT ${columns} FROM unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')}) AS n(${columns})
      ON CONFLICT (${keyNames.join(', ')}) DO UPDATE SET
        ${figures.map((figure) => `${figure} = ${name}.${figure} + excluded.${figure}`).join(', ')}`,
    [
      ...keyNames.map((_, at) => deltas.map((delta) => delta.keys[at] as string)),
      ...figures.map((_, at) => deltas.map((delta) => delta.figures[at]!)),
    ],
  );
}
