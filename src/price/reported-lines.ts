import type { Charge } from '../domain/charge.ts';
import { parseUsd, type UsdPico, units } from '../domain/money.ts';
import type { Policy } from '../domain/policy.ts';
import type { ModelUse } from '../domain/use.ts';
import type { Sheet } from './sheet.ts';

/**
 * The cost that an emitter reports of a call, beside what the table makes of it: never both. Which one counts is the
 * policy's to say. A reported 0 for tokens is no cost but a price that the emitter did not know, and is not trusted; what
 * the agent states itself stands.
 *
 * @param from the first line of the use
 */
export function settleReported(use: ModelUse, from: number, policy: Policy, sheet: Sheet): void {
  const reported = parseUsd(use.fact.reportedUsd ?? '');
  // What a run says that it cost in all is not what its residual costs.
  if (reported === undefined || use.doubts?.includes('residual') || use.doubts?.includes('running_total'))
    return;
  const lines = sheet.charges.slice(from);
  const computed = sumOf(lines);
  const isTrusted = reported > 0n || !hasTokens(use);
  const { provider = '', dialect } = use.fact;
  const mode = lines.some(isStated) || !isTrusted ? 'computed' : policy.reportedCost({ provider, dialect });
  if (mode === 'reported' || (mode === 'fallback' && computed === null)) {
    sheet.retract(from);
    sheet.told('usd', units(1), null, reported, 'reported_cost');
  } else if (!isTrusted) sheet.flag(from, 'reported_zero');
  if (sheet.charges.length > from) sheet.putBeside(from, { reported, computed });
}

const isStated = ({ flags }: Charge): boolean => flags.includes('stated');

const hasTokens = ({ usage }: ModelUse): boolean => usage !== undefined && usage.input + usage.output > 0;

/** Null where something of it has no price. */
function sumOf(lines: readonly Charge[]): UsdPico | null {
  let sum = 0n;
  for (const { amount } of lines) {
    if (amount === null) return null;
    sum += amount;
  }
  return sum as UsdPico;
}
