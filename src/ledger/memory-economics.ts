import { type Charge, COMPONENTS, type Component } from '../domain/charge.ts';
import type { EconomicsQuery, EconomicsRow } from '../domain/ledger-reads.ts';
import { addUsd, type UsdPico, ZERO_USD } from '../domain/money.ts';
import type { ClosedBy, Outcome, Task, TaskPart } from '../domain/task.ts';
import { TOKEN_CLASSES, type TokenClass } from '../domain/usage.ts';
import { compareTexts, type MemoryState, partsByTask, summedByTask, tasksOf } from './memory-state.ts';

export function unitEconomics(state: MemoryState, query: EconomicsQuery): readonly EconomicsRow[] {
  const slicesOf = query.groupBy.includes('model') ? modelSlices(state) : wholeSlice;
  const rows = new Map<string, Row>();
  for (const task of tasksOf(state)) {
    if (task.closedAt === undefined || task.closedAt < query.from || task.closedAt >= query.to) continue;
    for (const slice of slicesOf(task)) {
      const group = query.groupBy.map((name) => groupValue(name, task, slice.model));
      const key = JSON.stringify(group);
      rows.set(key, rows.get(key) ?? emptyRow(group));
      addSlice(rows.get(key)!, task, slice);
    }
  }
  return [...rows.values()].sort((left, right) => compareGroups(left.group, right.group));
}

/** What a task adds to one group. */
interface Slice {
  readonly model: string;
  readonly cost: Record<Component, UsdPico>;
  readonly tokens: Record<TokenClass, number>;
  modelCalls: number;
  unpricedCalls: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Row = Writable<Omit<EconomicsRow, 'tasks' | 'closedBy' | 'cost' | 'tokens'>> & {
  readonly tasks: Record<Outcome, number>;
  readonly closedBy: Record<ClosedBy, number>;
  readonly cost: Record<Component, UsdPico>;
  readonly tokens: Record<TokenClass, number>;
};

const wholeSlice = (task: Task): readonly Slice[] => [
  {
    model: '',
    cost: task.cost,
    tokens: task.tokens,
    modelCalls: task.calls.inference + task.calls.embedding + task.calls.rerank,
    unpricedCalls: task.unpricedCalls,
  },
];

function modelSlices(state: MemoryState): (task: Task) => readonly Slice[] {
  const charges = summedByTask(state);
  const parts = partsByTask(state);
  return ({ taskId }) => slicesByModel(charges.get(taskId) ?? [], parts.get(taskId) ?? []);
}

/** The models that a task used, as `slicesByModel` counts them. */
export function usedModels(charges: readonly Charge[], parts: readonly TaskPart[]): ReadonlySet<string> {
  return new Set([
    ...charges.map(({ component, model }) => (component === 'inference' ? model : '')),
    ...parts.flatMap((part) => part.tokens.map(({ model }) => model)),
  ]);
}

/** One slice for each model that the task used; what is no inference, and a task without any charge, under ''. */
function slicesByModel(charges: readonly Charge[], parts: readonly TaskPart[]): readonly Slice[] {
  const slices = new Map<string, Slice>();
  const sliceOf = (model: string) => {
    const slice = slices.get(model) ?? { model, ...emptySums(), modelCalls: 0, unpricedCalls: 0 };
    slices.set(model, slice);
    return slice;
  };
  const calls = new Set<string>();
  const unpriced = new Set<string>();
  for (const charge of charges) {
    const slice = sliceOf(charge.component === 'inference' ? charge.model : '');
    slice.cost[charge.component] = addUsd(slice.cost[charge.component], charge.amount ?? ZERO_USD);
    const call = JSON.stringify([slice.model, charge.traceId, charge.spanId]);
    // A charge of the task itself is no call of a model.
    if (charge.component === 'inference' && charge.traceId !== '' && !calls.has(call)) {
      slice.modelCalls += 1;
      calls.add(call);
    }
    if (charge.reason === null || charge.reason === 'no_rate') continue;
    if (!unpriced.has(call)) slice.unpricedCalls += 1;
    unpriced.add(call);
  }
  for (const share of parts.flatMap((part) => part.tokens))
    addTokens(sliceOf(share.model).tokens, share.tokens);
  return slices.size === 0 ? [sliceOf('')] : [...slices.values()];
}

function addSlice(row: Row, task: Task, slice: Slice): void {
  if (task.outcome !== undefined) row.tasks[task.outcome] += 1;
  if (task.closedBy !== undefined) row.closedBy[task.closedBy] += 1;
  for (const component of COMPONENTS) {
    row.cost[component] = addUsd(row.cost[component], slice.cost[component]);
    if (!task.tagged) row.untaggedCost = addUsd(row.untaggedCost, slice.cost[component]);
  }
  addTokens(row.tokens, slice.tokens);
  row.actions += task.actions;
  row.modelCalls += slice.modelCalls;
  row.unpricedCalls += slice.unpricedCalls;
}

const emptySums = () => ({
  cost: Object.fromEntries(COMPONENTS.map((name) => [name, ZERO_USD])) as Record<Component, UsdPico>,
  tokens: Object.fromEntries(TOKEN_CLASSES.map((name) => [name, 0])) as Record<TokenClass, number>,
});

const emptyRow = (group: readonly string[]): Row => ({
  group,
  tasks: { solved: 0, remediated: 0, failed: 0, abandoned: 0 },
  closedBy: { reported: 0, inferred: 0, expired: 0 },
  ...emptySums(),
  untaggedCost: ZERO_USD,
  actions: 0,
  modelCalls: 0,
  unpricedCalls: 0,
});

function addTokens(into: Record<TokenClass, number>, more: Readonly<Record<TokenClass, number>>): void {
  for (const name of TOKEN_CLASSES) into[name] += more[name];
}

function groupValue(name: string, task: Task, model: string): string {
  if (name === 'agent_type') return task.agentType;
  if (name === 'task_type') return task.taskType;
  if (name === 'model') return model;
  return task.dimensions[Number(name.slice('dimension:'.length))] ?? '';
}

/** Group by group, by their bytes. */
function compareGroups(left: readonly string[], right: readonly string[]): number {
  for (const [index, value] of left.entries()) {
    const order = compareTexts(value, right[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
