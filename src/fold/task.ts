import { type Charge, COMPONENTS, type Component } from '../domain/charge.ts';
import { NO_COST, totalCost } from '../domain/economics.ts';
import { USD_PICO_MAX, type UsdPico } from '../domain/money.ts';
import type { Policy } from '../domain/policy.ts';
import { CALL_KINDS, type CallKind, type OutcomeReport, type Task, type TaskPart } from '../domain/task.ts';
import { NO_USAGE, type Tokens, tokensOf } from '../domain/usage.ts';
import { assert } from '../lib/assert.ts';
import { type Closing, closingOf } from './closing.ts';
import { LATE } from './late.ts';
import { addInto } from './parts.ts';
import { type Profile, profileOf } from './profile.ts';
import { remediationOf } from './remediation.ts';

/**
 * One task from everything that is known of it: its parts, one per trace, and the outcomes that were reported.
 * The same set gives the same task, in whatever order it came.
 *
 * @param told at least one part or report
 * @returns the task, and the charges of the task itself (remediation that no span carries)
 */
export function foldTask(told: {
  readonly taskId: string;
  readonly parts: readonly TaskPart[];
  readonly reports: readonly OutcomeReport[];
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Spans came after the task had closed; see late.ts. */
  readonly late?: boolean;
}): { readonly task: Task; readonly charges: readonly Charge[] } {
  const { taskId, parts, reports, policy } = told;
  assert(parts.length + reports.length > 0, 'a task is folded from at least one part or report');
  const profile = profileOf(parts, reports);
  const { agentType } = profile;
  const closing = closingOf({ parts, reports, agentType, policy, nowMs: told.nowMs });
  const { outcome: ended, closedAt } = closing;
  const { outcome, charges } = remediationOf({
    taskId,
    parts,
    reports,
    outcome: ended,
    closedAt,
    kind: profile,
    policy,
  });
  const late = told.late === true;
  return {
    task: summed({ taskId, parts, charges, profile, closing: { ...closing, outcome }, late }),
    charges,
  };
}

/** The task that these sums make: what is added up, whoever decided how it ended. */
export function summed(told: {
  readonly taskId: string;
  readonly parts: readonly TaskPart[];
  /** Of the task itself. */
  readonly charges: readonly Charge[];
  readonly profile: Profile;
  readonly closing: Closing;
  readonly late: boolean;
}): Task {
  const { taskId, parts, charges, profile, closing, late } = told;
  const whole = costOf(parts, charges);
  const cost = cappedCost(whole);
  const unpricedCalls =
    sumOf(parts, (part) => part.unpricedCalls) +
    sumOf(charges, ({ reason }) => (reason === null ? 0 : 1)) +
    (cost === whole ? 0 : 1);
  return {
    taskId,
    agentType: profile.agentType,
    taskType: profile.taskType,
    promptVersion: profile.promptVersion,
    user: profile.user,
    dimensions: profile.dimensions,
    tagged: profile.tagged,
    state: closing.state,
    outcome: closing.outcome,
    closedBy: closing.closedBy,
    startedAt: profile.startedAt,
    closedAt: closing.closedAt,
    dueAt: closing.dueAt,
    value: profile.value,
    cost,
    tokens: tokensOfParts(parts),
    calls: callsOf(parts),
    actions: sumOf(parts, okActions) + (closing.outcome === 'solved' ? 1 : 0),
    unpricedCalls,
    flags: flagsOf({
      parts,
      charges,
      tagged: profile.tagged,
      unpricedCalls,
      capped: cost !== whole,
      late,
    }),
  };
}

function costOf(parts: readonly TaskPart[], charges: readonly Charge[]): Record<Component, UsdPico> {
  const cost = { ...NO_COST };
  for (const part of parts) {
    for (const { component, amount } of part.costs) cost[component] = (cost[component] + amount) as UsdPico;
  }
  for (const { component, amount } of charges) {
    if (amount !== null) cost[component] = (cost[component] + amount) as UsdPico;
  }
  return cost;
}

/** A task of more than a column of the ledger holds (9.2 million USD) costs at least that: it must not stop the others. */
function cappedCost(cost: Readonly<Record<Component, UsdPico>>): Readonly<Record<Component, UsdPico>> {
  if (totalCost(cost) <= USD_PICO_MAX) return cost;
  const capped = { ...cost };
  let room: bigint = USD_PICO_MAX;
  for (const component of COMPONENTS) {
    if (capped[component] > room) capped[component] = room as UsdPico;
    room -= capped[component];
  }
  return capped;
}

function tokensOfParts(parts: readonly TaskPart[]): Tokens {
  const sum = tokensOf(NO_USAGE);
  for (const part of parts) for (const { tokens } of part.tokens) addInto(sum, tokens);
  return sum;
}

function callsOf(parts: readonly TaskPart[]): Record<CallKind, number> {
  const calls: Record<CallKind, number> = { inference: 0, embedding: 0, rerank: 0, vector: 0, tool: 0 };
  for (const part of parts) for (const kind of CALL_KINDS) calls[kind] += part.calls[kind];
  return calls;
}

const okActions = ({ actions }: TaskPart): number =>
  sumOf(actions, ({ status, count }) => (status === 'ok' ? count : 0));

function sumOf<T>(items: readonly T[], count: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += count(item);
  return sum;
}

/** Those about the task's figures first, then those of its spans and charges in alphabetical order. */
function flagsOf(told: {
  readonly parts: readonly TaskPart[];
  readonly charges: readonly Charge[];
  readonly tagged: boolean;
  readonly unpricedCalls: number;
  readonly capped: boolean;
  readonly late: boolean;
}): string[] {
  const flags: string[] = [];
  if (told.unpricedCalls > 0) flags.push('lower_bound');
  if (told.charges.some((charge) => charge.flags.includes('imputed'))) flags.push('imputed_remediation');
  if (!told.tagged) flags.push('untagged');
  const quiet = !told.capped && !told.late && told.charges.length === 0;
  if (quiet && told.parts.every(hasNoFlags)) return flags;
  const others = new Set<string>();
  if (told.capped) others.add('absurd_amount');
  if (told.late) others.add(LATE);
  for (const { flags: ofCharges, claim } of told.parts) {
    for (const flag of ofCharges) others.add(flag);
    for (const flag of claim.flags) others.add(flag);
  }
  if (told.charges.some((charge) => charge.flags.includes('replaced_by_report'))) {
    others.add('replaced_by_report');
  }
  return [...flags, ...[...others].sort()];
}

const hasNoFlags = ({ flags, claim }: TaskPart): boolean => flags.length === 0 && claim.flags.length === 0;
