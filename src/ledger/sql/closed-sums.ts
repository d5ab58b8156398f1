import { COMPONENTS } from '../../domain/charge.ts';
import { OUTCOMES } from '../../domain/task.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { CLOSED_BY } from './task-fields.ts';

export type ClosedGroup = 'agent_type' | 'task_type' | 'dimensions' | 'model';

/** Closed tasks whose sums are wanted. */
export interface ClosedWindow {
  /** Tasks closed at or after `from` and before `to`, both within 64 bits. */
  readonly from: bigint;
  readonly to: bigint;
  /** What to group by; nothing is one row over all. Without tasks there is no row. */
  readonly groups: readonly ClosedGroup[];
}

/** What stands behind the groups in a row of sums, in this order. A sum over nothing is null. */
export const CLOSED_FIGURES = [
  'tasks',
  ...OUTCOMES,
  ...CLOSED_BY,
  ...COMPONENTS,
  'untagged',
  ...TOKEN_CLASSES,
  'actions',
  'model_calls',
  'unpriced_calls',
] as const;
export type ClosedFigure = (typeof CLOSED_FIGURES)[number];

/**
 * Closed tasks, a row each. By model it is asked of `closed_models`, where a task has a row for each model that it used,
 * else of `tasks`.
 */
export const closedSource = (groups: readonly ClosedGroup[]): string =>
  groups.includes('model')
    ? 'closed_models'
    : `(SELECT *, inference_calls + embedding_calls + rerank_calls AS model_calls FROM tasks
        WHERE closed AND closed_at IS NOT NULL) AS closed_tasks`;

const PLAIN = [...COMPONENTS, ...TOKEN_CLASSES, 'actions', 'model_calls', 'unpriced_calls'];
const PLAIN_SUMS = PLAIN.map((column) => `sum(${column}) AS ${column}`).join(', ');

const FIGURES: readonly string[] = CLOSED_FIGURES.map((name) => {
  if (isOutcome(name)) return `sum(tasks) FILTER (WHERE outcome = ${OUTCOMES.indexOf(name)}) AS ${name}`;
  if (isClosedBy(name)) return `sum(tasks) FILTER (WHERE closed_by = ${CLOSED_BY.indexOf(name)}) AS ${name}`;
  if (name === 'untagged') return `sum(${COMPONENTS.join(' + ')}) FILTER (WHERE NOT tagged) AS untagged`;
  return `sum(${name}) AS ${name}`;
});

function isOutcome(name: ClosedFigure): name is (typeof OUTCOMES)[number] {
  return (OUTCOMES as readonly string[]).includes(name);
}

function isClosedBy(name: ClosedFigure): name is (typeof CLOSED_BY)[number] {
  return (CLOSED_BY as readonly string[]).includes(name);
}

/**
 * Sums of rows of `source` under a condition, by any expressions. The rows are summed by outcome and the like too and
 * only these few sums are sorted into columns: a FILTER over every row costs a third more.
 */
export function closedSums(source: string, where: string, groups: readonly string[]): string {
  const keys = groups.map((group, at) => `${group} AS g${at}`);
  const names = groups.map((_, at) => `g${at}`);
  const parts = [...names, 'outcome', 'closed_by', 'tagged'].join(', ');
  return `SELECT ${[...names, ...FIGURES].join(', ')} FROM (
      SELECT ${[...keys, 'outcome', 'closed_by', 'tagged'].join(', ')}, count(*) AS tasks, ${PLAIN_SUMS}
      FROM ${source} WHERE ${where} GROUP BY ${parts}) AS sums
    ${grouping(names)}`;
}

/** Without groups an empty window has no row, where SQL alone would give one of nulls. */
const grouping = (names: readonly string[]): string =>
  names.length === 0 ? 'HAVING count(*) > 0' : `GROUP BY ${names.join(', ')}`;

/** The sums of stretches of time that meet at `edges`, straight from their tasks: in front the place of the stretch, from 0. */
export function closedByBand(edges: readonly bigint[], groups: readonly ClosedGroup[]): string {
  const ends = edges.slice(1);
  const places = ends.map((end, place) => `WHEN closed_at < ${end} THEN ${place}`);
  return closedSums(closedSource(groups), `closed_at >= ${edges[0]} AND closed_at < ${ends.at(-1)}`, [
    `CASE ${places.join(' ')} END`,
    ...groups,
  ]);
}

/** The sums of a window, straight from its tasks. */
export const closedStatement = ({ from, to, groups }: ClosedWindow): string =>
  closedSums(closedSource(groups), `closed_at >= ${from} AND closed_at < ${to}`, groups);
