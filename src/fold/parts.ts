import type { Charge } from '../domain/charge.ts';
import { type UsdPico, ZERO_USD } from '../domain/money.ts';
import type { ActionShare, CallKind, CostShare, TaskPart, TokenShare } from '../domain/task.ts';
import { TOKEN_CLASSES, type Tokens, tokensOf } from '../domain/usage.ts';
import type { ModelUse, TaskClaim, Untangled, Use } from '../domain/use.ts';
import { assert } from '../lib/assert.ts';

/**
 * What one trace adds to each of its tasks: one part per claim, in the order of the claims. Tokens are those of
 * all model calls, priced or not; a call of which several lines have no price is one unpriced call.
 *
 * @param table by which all of the trace was priced at once, as `TaskPart.table` has it
 */
export function partsOf(untangled: Untangled, charges: readonly Charge[], table?: string): TaskPart[] {
  const drafts = new Map<string, Draft>();
  for (const claim of untangled.claims) drafts.set(claim.taskId, openDraft(claim));
  for (const use of untangled.uses) addUse(draftOf(drafts, use.taskId), use);
  for (const charge of charges) addCharge(draftOf(drafts, charge.taskId), charge);
  return Array.from(drafts.values(), (draft) => partOf(untangled.traceId, draft, table));
}

/** A part as other charges of the same calls make it: what was done, and for whom, stays; one table is no longer sure. */
export function recosted(part: TaskPart, charges: readonly Charge[]): TaskPart {
  const draft = openDraft(part.claim);
  for (const charge of charges) if (charge.taskId === part.taskId) addCharge(draft, charge);
  const { costs, unpricedCalls, flags } = partOf(part.traceId, draft);
  const { table: _, ...kept } = part;
  return { ...kept, costs, unpricedCalls, flags };
}

interface Draft {
  readonly claim: TaskClaim;
  readonly costs: Map<string, Changing<CostShare>>;
  /** Lines of one call follow each other. */
  lastCost: Changing<CostShare> | undefined;
  readonly tokens: Map<string, TokenSum>;
  readonly actions: Map<string, Changing<ActionShare>>;
  readonly calls: Record<CallKind, number>;
  /** Spans with a line that has no price. */
  readonly unpriced: Set<string>;
  readonly flags: Set<string>;
}

type TokenSum = Omit<TokenShare, 'tokens'> & { readonly tokens: Changing<Tokens> };
type Changing<T> = { -readonly [K in keyof T]: T[K] };

const openDraft = (claim: TaskClaim): Draft => ({
  claim,
  costs: new Map(),
  lastCost: undefined,
  tokens: new Map(),
  actions: new Map(),
  calls: { inference: 0, embedding: 0, rerank: 0, vector: 0, tool: 0 },
  unpriced: new Set(),
  flags: new Set(),
});

function draftOf(drafts: ReadonlyMap<string, Draft>, taskId: string): Draft {
  const draft = drafts.get(taskId);
  assert(draft !== undefined, 'every use and charge of a trace belongs to a task that the trace claims');
  return draft;
}

function addUse(draft: Draft, use: Use): void {
  if (use.kind === 'stated' || use.kind === 'remediation') return;
  const { fact } = use;
  draft.calls[use.kind] += 1;
  if (use.kind === 'tool') addAction(draft, fact.tool ?? '', fact.error ? 'error' : 'ok');
  else if (use.kind !== 'vector') addTokens(draft, use as ModelUse);
}

function addAction({ actions }: Draft, tool: string, status: 'ok' | 'error'): void {
  const share = actions.get(status + tool);
  if (share === undefined) actions.set(status + tool, { tool, status, count: 1 });
  else share.count += 1;
}

function addTokens({ tokens }: Draft, { fact, usage }: ModelUse): void {
  if (usage === undefined) return;
  const { provider = '', model = '' } = fact;
  const key = `${provider}\0${model}`;
  const share = tokens.get(key);
  if (share === undefined) tokens.set(key, { provider, model, tokens: tokensOf(usage) });
  else addInto(share.tokens, tokensOf(usage));
}

function addCharge(draft: Draft, charge: Charge): void {
  const { component, provider, model, amount, reason } = charge;
  if (charge.flags.length > 0) for (const flag of charge.flags) draft.flags.add(flag);
  if (reason !== null && reason !== 'no_rate') draft.unpriced.add(charge.spanId);
  // Unlike a call, a human without a price must stay known to the task: nothing is imputed over him.
  if (amount === null && component === 'remediation') draft.flags.add(REMEDIATION_UNPRICED);
  if (amount === null) return;
  const last = draft.lastCost;
  const share =
    last?.component === component && last.model === model && last.provider === provider
      ? last
      : costShare(draft, charge);
  share.amount = (share.amount + amount) as UsdPico;
}

function costShare(draft: Draft, { component, provider, model }: Charge): Changing<CostShare> {
  const key = `${component}\0${provider}\0${model}`;
  const share = draft.costs.get(key) ?? { component, provider, model, amount: ZERO_USD };
  draft.costs.set(key, share);
  draft.lastCost = share;
  return share;
}

/** Flag of a part: a human's minutes were reported, but no rate for them is known. */
export const REMEDIATION_UNPRICED = 'remediation_unpriced';

const partOf = (traceId: string, draft: Draft, table?: string): TaskPart => ({
  traceId,
  taskId: draft.claim.taskId,
  claim: draft.claim,
  costs: [...draft.costs.values()],
  tokens: [...draft.tokens.values()],
  actions: [...draft.actions.values()],
  calls: draft.calls,
  unpricedCalls: draft.unpriced.size,
  flags: [...draft.flags].sort(),
  ...(table !== undefined && { table }),
});

export function addInto(sum: Changing<Tokens>, more: Tokens): void {
  for (const name of TOKEN_CLASSES) sum[name] += more[name];
}
