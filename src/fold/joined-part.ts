import { addUsd, type UsdPico } from '../domain/money.ts';
import {
  type ActionShare,
  CALL_KINDS,
  type CostShare,
  type TaskPart,
  type TokenShare,
} from '../domain/task.ts';
import { addInto } from './parts.ts';

/**
 * A part with what came so late that the trace's facts were gone: sums are added up, since the two have no span in
 * common. Who the task is, how it began and how it ended stays as the older part has it; only an outcome that
 * was told later counts.
 */
export function joinedPart({ table: _, ...older }: TaskPart, late: TaskPart): TaskPart {
  return {
    ...older,
    claim: {
      ...older.claim,
      outcome: laterOutcome(older.claim.outcome, late.claim.outcome),
      receivedAt: Math.max(older.claim.receivedAt, late.claim.receivedAt),
      suppressed: [...older.claim.suppressed, ...late.claim.suppressed],
      flags: union(older.claim.flags, late.claim.flags),
    },
    costs: joined([...older.costs, ...late.costs], costKey, addCost),
    tokens: joined([...older.tokens, ...late.tokens], tokenKey, addTokens),
    actions: joined([...older.actions, ...late.actions], actionKey, addAction),
    calls: Object.fromEntries(
      CALL_KINDS.map((kind) => [kind, older.calls[kind] + late.calls[kind]]),
    ) as TaskPart['calls'],
    unpricedCalls: older.unpricedCalls + late.unpricedCalls,
    flags: union(older.flags, late.flags),
  };
}

type Outcome = TaskPart['claim']['outcome'];
const laterOutcome = (left: Outcome, right: Outcome): Outcome =>
  left === undefined || (right !== undefined && right.at > left.at) ? right : left;

const union = (left: readonly string[], right: readonly string[]): readonly string[] => [
  ...new Set([...left, ...right]),
];

function joined<T>(items: readonly T[], keyOf: (item: T) => string, add: (left: T, right: T) => T): T[] {
  const byKey = new Map<string, T>();
  for (const item of items) {
    const known = byKey.get(keyOf(item));
    byKey.set(keyOf(item), known === undefined ? item : add(known, item));
  }
  return [...byKey.values()];
}

const costKey = ({ component, provider, model }: CostShare): string => `${component}\0${provider}\0${model}`;
const tokenKey = ({ provider, model }: TokenShare): string => `${provider}\0${model}`;
const actionKey = ({ tool, status }: ActionShare): string => `${status}\0${tool}`;

const addCost = (left: CostShare, right: CostShare): CostShare => ({
  ...left,
  amount: addUsd(left.amount, right.amount) as UsdPico,
});
const addAction = (left: ActionShare, right: ActionShare): ActionShare => ({
  ...left,
  count: left.count + right.count,
});
const addTokens = (left: TokenShare, right: TokenShare): TokenShare => {
  const tokens = { ...left.tokens };
  addInto(tokens, right.tokens);
  return { ...left, tokens };
};
