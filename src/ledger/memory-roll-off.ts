import type { RolledOff } from '../domain/ledger-reads.ts';
import { monthStart } from '../domain/month.ts';
import type { KeptTrace, MemoryState } from './memory-state.ts';

export const ROLLED_OFF = { rolledOff: true } as const;

/** What goes where a trace's facts are let go. */
export const FORGOTTEN = { skeleton: new Uint8Array(0), calls: [], verdict: [] };

/** All at once: lines are still needed for the sums by model, so nothing becomes smaller by it. */
export function rollOff(state: MemoryState, beforeMs: number): number {
  const before = monthStart(beforeMs);
  let lines = 0;
  for (const [traceId, trace] of state.traces) {
    if (trace.settledAt >= before || trace.settledAt < state.rolledOffMs) continue;
    lines += trace.charges.length;
    state.traces.set(traceId, {
      ...trace,
      ...FORGOTTEN,
      ...ROLLED_OFF,
      charges: [],
      bygone: bygoneOf(trace),
    });
  }
  const news = [...state.traces.values()].some(({ settledAt }) => settledAt < before);
  if (news) state.rolledOffMs = Math.max(state.rolledOffMs, before);
  return lines;
}

/** A span that comes again later is another call, so its lines are not those of the same id that went. */
const bygoneOf = ({ bygone, charges }: KeptTrace): KeptTrace['bygone'] => [
  ...bygone,
  ...charges.map((charge) => ({ ...charge, traceId: `${charge.traceId} ${bygone.length}` })),
];

/** What stays with a trace that is settled again. */
export function keptThrough(known: KeptTrace | undefined): Pick<KeptTrace, 'bygone' | 'rolledOff'> {
  return { bygone: known?.bygone ?? [], ...(known?.rolledOff && ROLLED_OFF) };
}

export function rolledOff({ traces, rolledOffMs }: MemoryState): RolledOff {
  const gone = [...traces.values()].filter((trace) => trace.rolledOff);
  return { beforeMs: rolledOffMs, traces: gone.length };
}
