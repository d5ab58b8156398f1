import type { Fact } from '../domain/fact.ts';
import { compareFacts } from './distinct.ts';
import type { Trace } from './trace.ts';

/** Which task each node belongs to. */
export interface Belonging {
  /** By node. */
  readonly taskIds: readonly string[];
  /** By node, the session that it is in; undefined where no node tells one. */
  readonly sessions: readonly string[] | undefined;
  /** False where no node tells a session: then the trace itself is the task of all that have no finer one. */
  readonly inSession: boolean;
  /** By node, the id from `agent.task.id`; undefined where no node tells one. */
  readonly finer: readonly (string | undefined)[] | undefined;
}

type Told = (fact: Fact) => string | undefined;

/** Best first. One source tells for the whole trace: a session attribute of ours anywhere beats a dialect's everywhere. */
const SESSIONS: readonly Told[] = [
  (fact) => fact.identity?.session,
  (fact) => fact.context.session,
  (fact) => fact.identity?.dialectSession,
  (fact) => fact.context.dialectSession,
];
const spanTask: Told = (fact) => fact.identity?.task;
const resourceTask: Told = (fact) => fact.context.task;

export function belongingOf(trace: Trace): Belonging {
  const sessions = sessionsOf(trace);
  const finer = finerTasks(trace);
  const inSession = sessions !== undefined;
  if (finer === undefined && sessions !== undefined) return { taskIds: sessions, sessions, inSession, finer };
  const { traceId } = trace.facts[0]!;
  const taskIds = trace.facts.map((_, node) => finer?.[node] ?? sessions?.[node] ?? traceId);
  return { taskIds, sessions, inSession, finer };
}

/** The session of each node: from the nearest node above, else from a top-most one, else from any. */
function sessionsOf(trace: Trace): readonly string[] | undefined {
  for (const told of SESSIONS) {
    const nearest = nearestOf(trace, told);
    if (nearest === undefined) continue;
    if (!nearest.includes(undefined)) return nearest as string[];
    const elsewhere = fromTop(trace, nearest) ?? fromAny(trace, told);
    return nearest.map((session) => session ?? elsewhere!);
  }
  return undefined;
}

/** The `agent.task.id` of each node: from the nearest node above, else from a top-most one; never from any, for one session may hold many. */
function finerTasks(trace: Trace): readonly (string | undefined)[] | undefined {
  const spans = nearestOf(trace, spanTask);
  const resources = nearestOf(trace, resourceTask);
  if (spans === undefined && resources === undefined) return undefined;
  const spanTop = spans && fromTop(trace, spans);
  const resourceTop = resources && fromTop(trace, resources);
  return trace.facts.map((_, node) => spans?.[node] ?? spanTop ?? resources?.[node] ?? resourceTop);
}

/** By node what it or the nearest node above tells; undefined where none tells anything. */
function nearestOf(trace: Trace, told: Told): (string | undefined)[] | undefined {
  const { facts, parent } = trace;
  let nearest: (string | undefined)[] | undefined;
  for (let node = 0; node < facts.length; node += 1) {
    const own = told(facts[node]!);
    if (own !== undefined && nearest === undefined) nearest = new Array<undefined>(node).fill(undefined);
    if (nearest === undefined) continue;
    const up = parent[node]!;
    nearest.push(own ?? (up === -1 ? undefined : nearest[up]));
  }
  return nearest;
}

/** Top-most nodes stand in order of their start, so the first that tells is the earliest. */
function fromTop(trace: Trace, nearest: readonly (string | undefined)[]): string | undefined {
  for (let node = 0; node < nearest.length; node = trace.last[node]! + 1) {
    if (nearest[node] !== undefined) return nearest[node];
  }
  return undefined;
}

function fromAny(trace: Trace, told: Told): string | undefined {
  let earliest: Fact | undefined;
  for (const fact of trace.facts) {
    if (told(fact) === undefined) continue;
    if (earliest === undefined || compareFacts(fact, earliest) < 0) earliest = fact;
  }
  return earliest && told(earliest);
}
