import {
  CLOSED_FIGURES,
  type ClosedGroup,
  type ClosedWindow,
  closedSource,
  closedSums,
} from '../sql/closed-sums.ts';
import { GRAINS, type Stretch, stretchesOf } from './closed-windows.ts';

/** What a row of `closed_sums` is found by, behind whether it is by model and its grain. */
export const SUM_KEYS = ['start_at', 'agent_type', 'task_type', 'dimensions', 'model'] as const;

/** The model of a row that is of whole tasks. */
export const NO_MODEL = -1;

/**
 * Sums of closed tasks for every piece of time, kept by the writers (kept-sums.ts), once of whole tasks and once by the
 * models that they used: no window of any length reads more than a few thousand rows and the tasks of its first and last
 * hour. What holds money or tokens is NUMERIC, since a sum may be wider than any of its terms.
 */
export const SUM_TABLES: readonly string[] = [
  `CREATE TABLE closed_sums (
    by_model BOOLEAN NOT NULL, grain INT2 NOT NULL, start_at INT8 NOT NULL, agent_type INT4 NOT NULL,
    task_type INT4 NOT NULL, dimensions INT4 NOT NULL, model INT4 NOT NULL,
    ${CLOSED_FIGURES.map((name) => `${name} NUMERIC NOT NULL`).join(', ')},
    PRIMARY KEY (by_model, grain, start_at, agent_type, task_type, dimensions, model))`,
];

/** Sums of a window: of whole pieces from `closed_sums`, of what is left at its edges from the tasks. */
export function closedStatement({ from, to, groups }: ClosedWindow): string {
  const names = groups.map((_, at) => `g${at}`);
  const sources = stretchesOf(from, to).map((stretch) => sumsOf(stretch, groups));
  // A window that is none asks for nothing, in the same words.
  if (sources.length === 0) sources.push(sumsOf({ from, to: from, grain: undefined }, groups));
  const sums = CLOSED_FIGURES.map((name) => `sum(${name}) AS ${name}`);
  return `SELECT ${[...names, ...sums].join(', ')} FROM (${sources.join(' UNION ALL ')}) AS stretches
    ${names.length === 0 ? '' : `GROUP BY ${names.join(', ')}`} HAVING sum(tasks) > 0`;
}

/** The sums of stretches of time that meet at `edges`, with the place of the stretch in front. */
export const closedByBand = (edges: readonly bigint[], groups: readonly ClosedGroup[]): string =>
  edges
    .slice(1)
    .map(
      (to, place) =>
        `SELECT ${place} AS band, sums.* FROM (${closedStatement({ from: edges[place]!, to, groups })}) AS sums`,
    )
    .join(' UNION ALL ');

function sumsOf({ from, to, grain }: Stretch, groups: readonly ClosedGroup[]): string {
  if (grain === undefined)
    return closedSums(closedSource(groups), `closed_at >= ${from} AND closed_at < ${to}`, groups);
  const names = groups.map((group, at) => `${group} AS g${at}`);
  return `SELECT ${[...names, ...CLOSED_FIGURES].join(', ')} FROM closed_sums
    WHERE by_model = ${groups.includes('model')} AND grain = ${grain} AND start_at >= ${from} AND start_at < ${to}`;
}

/** What the tasks with these numbers add to the sums, by hour: SUM_KEYS and then CLOSED_FIGURES. */
export const hoursStatement = (byModel: boolean): string =>
  closedSums(
    `${closedSource(byModel ? ['model'] : [])} JOIN unnest($1::int8[]) AS chosen(seq) ON chosen.seq = ${byModel ? 'closed_models.task' : 'closed_tasks.seq'}`,
    'closed_at >= 0',
    [
      `closed_at - closed_at % ${GRAINS[0]}`,
      'agent_type',
      'task_type',
      'dimensions',
      byModel ? 'model' : String(NO_MODEL),
    ],
  );
