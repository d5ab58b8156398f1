import type { Charge, Component } from '../../src/domain/charge.ts';
import { parseUsd, type UsdPico, units } from '../../src/domain/money.ts';
import { openPolicy, type Policy, type PolicySettings } from '../../src/domain/policy.ts';
import type { Outcome, OutcomeReport, TaskPart } from '../../src/domain/task.ts';
import type { TaskClaim } from '../../src/domain/use.ts';
import { foldTask } from '../../src/fold/task.ts';

export const usd = (text: string): UsdPico => parseUsd(text)!;

/** Times are seconds after this one. */
const NOON_MS = Date.UTC(2026, 10, 23, 12);
export const ms = (seconds: number): number => NOON_MS + seconds * 1000;
export const ns = (seconds: number): bigint => BigInt(ms(seconds)) * 1_000_000n;
export const seconds = (at: bigint): number => Number(at / 1_000_000n - BigInt(NOON_MS)) / 1000;

/** Quiet after 5 s, orphans stand in after 60 s, abandoned after an hour; $10 for a failed ticket, $60 an hour. */
export const policyOf = (given: Partial<PolicySettings> = {}): Policy =>
  openPolicy({
    defaultMode: 'root',
    modes: { 'asks-*': 'explicit' },
    remediation: [{ taskType: 'ticket', cost: usd('10') }],
    hourly: (60n * 10n ** 15n) as NonNullable<PolicySettings['hourly']>,
    taskQuietMs: 5_000,
    orphanRootMs: 60_000,
    openTaskMaxMs: 3_600_000,
    ...given,
  });

export const claim = (given: Partial<TaskClaim> = {}): TaskClaim => ({
  taskId: 'T',
  tagged: true,
  agentType: 'helper',
  agentTypeRank: 0,
  taskType: 'ticket',
  promptVersion: undefined,
  user: undefined,
  dimensions: [],
  startedAt: ns(0),
  lastEnd: ns(10),
  root: { end: ns(10), error: false },
  topmost: { end: ns(10), error: false },
  outcome: undefined,
  value: undefined,
  suppressed: [],
  flags: [],
  receivedAt: ms(11),
  ...given,
});

export const part = (
  given: Partial<Omit<TaskPart, 'claim'>> & { readonly claim?: Partial<TaskClaim> } = {},
): TaskPart => ({
  traceId: 't1',
  taskId: 'T',
  costs: [],
  tokens: [],
  actions: [],
  calls: { inference: 0, embedding: 0, rerank: 0, vector: 0, tool: 0 },
  unpricedCalls: 0,
  flags: [],
  ...given,
  claim: claim(given.claim),
});

export const cost = (amount: string, component: Component = 'inference'): TaskPart['costs'][number] =>
  component === 'inference'
    ? { component, provider: 'openai', model: 'gpt', amount: usd(amount) }
    : { component, provider: '', model: '', amount: usd(amount) };

/** `report('solved', 30)`: told 30 s after noon. */
export const report = (
  outcome: Outcome,
  at: number,
  given: Partial<OutcomeReport> & { readonly costs?: string; readonly minutes?: number } = {},
): OutcomeReport => {
  const { costs, minutes, ...rest } = given;
  const remediation = {
    ...(costs !== undefined && { cost: usd(costs) }),
    ...(minutes !== undefined && { minutes: units(minutes) }),
  };
  return {
    taskId: 'T',
    outcome,
    at: ns(at),
    remediation: costs === undefined && minutes === undefined ? undefined : remediation,
    value: undefined,
    source: 'test',
    key: `${outcome}-${at}`,
    ...rest,
  };
};

export const charge = (given: Partial<Charge>): Charge => ({
  traceId: 't1',
  spanId: 'a',
  line: 0,
  taskId: 'T',
  at: ns(10),
  component: 'inference',
  provider: '',
  model: '',
  resource: '',
  class: 'input',
  quantity: units(1),
  rate: null,
  amount: null,
  priceId: null,
  tableHash: null,
  flags: [],
  reason: null,
  ...given,
});

/** Folds task T long after everything was heard. */
export const fold = (
  parts: readonly TaskPart[],
  reports: readonly OutcomeReport[] = [],
  given: { readonly policy?: Policy; readonly nowMs?: number } = {},
) => foldTask({ taskId: 'T', parts, reports, policy: policyOf(), nowMs: ms(1_000_000), ...given });
