import type { Context, Identity } from '../domain/fact.ts';
import { compareFacts } from './distinct.ts';
import type { Trace } from './trace.ts';

/** By thing, the node whose word on it counts, or -1. */
export interface Sayings {
  agentType: number;
  agentName: number;
  /** As `agentName`, of agent spans only. */
  namedAgent: number;
  taskType: number;
  promptVersion: number;
  user: number;
  /** By position of the dimension; a hole is -1. */
  dimensions: readonly number[];
}

const NOTHING: Sayings = {
  agentType: -1,
  agentName: -1,
  namedAgent: -1,
  taskType: -1,
  promptVersion: -1,
  user: -1,
  dimensions: [],
};

/** What the nodes of one task say, gathered node by node in any order: of each thing the outermost word counts. */
export interface TaskSayings extends Sayings {
  outermost: number;
  /** Resources of the task's spans, each with the outermost node that has it. */
  readonly contexts: Map<Context, number>;
  /** Of the node heard last, and the depth of its outermost node: most nodes need not look further. */
  lastContext: Context | undefined;
  lastContextDepth: number;
}

export const noSayings = (node: number): TaskSayings => ({
  agentType: -1,
  agentName: -1,
  namedAgent: -1,
  taskType: -1,
  promptVersion: -1,
  user: -1,
  dimensions: NOTHING.dimensions,
  outermost: node,
  contexts: new Map(),
  lastContext: undefined,
  lastContextDepth: 0,
});

export function hear(said: TaskSayings, trace: Trace, node: number): void {
  const { identity, context, kind } = trace.facts[node]!;
  if (context !== said.lastContext || trace.depth[node]! <= said.lastContextDepth) {
    hearContext(said, trace, { context, node });
  }
  said.outermost = outer(trace, said.outermost, node);
  if (identity === undefined) return;
  if (identity.agentType !== undefined) said.agentType = outer(trace, said.agentType, node);
  if (identity.taskType !== undefined) said.taskType = outer(trace, said.taskType, node);
  if (identity.promptVersion !== undefined) said.promptVersion = outer(trace, said.promptVersion, node);
  if (identity.user !== undefined) said.user = outer(trace, said.user, node);
  if (identity.agentName !== undefined) said.agentName = outer(trace, said.agentName, node);
  if (identity.agentName !== undefined && kind === 'agent') {
    said.namedAgent = outer(trace, said.namedAgent, node);
  }
  if (identity.dimensions !== undefined) {
    const before = said.dimensions;
    said.dimensions = identity.dimensions.map((text, at) =>
      text === '' ? (before[at] ?? -1) : outer(trace, before[at] ?? -1, node),
    );
  }
}

function hearContext(
  said: TaskSayings,
  trace: Trace,
  { context, node }: { readonly context: Context; readonly node: number },
): void {
  const known = said.contexts.get(context);
  const outermost = outer(trace, known ?? -1, node);
  if (outermost !== known) said.contexts.set(context, outermost);
  said.lastContext = context;
  said.lastContextDepth = trace.depth[outermost]!;
}

/** By node what the nearest nodes say, itself or above: for a task inside another, which need not say all itself. */
export function nearestSayings(trace: Trace): readonly Sayings[] {
  const nearest: Sayings[] = [];
  for (let node = 0; node < trace.facts.length; node += 1) {
    const up = trace.parent[node]!;
    const above = up === -1 ? NOTHING : nearest[up]!;
    const { identity } = trace.facts[node]!;
    nearest.push(identity === undefined ? above : spokenOver(above, identity, node));
  }
  return nearest;
}

function spokenOver(above: Sayings, identity: Identity, node: number): Sayings {
  const { agentType, agentName, taskType, promptVersion, user, dimensions } = identity;
  return {
    agentType: agentType === undefined ? above.agentType : node,
    agentName: agentName === undefined ? above.agentName : node,
    namedAgent: above.namedAgent,
    taskType: taskType === undefined ? above.taskType : node,
    promptVersion: promptVersion === undefined ? above.promptVersion : node,
    user: user === undefined ? above.user : node,
    dimensions:
      dimensions === undefined
        ? above.dimensions
        : dimensions.map((text, at) => (text === '' ? (above.dimensions[at] ?? -1) : node)),
  };
}

/** The outer one of two nodes: smaller depth, then earlier. -1 is no node. */
export function outer({ depth, facts }: Trace, left: number, right: number): number {
  if (left === -1 || right === -1) return Math.max(left, right);
  if (depth[left] !== depth[right]) return depth[left]! < depth[right]! ? left : right;
  return compareFacts(facts[left]!, facts[right]!) <= 0 ? left : right;
}
