import { believedTime } from '../domain/heard-time.ts';
import type { Policy } from '../domain/policy.ts';
import type { ClosedBy, Outcome, OutcomeReport, Task, TaskPart } from '../domain/task.ts';
import type { RootEnd } from '../domain/use.ts';
import { isLaterReport } from './reports.ts';

export type Closing = Pick<Task, 'state' | 'outcome' | 'closedBy' | 'closedAt' | 'dueAt'>;

/**
 * Whether a task is closed, how and when: a function of the set of what was told and of the time, whatever the
 * order in which it was told.
 *
 * 1. A **reported** outcome (attribute or API) beats all else; of several the latest, of equal times the API's.
 *    The task closed at the earliest report; or, where it had closed by itself before that, at that time: later
 *    words revise an outcome, they do not move the task to another window.
 * 2. By its **roots**, once all are known and nothing was heard for `taskQuietMs`. Where a trace's root never
 *    came, its top-most spans stand in after `orphanRootMs`.
 * 3. Else it **expires** after `openTaskMaxMs`: abandoned.
 */
export function closingOf(told: {
  readonly parts: readonly TaskPart[];
  readonly reports: readonly OutcomeReport[];
  readonly agentType: string;
  readonly policy: Policy;
  readonly nowMs: number;
}): Closing {
  const byItself = told.parts.length === 0 ? undefined : closeByItself(told);
  const reported = reportedOutcome(told);
  if (reported !== undefined) {
    const { outcome, firstAt } = reported;
    const revised = byItself !== undefined && firstAt > nanoseconds(byItself.dueAt);
    return {
      state: 'closed',
      outcome,
      closedBy: 'reported',
      closedAt: revised ? byItself.closedAt : firstAt,
      dueAt: undefined,
    };
  }
  if (byItself === undefined) return open(undefined);
  if (told.nowMs < byItself.dueAt) return open(byItself.dueAt);
  return { state: 'closed', ...byItself, dueAt: undefined };
}

const open = (dueAt: number | undefined): Closing => ({
  state: 'open',
  outcome: undefined,
  closedBy: undefined,
  closedAt: undefined,
  dueAt,
});

/** The outcome that a task reaches if nothing more is heard, and when (ms) that is sure. */
function closeByItself(told: {
  readonly parts: readonly TaskPart[];
  readonly agentType: string;
  readonly policy: Policy;
}): {
  readonly outcome: Outcome;
  readonly closedBy: ClosedBy;
  readonly closedAt: bigint;
  readonly dueAt: number;
} {
  const { parts, agentType, policy } = told;
  let heardAt = 0;
  let dueAt = 0;
  for (const { claim } of parts) {
    heardAt = Math.max(heardAt, claim.receivedAt);
    if (claim.root === undefined) dueAt = Math.max(dueAt, claim.receivedAt + policy.orphanRootMs);
  }
  dueAt = Math.max(dueAt, heardAt + policy.taskQuietMs);
  const expiresAt = heardAt + policy.openTaskMaxMs;
  const isRooted = parts.every(({ claim }) => claim.root !== undefined);
  if (policy.outcomeMode(agentType) === 'explicit' || (dueAt > expiresAt && !isRooted)) {
    const closedAt = nanoseconds(expiresAt);
    return { outcome: 'abandoned', closedBy: 'expired', closedAt, dueAt: expiresAt };
  }
  const { error, end: closedAt } = newestRoot(parts);
  return { outcome: error ? 'failed' : 'solved', closedBy: 'inferred', closedAt, dueAt };
}

function newestRoot(parts: readonly TaskPart[]): RootEnd {
  const [first, ...others] = parts;
  let newest = first!;
  for (const part of others) {
    const [end, known] = [rootOf(part).end, rootOf(newest).end];
    if (end > known || (end === known && part.traceId > newest.traceId)) newest = part;
  }
  return rootOf(newest);
}

function rootOf({ claim }: TaskPart): RootEnd {
  const root = claim.root ?? claim.topmost;
  const end = believedTime(root.end, claim.receivedAt);
  return end === root.end ? root : { end, error: root.error };
}

function reportedOutcome(told: {
  readonly parts: readonly TaskPart[];
  readonly reports: readonly OutcomeReport[];
}): { readonly outcome: Outcome; readonly firstAt: bigint } | undefined {
  let latest: Word | undefined;
  let firstAt: bigint | undefined;
  const hear = (word: Word) => {
    if (firstAt === undefined || word.at < firstAt) firstAt = word.at;
    if (latest === undefined || isLaterReport(word, latest)) latest = word;
  };
  for (const { claim, traceId } of told.parts) {
    if (claim.outcome === undefined) continue;
    const { outcome, at } = claim.outcome;
    hear({ outcome, at: believedTime(at, claim.receivedAt), rank: 0, key: traceId });
  }
  for (const { outcome, at, key } of told.reports) hear({ outcome, at, rank: 1, key });
  return latest === undefined || firstAt === undefined ? undefined : { outcome: latest.outcome, firstAt };
}

interface Word {
  readonly outcome: Outcome;
  readonly at: bigint;
  /** Of two at one time the API's counts. */
  readonly rank: 0 | 1;
  readonly key: string;
}

const nanoseconds = (ms: number): bigint => BigInt(Math.ceil(ms)) * 1_000_000n;
