import type { Service } from '../../src/service.ts';
import { get } from '../support/service.ts';

interface Answer {
  readonly task_id: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly cost_usd: { readonly total: string };
}
interface Page {
  readonly tasks: readonly Answer[];
  readonly next_cursor: string | null;
}
interface Line {
  readonly trace_id: string;
  readonly span_id: string;
  readonly amount_usd: string | null;
}

const TASKS_TOLD = 20;

/** Where a replica's answer is not the truth (US dollars of each solved task), task by task with its lines, and what it says of the fleet. */
export async function differences(
  service: Pick<Service, 'addresses'>,
  truth: ReadonlyMap<string, string>,
): Promise<string> {
  const seen = new Map((await tasksOf(service)).map((task) => [task.task_id, task]));
  const ids = [...new Set([...truth.keys(), ...seen.keys()])];
  const wrong = ids.filter((id) => toldOf(seen.get(id)) !== `closed solved ${truth.get(id)}`);
  const lines = [`${wrong.length} of ${ids.length} tasks are not as they should be`];
  for (const id of wrong.slice(0, TASKS_TOLD)) {
    lines.push(`${id}: ${toldOf(seen.get(id))}; the truth: ${truth.get(id) ?? 'no such task'}`);
    if (seen.has(id)) lines.push(...(await linesOf(service, id)));
  }
  const { fleet } = await get<{ fleet: unknown }>(service, '/data-health');
  return [...lines, JSON.stringify(fleet, null, 1)].join('\n');
}

async function tasksOf(service: Pick<Service, 'addresses'>): Promise<Answer[]> {
  const all: Answer[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page = await get<Page>(service, `/tasks?limit=100${after}`);
    all.push(...page.tasks);
    cursor = page.next_cursor;
  }
  return all;
}

const toldOf = (task: Answer | undefined): string =>
  task === undefined ? 'not there' : `${task.state} ${task.outcome} ${task.cost_usd.total}`;

async function linesOf(service: Pick<Service, 'addresses'>, id: string): Promise<string[]> {
  const { charges } = await get<{ charges: readonly Line[] }>(
    service,
    `/tasks/${encodeURIComponent(id)}/charges`,
  );
  return charges.map((line) => `  ${line.trace_id} ${line.span_id} ${line.amount_usd}`).sort();
}
