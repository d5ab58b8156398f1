import {
  CLOSED_FIGURES,
  type ClosedWindow,
  closedSource,
  closedSums,
  closedStatement as fromTasks,
} from '../sql/closed-sums.ts';
import type { KeptPiece } from '../sql/dialect.ts';
import { DAY, dayOf, WIDE } from './sums.ts';

/**
 * Sums of the closed tasks that are in the sums, for every day (UTC), once of whole tasks and once by the models that they
 * used. Not by dimension: where there is one for each customer, a day has as many sums as tasks. A sum may be wider than
 * any of its terms.
 */
export const CLOSED_SUMS = `CREATE TABLE closed_sums (
  by_model BOOLEAN NOT NULL, day BIGINT NOT NULL, agent_type INTEGER NOT NULL, task_type INTEGER NOT NULL,
  model INTEGER NOT NULL, ${CLOSED_FIGURES.map((name) => `${name} ${WIDE} NOT NULL`).join(', ')})`;

export const CLOSED_DELTAS = CLOSED_SUMS.replace(
  'CREATE TABLE closed_sums',
  'CREATE TEMP TABLE closed_deltas',
);

const KEYS = ['by_model', 'day', 'agent_type', 'task_type', 'model'];
/** The model of a row that is of whole tasks. */
const NO_MODEL = -1;

const sourceOf = (byModel: boolean): string => closedSource(byModel ? ['model'] : []);
const numberOf = (byModel: boolean): string => (byModel ? 'closed_models.task' : 'closed_tasks.seq');

/** Sums of a window: whole days of the tasks that are in the sums, else task by task. */
export function closedStatement(window: ClosedWindow, summedTasks: number): string {
  const { from, to, groups } = window;
  if (summedTasks === 0 || groups.includes('dimensions')) return fromTasks(window);
  const byModel = groups.includes('model');
  const taskByTask = (stretch: Stretch, which: string): string =>
    closedSums(
      sourceOf(byModel),
      `closed_at >= ${stretch.from} AND closed_at < ${stretch.to} AND ${numberOf(byModel)} ${which} ${summedTasks}`,
      groups,
    );
  const names = groups.map((_, at) => `g${at}`);
  const dayByDay = (days: Stretch): string =>
    `SELECT ${[...groups.map((group, at) => `${group} AS g${at}`), ...CLOSED_FIGURES].join(', ')} FROM closed_sums
      WHERE by_model = ${byModel} AND day >= ${days.from} AND day < ${days.to}`;
  const { days, rest } = daysOf({ from, to });
  const sources = [
    taskByTask({ from, to }, '>'),
    ...(days === undefined ? [] : [dayByDay(days)]),
    ...rest.map((stretch) => taskByTask(stretch, '<=')),
  ];
  const sums = CLOSED_FIGURES.map((name) => `sum(${name}) AS ${name}`);
  return `SELECT ${[...names, ...sums].join(', ')} FROM (${sources.join(' UNION ALL ')}) AS stretches
    ${names.length === 0 ? '' : `GROUP BY ${names.join(', ')}`} HAVING sum(tasks) > 0`;
}

/** From its first nanosecond to before its last. */
interface Stretch {
  readonly from: bigint;
  readonly to: bigint;
}

/** The whole days since 1970 in a window, and what is left at its ends. */
export function daysOf({ from, to }: Stretch): {
  readonly days: Stretch | undefined;
  readonly rest: readonly Stretch[];
} {
  const first = from <= 0n ? 0n : ((from + DAY - 1n) / DAY) * DAY;
  const last = to <= 0n ? 0n : (to / DAY) * DAY;
  if (first >= last) return { days: undefined, rest: from < to ? [{ from, to }] : [] };
  const rest = [
    { from, to: first },
    { from: last, to },
  ];
  return { days: { from: first, to: last }, rest: rest.filter((stretch) => stretch.from < stretch.to) };
}

/** What tasks add to the sums: KEYS and then CLOSED_FIGURES. `chosen` are those of that table, and `where` is about their number. */
const added = (byModel: boolean, { chosen, where }: Which, sign = ''): string =>
  `SELECT ${byModel} AS by_model, g0, g1, g2, g3, ${CLOSED_FIGURES.map((name) => `${sign}coalesce(${name}, 0)`).join(', ')} FROM (${closedSums(
    `${sourceOf(byModel)} ${chosen ? `JOIN chosen ON chosen.seq = ${numberOf(byModel)}` : ''}`,
    `closed_at >= 0 AND ${numberOf(byModel)} ${where}`,
    [dayOf('closed_at'), 'agent_type', 'task_type', byModel ? 'model' : String(NO_MODEL)],
  )}) AS sums`;

export interface Which {
  readonly chosen: boolean;
  readonly where: string;
}

export const addTasks = (byModel: boolean, which: Which, sign: '' | '-'): string =>
  `INSERT INTO closed_deltas ${added(byModel, which, sign)}`;

const DELTAS = `SELECT ${KEYS.join(', ')}, ${CLOSED_FIGURES.map((name) => `sum(${name}) AS ${name}`).join(', ')}
  FROM closed_deltas GROUP BY ${KEYS.join(', ')} HAVING ${CLOSED_FIGURES.map((name) => `sum(${name}) <> 0`).join(' OR ')}`;
const SAME = KEYS.map((key) => `s.${key} = d.${key}`).join(' AND ');

/** Adds the deltas to the sums. They are summed by their keys first: DuckDB adds only one of several to a row. */
export const ADD_CLOSED: readonly string[] = [
  `UPDATE closed_sums AS s SET ${CLOSED_FIGURES.map((name) => `${name} = s.${name} + d.${name}`).join(', ')}
    FROM (${DELTAS}) AS d WHERE ${SAME}`,
  `INSERT INTO closed_sums SELECT d.* FROM (${DELTAS}) AS d WHERE NOT EXISTS (SELECT 1 FROM closed_sums s WHERE ${SAME})`,
  'TRUNCATE closed_deltas',
];

/** The sums of a ledger that has none yet. */
export const fillClosed = (summedTasks: number): readonly string[] =>
  [false, true].map(
    (byModel) => `INSERT INTO closed_sums ${added(byModel, { chosen: false, where: `<= ${summedTasks}` })}`,
  );

/** The sums day by day, and what they should be. */
export const closedPieces = (summedTasks: number): readonly KeptPiece[] =>
  [false, true].map((byModel) => ({
    figure: `closed tasks, by day, agent type, task type${byModel ? ' and model' : ''}`,
    kept: `SELECT * FROM closed_sums WHERE by_model = ${byModel}`,
    computed: added(byModel, { chosen: false, where: `<= ${summedTasks}` }),
    keys: KEYS.length,
  }));
