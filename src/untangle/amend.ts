import { CALL_DOUBTS, type Fact } from '../domain/fact.ts';
import type { Ruling, TraceMark, Verdict } from '../domain/twins.ts';
import type { ModelUse, TaskClaim, Untangled, Use, UseDoubt } from '../domain/use.ts';
import { precedes } from './keeper.ts';
import { beyond } from './residuals.ts';

/**
 * An untangled trace as other traces leave it: calls that another one keeps are out, listed with their rule; kept ones
 * have what the other knows better; running totals have their growth. A trace that is the task of no session joins
 * the task that keeps what it shows again: alone it would be a task that cost nothing, and was solved.
 */
export function amended(untangled: Untangled, verdict: Verdict): Untangled {
  if (verdict.length === 0) return untangled;
  const rulings = new Map(verdict.map((ruling) => [`${ruling.kind} ${ruling.spanId}`, ruling]));
  const dropped = new Map<string, TaskClaim['suppressed'][number][]>();
  const uses: Use[] = [];
  for (const use of untangled.uses) {
    const ruling = 'usage' in use ? rulings.get(`${kindOf(use)} ${use.fact.spanId}`) : undefined;
    if (ruling === undefined) uses.push(use);
    else if (ruling.as !== 'dropped') uses.push(ruled(use as ModelUse, ruling));
    else {
      const suppressed = dropped.get(use.taskId) ?? [];
      suppressed.push({ spanId: use.fact.spanId, rule: ruling.rule });
      dropped.set(use.taskId, suppressed);
    }
  }
  const claims = untangled.claims.map((claim) => {
    const suppressed = [...claim.suppressed, ...(dropped.get(claim.taskId) ?? [])];
    return { ...claim, suppressed, flags: claim.flags.filter((flag) => isStill(flag, claim.taskId, uses)) };
  });
  return atHome({ ...untangled, uses, claims }, homeOf(verdict));
}

/** A running total's use is that of the wrapper which stands for its calls. */
const kindOf = (use: ModelUse): Ruling['kind'] => (use.fact.covers === 'life' ? 'total' : use.kind);

function ruled(use: ModelUse, ruling: Exclude<Ruling, { as: 'dropped' }>): ModelUse {
  if (ruling.as === 'grown') {
    if (use.usage === undefined || ruling.base === undefined) return use;
    return { ...use, usage: beyond(use.usage, ruling.base), doubts: TOTAL };
  }
  const { provider, model, cured, suspected } = ruling;
  const flags = cured && use.fact.flags?.filter((flag) => !cured.includes(flag));
  const fact: Fact = {
    ...use.fact,
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(flags !== undefined && { flags }),
  };
  return { ...use, fact, usage: ruling.usage ?? use.usage, ...(suspected && { doubts: SUSPECTED }) };
}

/** A doubt about calls is one of the task while a call that is charged has it. */
function isStill(flag: string, taskId: string, uses: readonly Use[]): boolean {
  if (!(CALL_DOUBTS as readonly string[]).includes(flag)) return true;
  return uses.some((use) => use.taskId === taskId && use.fact.flags?.some((one) => one === flag));
}

const TOTAL: readonly UseDoubt[] = ['running_total'];
const SUSPECTED: readonly UseDoubt[] = ['suspected_twin'];

/** The trace that keeps most: of all keepers the one that goes before the others. */
function homeOf(verdict: Verdict): TraceMark | undefined {
  let home: TraceMark | undefined;
  for (const ruling of verdict) {
    if (ruling.as === 'dropped' && (home === undefined || precedes(ruling.keeper, home)))
      home = ruling.keeper;
  }
  return home;
}

function atHome(untangled: Untangled, home: TraceMark | undefined): Untangled {
  const { traceId, claims, uses } = untangled;
  const [claim] = claims;
  const isHomeless = claims.length === 1 && claim?.taskId === traceId && !claim.tagged;
  if (home === undefined || !isHomeless) return untangled;
  const { taskId, tagged } = home;
  return {
    ...untangled,
    claims: [{ ...claim, taskId, tagged }],
    uses: uses.map((use) => ({ ...use, taskId })),
  };
}
