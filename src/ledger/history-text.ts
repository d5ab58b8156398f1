import { COMPONENTS } from '../domain/charge.ts';
import { NO_COST } from '../domain/economics.ts';
import type { TaskEvent, TaskSight } from '../domain/history.ts';

type Body = Omit<TaskEvent, 'taskId' | 'atMs'>;

/**
 * What an event says, as engines keep it: `[by, before, after, cameFrom, wentTo]` as JSON, with nothing at its end that
 * is empty. Bigints are decimal texts; left out are components that cost nothing, and a field without a value, since
 * the other of the two sights has it.
 */
export function eventText({ by, before, after, cameFrom, wentTo }: Body): string {
  const parts: unknown[] = [by, keptSight(before), keptSight(after)];
  if (cameFrom.length + wentTo.length > 0) parts.push(cameFrom);
  if (wentTo.length > 0) parts.push(wentTo);
  return JSON.stringify(parts);
}

export function eventOf(taskId: string, atMs: number, text: string): TaskEvent {
  const [by, before, after, cameFrom = [], wentTo = []] = JSON.parse(text) as KeptBody;
  const fields = Object.keys({ ...before, ...after });
  return {
    taskId,
    atMs,
    by,
    before: sightOf(before, fields),
    after: sightOf(after, fields),
    cameFrom,
    wentTo,
  };
}

type KeptSight = Readonly<Record<string, unknown>> | null;
type KeptBody = [
  TaskEvent['by'],
  KeptSight,
  KeptSight,
  (TaskEvent['cameFrom'] | undefined)?,
  (TaskEvent['wentTo'] | undefined)?,
];

function keptSight(sight: TaskSight | undefined): KeptSight {
  if (sight === undefined) return null;
  const kept: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(sight)) {
    if (field === 'cost') kept.cost = keptCost(value as NonNullable<TaskSight['cost']>);
    else if (value !== undefined) kept[field] = typeof value === 'bigint' ? value.toString() : value;
  }
  return kept;
}

function keptCost(cost: NonNullable<TaskSight['cost']>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const component of COMPONENTS) {
    if (cost[component] !== 0n) kept[component] = cost[component].toString();
  }
  return kept;
}

const BIG_FIELDS: ReadonlySet<string> = new Set(['closedAt', 'value']);

function sightOf(kept: KeptSight, fields: readonly string[]): TaskSight | undefined {
  if (kept === null) return undefined;
  const sight: Record<string, unknown> = {};
  for (const field of fields) {
    const value = kept[field];
    if (field === 'cost') sight.cost = { ...NO_COST, ...bigsOf((value ?? {}) as Record<string, string>) };
    else sight[field] = BIG_FIELDS.has(field) && value !== undefined ? BigInt(value as string) : value;
  }
  return sight as TaskSight;
}

const bigsOf = (texts: Readonly<Record<string, string>>): Record<string, bigint> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, BigInt(text)]));
