import type { CounterDelta, CounterLabels } from '../../domain/ledger.ts';
import { Branch } from '../../lib/branch.ts';

/** All that is added to one counter. */
export interface Sum {
  readonly labels: CounterLabels;
  by: bigint;
}

/** The deltas summed by their labels. */
export function sumsOf(deltas: readonly CounterDelta[]): readonly Sum[] {
  const root = new Branch<Sum>();
  const sums: Sum[] = [];
  for (const delta of deltas) {
    const branch = branchOf(root, delta);
    if (branch.value !== undefined) branch.value.by += delta.by;
    else {
      branch.value = { labels: delta, by: delta.by };
      sums.push(branch.value);
    }
  }
  return sums;
}

/** Under its label texts. */
function branchOf(root: Branch<Sum>, labels: CounterLabels): Branch<Sum> {
  let at = root.to(labels.counter).to(labels.agentType).to(labels.taskType);
  if (labels.counter === 'actions') at = at.to(labels.tool).to(labels.status);
  else {
    at = at.to(labels.provider).to(labels.model);
    at = at.to(labels.counter === 'tokens' ? labels.tokenClass : labels.component);
  }
  // Last, for there may be any number of them.
  for (const text of labels.dimensions) at = at.to(text);
  return at;
}
