import type { TaskState } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import type { TaskPart } from '../domain/task.ts';

/**
 * Whether spans came after their task had closed: a closed task got more of a trace that had been silent for
 * `taskQuietMs`, by when its roots would have decided. A further trace of a session that goes on is not late.
 * Once late, always late.
 *
 * @param news the task's parts that were settled anew
 */
export function isLate(
  before: Pick<TaskState, 'task' | 'parts'>,
  news: readonly TaskPart[],
  { taskQuietMs }: Pick<Policy, 'taskQuietMs'>,
): boolean {
  if (before.task === undefined) return false;
  if (before.task.flags.includes(LATE)) return true;
  if (before.task.state === 'open') return false;
  return news.some(({ traceId, claim }) => {
    const known = before.parts.find((part) => part.traceId === traceId);
    return known !== undefined && claim.receivedAt > known.claim.receivedAt + taskQuietMs;
  });
}

export const LATE = 'late';
