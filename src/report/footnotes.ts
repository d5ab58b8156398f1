import { grouped, percent } from './amounts.ts';
import type { CpstRow } from './answers.ts';

/** What is read of `GET /api/v1/data-health`. A note is left out where its figures are not there. */
export interface HealthAnswer {
  readonly tasks?: unknown;
  readonly tasks_closed?: unknown;
  readonly untagged_tasks?: unknown;
  readonly inferred_tasks?: unknown;
  readonly unpriced_calls?: unknown;
  readonly model_calls?: unknown;
}

/** How far the figures can be trusted, a sentence each; nothing is said where there is no doubt. */
export function footnotes(rows: readonly CpstRow[], health: HealthAnswer | undefined): readonly string[] {
  return [
    'CPST is all cost over the tasks solved: resolved also counts those that a human finished, autonomous and ' +
      'success only those that the agent solved alone. Cost/run leaves out what humans cost.',
    ...lowerBound(rows, health),
    ...share(
      health?.inferred_tasks,
      health?.tasks_closed,
      (part) => `${part} of all outcomes were inferred from root spans; nobody reported them.`,
    ),
    ...share(
      health?.untagged_tasks,
      health?.tasks,
      (part) => `${part} of all tasks carry no session id: each trace counts as a task.`,
    ),
  ];
}

function lowerBound(rows: readonly CpstRow[], health: HealthAnswer | undefined): readonly string[] {
  if (!rows.some((row) => row.lower_bound)) return [];
  const calls = health?.unpriced_calls;
  const some = typeof calls === 'number' && calls > 0 ? `${grouped(calls)} calls` : 'some calls';
  return [`≥ is a lower bound: ${some} have no price (see /api/v1/unpriced), and count as nothing here.`];
}

function share(part: unknown, whole: unknown, say: (share: string) => string): readonly string[] {
  if (typeof part !== 'number' || typeof whole !== 'number' || part <= 0 || whole <= 0) return [];
  return [say(percent(part / whole))];
}
