import type { Charge } from './domain/charge.ts';
import type { Ledger, TraceState } from './domain/ledger.ts';
import { tableMark } from './domain/task.ts';
import { readSkeleton } from './ledger/skeleton.ts';
import type { ChargedBefore } from './price/price-again.ts';
import { amended } from './untangle/amend.ts';
import { untangle } from './untangle/untangle.ts';

/**
 * What was charged of those of these traces that were not priced by the table `tableHash` alone: of the others, pricing
 * them by it says what it said. Asks the ledger nothing where there is none, as nearly always.
 */
export async function chargedBefore(
  known: ReadonlyMap<string, TraceState>,
  { ledger, tableHash }: { readonly ledger: Pick<Ledger, 'charges'>; readonly tableHash: string },
): Promise<ReadonlyMap<string, ChargedBefore>> {
  const mark = tableMark(tableHash);
  const before = new Map<string, ChargedBefore>();
  const asked = new Map<string, readonly Charge[]>();
  for (const [traceId, { skeleton, verdict, parts }] of known) {
    if (skeleton.length === 0 || parts.every(({ table }) => table === mark)) continue;
    const charges: Charge[] = [];
    for (const { taskId } of parts) {
      const ofTask = asked.get(taskId) ?? (await ledger.charges(taskId)) ?? [];
      asked.set(taskId, ofTask);
      charges.push(...ofTask.filter((charge) => charge.traceId === traceId));
    }
    before.set(traceId, { untangled: amended(untangle(readSkeleton(skeleton)), verdict), charges });
  }
  return before;
}
