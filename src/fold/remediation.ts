import type { Charge } from '../domain/charge.ts';
import { USD_PICO_MAX, type UsdFemto, type UsdPico, units, ZERO_USD } from '../domain/money.ts';
import type { Policy, TaskKind } from '../domain/policy.ts';
import { priceMinutes } from '../domain/remediation.ts';
import type { Outcome, OutcomeReport, TaskPart } from '../domain/task.ts';
import { REMEDIATION_UNPRICED } from './parts.ts';
import { latestReport } from './reports.ts';

/** What humans did for a task, and which outcome that makes. */
export interface Remediation {
  readonly outcome: Outcome | undefined;
  /** Charges of the task itself: those of its spans are in its parts. */
  readonly charges: readonly Charge[];
}

/**
 * 1. A report of the API that carries remediation replaces what the spans said: its amount is charged, and theirs
 *    is credited.
 * 2. Else what the spans said stands.
 * 3. Else a `failed` task is imputed what the policy says, if it says anything.
 *
 * A failed task that a human worked on is `remediated`, imputed or reported: when the real amount takes the place
 * of an imputed one, the task must not fall back to failed. Money reported as spent stays, whatever the outcome.
 */
export function remediationOf(told: {
  readonly taskId: string;
  readonly parts: readonly TaskPart[];
  readonly reports: readonly OutcomeReport[];
  readonly outcome: Outcome | undefined;
  readonly closedAt: bigint | undefined;
  readonly kind: TaskKind;
  readonly policy: Policy;
}): Remediation {
  const { taskId, parts, outcome, closedAt, kind, policy } = told;
  const report = latestReport(told.reports, carriesRemediation);
  const onSpans = spanRemediation(parts);
  if (report !== undefined) {
    const charge = reportedCharge(report, policy.hourlyRate(kind));
    const charges = onSpans.amount === ZERO_USD ? [charge] : [charge, credit(report, onSpans.amount)];
    return { outcome: remediated(outcome, charge.amount !== ZERO_USD), charges };
  }
  if (onSpans.told) {
    return { outcome: remediated(outcome, onSpans.amount > ZERO_USD || onSpans.unpriced), charges: [] };
  }
  const imputed = outcome === 'failed' ? policy.imputedRemediation(kind) : undefined;
  if (imputed === undefined) return { outcome, charges: [] };
  return { outcome: 'remediated', charges: [imputedCharge(taskId, closedAt ?? 0n, imputed)] };
}

const remediated = (outcome: Outcome | undefined, byHuman: boolean): Outcome | undefined =>
  outcome === 'failed' && byHuman ? 'remediated' : outcome;

const carriesRemediation = ({ remediation }: OutcomeReport): boolean =>
  remediation?.cost !== undefined || remediation?.minutes !== undefined;

function spanRemediation(parts: readonly TaskPart[]) {
  let amount = 0n;
  let told = false;
  for (const part of parts) {
    for (const share of part.costs) {
      if (share.component !== 'remediation') continue;
      amount += share.amount;
      told = true;
    }
  }
  const unpriced = parts.some((part) => part.flags.includes(REMEDIATION_UNPRICED));
  return { amount: amount as UsdPico, told: told || unpriced, unpriced };
}

const ownCharge = (taskId: string, at: bigint, line: number) =>
  ({
    traceId: '',
    spanId: '',
    line,
    taskId,
    at,
    component: 'remediation',
    provider: '',
    model: '',
    resource: 'human',
    priceId: null,
    tableHash: null,
  }) as const;

function reportedCharge({ taskId, at, remediation }: OutcomeReport, hourly: UsdFemto | undefined): Charge {
  const own = { ...ownCharge(taskId, at, 0), flags: ['reported'] };
  if (remediation?.cost !== undefined) {
    return { ...own, class: 'usd', quantity: units(1), rate: null, amount: remediation.cost, reason: null };
  }
  const quantity = remediation?.minutes ?? units(0);
  const priced = hourly === undefined ? undefined : priceMinutes(quantity, hourly);
  return priced === undefined
    ? { ...own, class: 'minute', quantity, rate: null, amount: null, reason: 'rate_missing' }
    : { ...own, class: 'minute', quantity, rate: priced.rate, amount: priced.amount, reason: null };
}

const credit = ({ taskId, at }: OutcomeReport, amount: UsdPico): Charge => ({
  ...ownCharge(taskId, at, 1),
  class: 'usd',
  quantity: units(1),
  rate: null,
  // No more than one line holds: what spans of many traces told may be more.
  amount: -(amount > USD_PICO_MAX ? USD_PICO_MAX : amount) as UsdPico,
  flags: ['replaced_by_report'],
  reason: null,
});

const RATE_MAX = 2n ** 63n - 1n;

const imputedCharge = (taskId: string, at: bigint, amount: UsdPico): Charge => ({
  ...ownCharge(taskId, at, 0),
  class: 'intervention',
  quantity: units(1),
  // A rate has a column of femtodollars, which holds 9,223 USD: dearer humans have their amount alone.
  rate: amount * 1000n > RATE_MAX ? null : ((amount * 1000n) as UsdFemto),
  amount,
  flags: ['imputed'],
  reason: null,
});
