import { comparePlaces } from '../domain/charge.ts';
import type { SettleChange } from '../domain/ledger.ts';
import {
  type Adjustment,
  adjustedLine,
  compareAdjustments,
  isInScope,
  type RepricePage,
  type RepriceQuery,
} from '../domain/repricing.ts';
import { assert } from '../lib/assert.ts';
import type { MemoryState } from './memory-state.ts';

export function applyRepriced(state: MemoryState, change: SettleChange): void {
  for (const { traceId, parts, charges } of change.repriced ?? []) {
    const known = state.traces.get(traceId);
    assert(known !== undefined, 'what is priced anew was settled before');
    state.traces.set(traceId, { ...known, parts, charges });
  }
  const told = change.adjustments ?? [];
  const replaced = new Set(told.map(placeOf));
  const others = state.adjustments.filter((one) => !replaced.has(placeOf(one)));
  state.adjustments.splice(0, Infinity, ...others, ...told);
  if (change.repricing !== undefined) state.repricings.set(change.repricing.id, change.repricing);
}

const placeOf = (one: Adjustment): string => `${one.repricing} ${adjustedLine(one).traceId}`;

export function repricePage(state: MemoryState, query: RepriceQuery): RepricePage {
  const { scope, after, until, limit } = query;
  const found = [...state.traces]
    .map(([traceId, trace]) => ({ ...trace, traceId }))
    .filter(({ number, rolledOff }) => number > after && number <= until && !rolledOff)
    .filter(({ charges }) => charges.some((charge) => isInScope(charge, scope)))
    .sort((left, right) => left.number - right.number);
  const [first] = found;
  if (first === undefined) return { traces: [], next: undefined };
  const next = Math.min(until, first.number + limit - 1);
  const traces = found.filter(({ number }) => number <= next);
  return {
    traces: traces.map(({ traceId, skeleton, verdict, parts, charges }) => ({
      traceId,
      skeleton,
      verdict,
      parts,
      charges: charges.toSorted(comparePlaces),
    })),
    next,
  };
}

export function adjustmentsOfTask(state: MemoryState, taskId: string): readonly Adjustment[] | undefined {
  if (!state.tasks.has(taskId)) return undefined;
  return state.adjustments.filter((one) => adjustedLine(one).taskId === taskId).sort(compareAdjustments);
}
