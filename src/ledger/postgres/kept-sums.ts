import { CLOSED_FIGURES } from '../sql/closed-sums.ts';
import { HEALTH_FIGURES, healthSums } from '../sql/health-sums.ts';
import { REPORTED_FIGURES, reportedSums } from '../sql/reported-sums.ts';
import type { Row } from '../sql/sql.ts';
import { addUp, type Delta, Deltas, type SumTable } from './add-up.ts';
import { hoursStatement, SUM_KEYS } from './closed-sums.ts';
import { GRAINS, pieceOf } from './closed-windows.ts';
import type { LinePlaces } from './line-places.ts';
import type { Questions } from './sql.ts';
import { UNPRICED_FIGURES, unpricedOfTraces } from './unpriced-sums.ts';
import type { Writing } from './writing.ts';

/** What some tasks and traces add to the sums that are kept, as their rows stand. */
export interface KeptSums {
  readonly whole: readonly Row[];
  readonly byModel: readonly Row[];
  readonly health: readonly Row[];
  readonly reported: readonly Row[];
  readonly unpriced: readonly Row[];
}

export const NO_SUMS: KeptSums = { whole: [], byModel: [], health: [], reported: [], unpriced: [] };

/**
 * Asked of all tasks and traces that a change touches, before it and after it; their rows must be locked. Traces come by the
 * month of their lines, so that each is looked for in one partition and not in all.
 */
export async function keptSums(
  sql: Questions,
  {
    tasks,
    traces,
  }: { readonly tasks: readonly number[]; readonly traces: ReadonlyMap<number, readonly number[]> },
  { tableOf }: LinePlaces,
): Promise<KeptSums> {
  const of = async (statement: string, seqs: readonly number[]): Promise<readonly Row[]> =>
    seqs.length === 0 ? [] : sql.rows(statement, [seqs]);
  const reported: Row[] = [];
  const unpriced: Row[] = [];
  for (const [month, seqs] of traces) {
    reported.push(
      ...(await of(reportedSums(OF_LINES, `${tableOf('reported_costs', month)} AS lines`), seqs)),
    );
    unpriced.push(...(await of(unpricedOfTraces(tableOf('charges', month)), seqs)));
  }
  return {
    whole: await of(hoursStatement(false), tasks),
    byModel: await of(hoursStatement(true), tasks),
    health: await of(healthSums(`${CHOSEN} = tasks.seq`), tasks),
    reported,
    unpriced,
  };
}

const CHOSEN = 'JOIN unnest($1::int8[]) AS chosen(seq) ON chosen.seq';
const OF_LINES = `${CHOSEN} = lines.trace`;

/**
 * Adds what a change made of its tasks. Deltas commute, so whatever the order in which writers commit, the sums are
 * those of the tasks; the rows are written in the order of their keys.
 */
export async function addSums(writing: Writing, before: KeptSums, after: KeptSums): Promise<void> {
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
  await addUp(writing, CLOSED, closed.rows());
  await addUp(writing, HEALTH, difference(before.health, after.health));
  await addUp(writing, REPORTED, difference(before.reported, after.reported));
  await addUp(writing, UNPRICED, difference(before.unpriced, after.unpriced));
}

/** By the first column. */
function difference(before: readonly Row[], after: readonly Row[]): readonly Delta[] {
  const deltas = new Deltas();
  for (const [key, ...figures] of before) deltas.add([key!], figures, -1n);
  for (const [key, ...figures] of after) deltas.add([key!], figures, 1n);
  return deltas.rows();
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
const UNPRICED: SumTable = { name: 'unpriced_sums', keys: { kind: 'int4' }, figures: UNPRICED_FIGURES };
const REPORTED: SumTable = { name: 'reported_sums', keys: { kind: 'int4' }, figures: REPORTED_FIGURES };
