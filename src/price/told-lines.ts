import type { Component } from '../domain/charge.ts';
import { type MicroUnits, parseUsd, type UsdFemto, units } from '../domain/money.ts';
import type { Policy, TaskKind } from '../domain/policy.ts';
import { priceMinutes } from '../domain/remediation.ts';
import type { Use } from '../domain/use.ts';
import { parseDecimal } from '../lib/decimal.ts';
import type { Sheet } from './sheet.ts';

type StatedUse = Extract<Use, { kind: 'stated' }>;
type RemediationUse = Extract<Use, { kind: 'remediation' }>;

/** A cost that the agent states itself: one line of the whole amount. */
export function writeStated(use: StatedUse, sheet: Sheet): void {
  sheet.open(use, use.component, use.fact.tool ?? '');
  writeAmount(use.usd, 'stated', sheet);
}

const COMPONENT_OF: Readonly<Record<string, Component>> = {
  inference: 'inference',
  embedding: 'inference',
  rerank: 'inference',
  tool: 'tooling',
  vector: 'vector',
};

/**
 * A span may state a cost of the component that it is itself charged under. What we computed from quantities
 * wins; where any line of it has no amount, the agent's own figure stands for all of them. Never both.
 */
export function settleStated(use: Use, from: number, sheet: Sheet): void {
  const { stated } = use.fact;
  if (stated === undefined || stated.component !== COMPONENT_OF[use.kind]) return;
  const lines = sheet.charges.slice(from);
  if (lines.length > 0 && lines.every((line) => line.amount !== null)) {
    sheet.flag(from, 'stated_ignored');
    return;
  }
  sheet.retract(from);
  sheet.open(use, stated.component, use.fact.tool ?? '');
  writeAmount(stated.usd, 'stated', sheet);
}

/** Remediation reported on a span: an amount before minutes, minutes at the configured hourly rate. */
export function writeRemediation(use: RemediationUse, kind: TaskKind, policy: Policy, sheet: Sheet): void {
  sheet.open(use, 'remediation', 'human');
  if (use.costUsd !== undefined) writeAmount(use.costUsd, 'reported', sheet);
  else writeMinutes(use.minutes ?? '', policy.hourlyRate(kind), sheet);
}

function writeMinutes(text: string, hourly: UsdFemto | undefined, sheet: Sheet): void {
  const minutes = parseDecimal(text, 6) as MicroUnits | undefined;
  if (minutes === undefined || minutes < 0n) sheet.unpriced('minute', units(0), 'usage_missing', BAD_COUNT);
  else if (hourly === undefined) sheet.unpriced('minute', minutes, 'rate_missing');
  else {
    const priced = priceMinutes(minutes, hourly);
    if (priced === undefined) sheet.unpriced('minute', units(0), 'usage_missing', ABSURD);
    else sheet.told('minute', minutes, priced.rate, priced.amount, 'reported');
  }
}

function writeAmount(usd: string, flag: string, sheet: Sheet): void {
  const amount = parseUsd(usd);
  if (amount === undefined) sheet.unpriced('usd', units(1), 'usage_missing', ABSURD);
  else sheet.told('usd', units(1), null, amount, flag);
}

const BAD_COUNT: readonly string[] = ['bad_count'];
const ABSURD: readonly string[] = ['absurd_amount'];
