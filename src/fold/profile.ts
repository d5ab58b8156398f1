import type { OutcomeReport, Task, TaskPart } from '../domain/task.ts';
import { latestReport } from './reports.ts';

export type Profile = Pick<
  Task,
  'agentType' | 'taskType' | 'promptVersion' | 'user' | 'dimensions' | 'tagged' | 'startedAt' | 'value'
>;

/** Who worked on the task, and on what. A task that only reports speak of has no agent yet. */
export function profileOf(parts: readonly TaskPart[], reports: readonly OutcomeReport[]): Profile {
  const inOrder = parts.length < 2 ? parts : [...parts].sort(earliestFirst);
  const claims = inOrder.map((part) => part.claim);
  const first = <T>(saying: (claim: TaskPart['claim']) => T | undefined): T | undefined => {
    for (const claim of claims) if (saying(claim) !== undefined) return saying(claim);
    return undefined;
  };
  return {
    agentType: bestAgentType(claims),
    taskType: first((claim) => claim.taskType) ?? 'default',
    promptVersion: first((claim) => claim.promptVersion),
    user: first((claim) => claim.user),
    dimensions: dimensionsOf(claims),
    tagged: claims.length === 0 || claims.some((claim) => claim.tagged),
    startedAt: claims[0]?.startedAt ?? earliestAt(reports),
    value:
      latestReport(reports, (report) => report.value !== undefined)?.value ?? first((claim) => claim.value),
  };
}

type Claims = readonly TaskPart['claim'][];

function earliestFirst(left: TaskPart, right: TaskPart): number {
  const [start, other] = [left.claim.startedAt, right.claim.startedAt];
  if (start !== other) return start < other ? -1 : 1;
  return left.traceId < right.traceId ? -1 : 1;
}

/** Of the best rank, the earliest. */
function bestAgentType(claims: Claims): string {
  let best = claims[0];
  for (const claim of claims)
    if (best === undefined || claim.agentTypeRank < best.agentTypeRank) best = claim;
  return best?.agentType ?? '';
}

/** Position by position the earliest that is set. */
function dimensionsOf(claims: Claims): readonly string[] {
  const [only, second] = claims;
  if (only !== undefined && second === undefined) return only.dimensions;
  const texts: string[] = [];
  for (const { dimensions } of claims) {
    for (let at = 0; at < dimensions.length; at += 1) texts[at] ||= dimensions[at]!;
  }
  return texts;
}

const earliestAt = (reports: readonly OutcomeReport[]): bigint => {
  let earliest = reports[0]?.at ?? 0n;
  for (const { at } of reports) if (at < earliest) earliest = at;
  return earliest;
};
