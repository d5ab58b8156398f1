import { CALL_DOUBTS, FACT_FLAGS, type Fact, type FactFlag } from '../domain/fact.ts';
import { believedTime } from '../domain/heard-time.ts';
import { parseUsd, type UsdPico } from '../domain/money.ts';
import type { RootEnd, SuppressionRule, TaskClaim } from '../domain/use.ts';
import type { Belonging } from './belonging.ts';
import type { Findings } from './findings.ts';
import { outermostFirst, profileOf } from './profile.ts';
import { hear, nearestSayings, noSayings, outer, type Sayings, type TaskSayings } from './sayings.ts';
import type { Trace } from './trace.ts';

/** What the trace says about each of its tasks, in order of their first node. */
export function claimsOf(trace: Trace, belonging: Belonging, findings: Findings): TaskClaim[] {
  const { uses, suppressed, unattributed } = findings;
  if (uses.length === 0 && trace.facts.every(isPlain)) return [];
  const drafts = draftsOf(trace, belonging);
  for (const { node, rule } of suppressed.sort((left, right) => left.node - right.node)) {
    const { spanId } = trace.facts[node]!;
    drafts.get(belonging.taskIds[node]!)!.suppressed.push({ spanId, rule });
  }
  for (const { taskId, fact } of uses) {
    if (fact.flags !== undefined) addFlags(drafts.get(taskId)!, fact.flags);
  }
  for (const { node, input, output } of unattributed) {
    const draft = drafts.get(belonging.taskIds[node]!)!;
    const { unattributed: known = { input: 0, output: 0 } } = draft;
    draft.unattributed = { input: known.input + input, output: known.output + output };
  }
  if (drafts.size === 1) return [...drafts.values()].map((draft) => claimOf(trace, draft, undefined));
  const used = new Set(uses.map((use) => use.taskId));
  const nearest = nearestSayings(trace);
  return [...drafts.values()]
    .filter((draft) => belonging.finer === undefined || !isShell(draft, used))
    .map((draft) => claimOf(trace, draft, nearest[draft.said.outermost]));
}

/**
 * A span that says nothing of an agent. A trace of such spans alone is no task: an agent's process, and whatever else is
 * sent here, makes traces of its own (a login, a file that is read, a web request) that end well and cost nothing.
 */
const isPlain = ({ kind, identity, context, outcome, valueUsd, stated, remediation }: Fact): boolean =>
  kind === 'edge' &&
  identity === undefined &&
  outcome === undefined &&
  valueUsd === undefined &&
  stated === undefined &&
  remediation === undefined &&
  context.session === undefined &&
  context.dialectSession === undefined &&
  context.task === undefined;

interface Draft {
  readonly taskId: string;
  readonly tagged: boolean;
  /** True where the id came from `agent.task.id`. */
  readonly finer: boolean;
  readonly said: TaskSayings;
  startedAt: bigint;
  lastEnd: bigint;
  receivedAt: number;
  topmost: Fact;
  root: Fact | undefined;
  /** The newest span that enters the task from another one: its root, where none of its spans is one of the trace. */
  entry: Fact | undefined;
  /** The span with the newest outcome. */
  outcome: Fact | undefined;
  value: number;
  flags: FactFlag[] | undefined;
  unattributed: { readonly input: number; readonly output: number } | undefined;
  readonly suppressed: { readonly spanId: string; readonly rule: SuppressionRule }[];
}

/** In a trace of finer tasks, what holds them together and does nothing itself is no task. */
const isShell = (draft: Draft, used: ReadonlySet<string>): boolean =>
  !draft.finer && !used.has(draft.taskId) && draft.outcome === undefined && draft.value === -1;

function draftsOf(trace: Trace, belonging: Belonging): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  let draft: Draft | undefined;
  for (let node = 0; node < trace.facts.length; node += 1) {
    const taskId = belonging.taskIds[node]!;
    if (draft?.taskId !== taskId) draft = drafts.get(taskId);
    if (draft === undefined) {
      draft = openDraft(trace, belonging, node);
      drafts.set(taskId, draft);
    }
    addNode(draft, trace, node);
    addRoot(draft, trace, { node, taskIds: belonging.taskIds });
  }
  return drafts;
}

function openDraft({ facts }: Trace, { taskIds, finer, inSession }: Belonging, node: number): Draft {
  const { start, end, receivedAt } = facts[node]!;
  const isFiner = finer?.[node] !== undefined;
  return {
    taskId: taskIds[node]!,
    tagged: inSession || isFiner,
    finer: isFiner,
    said: noSayings(node),
    startedAt: start,
    lastEnd: end,
    receivedAt,
    topmost: facts[node]!,
    root: undefined,
    entry: undefined,
    outcome: undefined,
    value: -1,
    flags: undefined,
    unattributed: undefined,
    suppressed: [],
  };
}

function addNode(draft: Draft, trace: Trace, node: number): void {
  const fact = trace.facts[node]!;
  hear(draft.said, trace, node);
  if (fact.start < draft.startedAt) draft.startedAt = fact.start;
  if (fact.end > draft.lastEnd) draft.lastEnd = fact.end;
  if (fact.receivedAt > draft.receivedAt) draft.receivedAt = fact.receivedAt;
  if (fact.outcome !== undefined && isNewerOutcome(fact, draft.outcome)) draft.outcome = fact;
  if (fact.valueUsd !== undefined && parseUsd(fact.valueUsd) !== undefined) {
    draft.value = outer(trace, draft.value, node);
  }
  if (fact.flags !== undefined) addFlags(draft, fact.flags.filter(isOfSpan));
}

function addFlags(draft: Draft, flags: readonly FactFlag[]): void {
  if (flags.length === 0) return;
  draft.flags ??= [];
  for (const flag of flags) if (!draft.flags.includes(flag)) draft.flags.push(flag);
}

const isOfSpan = (flag: FactFlag): boolean => !CALL_DOUBTS.includes(flag);

function addRoot(
  draft: Draft,
  { facts, parent }: Trace,
  { node, taskIds }: { readonly node: number; readonly taskIds: readonly string[] },
): void {
  const fact = facts[node]!;
  const up = parent[node]!;
  if (up !== -1 && taskIds[up] === draft.taskId) return;
  draft.topmost = newer(fact, draft.topmost);
  if (up !== -1) draft.entry = newer(fact, draft.entry);
  else if (fact.parentId === '' || fact.remoteParent) draft.root = newer(fact, draft.root);
}

function newer(fact: Fact, known: Fact | undefined): Fact {
  if (known === undefined) return fact;
  const [end, knownEnd] = [endOf(fact), endOf(known)];
  if (end !== knownEnd) return end > knownEnd ? fact : known;
  return fact.spanId > known.spanId ? fact : known;
}

/** By its own arrival, which what comes later does not move. */
const endOf = (fact: Fact): bigint => (isSkewed(fact) ? believedTime(fact.end, fact.receivedAt) : fact.end);

const isSkewed = ({ flags }: Fact): boolean => flags?.includes('clock_skewed') === true;

function isNewerOutcome(fact: Fact, known: Fact | undefined): boolean {
  if (known === undefined) return true;
  const [at, knownAt] = [outcomeOf(fact)!.at, outcomeOf(known)!.at];
  return at === knownAt ? newer(fact, known) === fact : at > knownAt;
}

function claimOf(trace: Trace, draft: Draft, above: Sayings | undefined): TaskClaim {
  const root = draft.root ?? draft.entry;
  const profile = profileOf(trace, draft.said, above);
  return {
    taskId: draft.taskId,
    tagged: draft.tagged,
    agentType: profile.agentType,
    agentTypeRank: profile.agentTypeRank,
    taskType: profile.taskType,
    promptVersion: profile.promptVersion,
    user: profile.user,
    dimensions: profile.dimensions,
    startedAt: draft.startedAt,
    lastEnd: draft.lastEnd,
    root: root && rootEnd(root),
    topmost: rootEnd(draft.topmost),
    outcome: draft.outcome && outcomeOf(draft.outcome),
    value: statedValue(trace, draft),
    suppressed: draft.suppressed,
    ...(draft.unattributed !== undefined && { unattributed: draft.unattributed }),
    flags: flagsOf(draft),
    receivedAt: draft.receivedAt,
  };
}

const rootEnd = (fact: Fact): RootEnd => ({ end: endOf(fact), error: fact.error });

/** Its time may be that of an event, of which the span's flag says nothing. */
function outcomeOf(fact: Fact): Fact['outcome'] {
  const { outcome, receivedAt } = fact;
  return outcome && { ...outcome, at: believedTime(outcome.at, receivedAt) };
}

function statedValue(trace: Trace, { value, said }: Draft): UsdPico | undefined {
  if (value !== -1) return parseUsd(trace.facts[value]!.valueUsd!);
  const { valueUsd } = outermostFirst(trace, said).find((context) => context.valueUsd !== undefined) ?? {};
  return valueUsd === undefined ? undefined : parseUsd(valueUsd);
}

const flagsOf = ({ flags }: Draft): readonly FactFlag[] =>
  flags === undefined ? [] : FACT_FLAGS.filter((flag) => flags.includes(flag));
