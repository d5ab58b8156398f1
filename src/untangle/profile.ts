import type { Context } from '../domain/fact.ts';
import type { TaskClaim } from '../domain/use.ts';
import { outer, type Sayings, type TaskSayings } from './sayings.ts';
import type { Trace } from './trace.ts';

export type Profile = Pick<
  TaskClaim,
  'agentType' | 'agentTypeRank' | 'taskType' | 'promptVersion' | 'user' | 'dimensions'
>;

/**
 * What kind of task it is: what its own spans say, the outermost first; then what spans above it say, the
 * nearest first; then resources. Agent types rank as `TaskClaim.agentTypeRank` says.
 */
export function profileOf(trace: Trace, said: TaskSayings, above: Sayings | undefined): Profile {
  const contexts = outermostFirst(trace, said);
  const own = (key: TextKey) => wordOf(trace, said, key) ?? wordOf(trace, above, key);
  const { agentType, agentTypeRank } = agentTypeOf([
    own('agentType'),
    firstOf(contexts, 'agentType'),
    own('namedAgent') ?? own('agentName') ?? firstOf(contexts, 'agentName'),
    firstOf(contexts, 'service'),
  ]);
  return {
    agentType,
    agentTypeRank,
    taskType: own('taskType') ?? firstOf(contexts, 'taskType'),
    promptVersion: own('promptVersion') ?? firstOf(contexts, 'promptVersion'),
    user: own('user') ?? firstOf(contexts, 'user'),
    dimensions: dimensionsOf(trace, [said, above], contexts),
  };
}

/** The index of the first that is known is its rank. */
function agentTypeOf(ranked: readonly (string | undefined)[]) {
  for (let rank = 0; rank < ranked.length; rank += 1) {
    const agentType = ranked[rank];
    if (agentType !== undefined) return { agentType, agentTypeRank: rank };
  }
  return { agentType: '', agentTypeRank: ranked.length };
}

/** The resources of a task, that of its outermost span first. */
export function outermostFirst(trace: Trace, { contexts }: TaskSayings): readonly Context[] {
  if (contexts.size === 1) return [...contexts.keys()];
  return [...contexts]
    .sort(([, left], [, right]) => (outer(trace, left, right) === left ? -1 : 1))
    .map(([context]) => context);
}

type TextKey = 'agentType' | 'agentName' | 'namedAgent' | 'taskType' | 'promptVersion' | 'user';

function wordOf(trace: Trace, said: Sayings | undefined, key: TextKey): string | undefined {
  const node = said?.[key] ?? -1;
  return node === -1 ? undefined : trace.facts[node]!.identity?.[key === 'namedAgent' ? 'agentName' : key];
}

function firstOf(
  contexts: readonly Context[],
  key: 'agentType' | 'agentName' | 'service' | 'taskType' | 'promptVersion' | 'user',
): string | undefined {
  for (const context of contexts) if (context[key] !== undefined) return context[key];
  return undefined;
}

function dimensionsOf(
  trace: Trace,
  said: readonly (Sayings | undefined)[],
  contexts: readonly Context[],
): string[] {
  const texts: string[] = [];
  for (const one of said) {
    const nodes = one?.dimensions ?? [];
    for (let at = 0; at < nodes.length; at += 1) {
      const node = nodes[at]!;
      texts[at] ||= node === -1 ? '' : (trace.facts[node]!.identity?.dimensions?.[at] ?? '');
    }
  }
  for (const { dimensions = [] } of contexts) {
    for (let at = 0; at < dimensions.length; at += 1) texts[at] ||= dimensions[at]!;
  }
  return texts;
}
