import {
  closedTasks,
  cpst,
  inferredRatio,
  isLowerBound,
  reasoningActionRatio,
  successRatio,
  totalCost,
  untaggedRatio,
} from '../domain/economics.ts';
import type { EconomicsRow, LedgerReads } from '../domain/ledger-reads.ts';
import { perTask } from '../domain/money.ts';
import type { Clock } from '../lib/clock.ts';
import { formatTime } from '../lib/rfc3339.ts';
import { listOf, readQuery, time, window } from './parameters.ts';
import { periodOf } from './period.ts';
import { isProblem } from './problem.ts';
import { ok, type Route } from './route.ts';
import { costJson, usdOrNull } from './task-json.ts';

export interface CpstSource {
  readonly reads: Pick<LedgerReads, 'unitEconomics'>;
  /** Names of the configured dimensions. */
  readonly dimensions: readonly string[];
  readonly clock: Clock;
}

export function cpstRoute({ reads, dimensions, clock }: CpstSource): Route {
  const groups = ['agent_type', 'task_type', 'model', ...dimensions];
  const parameters = {
    group_by: listOf(groups, 'What a row stands for; one row over all unless told.'),
    window,
    from: time('Tasks closed at this time or later; all time unless from, to or window are told.'),
    to: time('Tasks closed before this time; now unless told.'),
  };
  return {
    method: 'GET',
    path: '/api/v1/cpst',
    summary: 'Cost per solved task of the tasks closed in a window (all time unless told), by group',
    parameters,
    async handle({ query }) {
      const read = readQuery(parameters, query);
      if (read.kind === 'refused') return read.problem;
      const { group_by = [], ...asked } = read.values;
      const period = periodOf(asked, clock.now());
      if (isProblem(period)) return period;
      const rows = await reads.unitEconomics({ ...period, groupBy: group_by.map(keyOf(dimensions)) });
      return ok({
        from: formatTime(period.from),
        to: formatTime(period.to),
        group_by,
        rows: byCost(rows).map((row) => rowJson(row, group_by)),
      });
    },
  };
}

/** The ledger knows dimensions by their position. */
const keyOf =
  (dimensions: readonly string[]) =>
  (name: string): string =>
    dimensions.includes(name) ? `dimension:${dimensions.indexOf(name)}` : name;

/** Dearest first; the ledger's order within equals. */
export const byCost = (rows: readonly EconomicsRow[]): readonly EconomicsRow[] =>
  [...rows].sort((a, b) => {
    const difference = totalCost(b.cost) - totalCost(a.cost);
    return difference === 0n ? 0 : difference > 0n ? 1 : -1;
  });

function rowJson(row: EconomicsRow, names: readonly string[]) {
  const { resolved, autonomous } = cpst(row);
  const success = successRatio(row);
  const thought = reasoningActionRatio(row);
  return {
    ...Object.fromEntries(names.map((name, index) => [name, row.group[index] ?? ''])),
    tasks: row.tasks,
    cost_usd: costJson(row.cost),
    cpst_usd: { resolved: usdOrNull(resolved), autonomous: usdOrNull(autonomous) },
    success_ratio: { resolved: success.resolved ?? null, autonomous: success.autonomous ?? null },
    reasoning_action_ratio: { reasoning: thought.reasoning ?? null, output: thought.output ?? null },
    lower_bound: isLowerBound(row),
    details: {
      mean_cost_usd: usdOrNull(perTask(totalCost(row.cost), closedTasks(row.tasks))),
      closed_by: row.closedBy,
      inferred_ratio: inferredRatio(row) ?? null,
      untagged_cost_ratio: untaggedRatio(row) ?? null,
      tokens: row.tokens,
      actions: row.actions,
      model_calls: row.modelCalls,
      unpriced_calls: row.unpricedCalls,
    },
  };
}
