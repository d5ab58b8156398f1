import type { CounterDelta, CounterLabels } from '../../domain/ledger.ts';

/** All that is added to one counter. */
export interface Sum {
  readonly labels: CounterLabels;
  by: bigint;
}

/** A sum under the label texts that lead to it: a delta finds its own without a text being made of it. */
interface Branch {
  readonly next: Map<string, Branch>;
  sum: Sum | undefined;
}

/** The deltas summed by their labels. */
export function sumsOf(deltas: readonly CounterDelta[]): readonly Sum[] {
  const root = newBranch();
  const sums: Sum[] = [];
  for (const delta of deltas) {
    const branch = branchOf(root, delta);
    if (branch.sum !== undefined) branch.sum.by += delta.by;
    else {
      branch.sum = { labels: delta, by: delta.by };
      sums.push(branch.sum);
    }
  }
  return sums;
}

function branchOf(root: Branch, labels: CounterLabels): Branch {
  let at = along(along(along(root, labels.counter), labels.agentType), labels.taskType);
  if (labels.counter === 'actions') at = along(along(at, labels.tool), labels.status);
  else {
    at = along(along(at, labels.provider), labels.model);
    at = along(at, labels.counter === 'tokens' ? labels.tokenClass : labels.component);
  }
  // Last, for there may be any number of them.
  for (const text of labels.dimensions) at = along(at, text);
  return at;
}

function along({ next }: Branch, text: string): Branch {
  let branch = next.get(text);
  if (branch === undefined) {
    branch = newBranch();
    next.set(text, branch);
  }
  return branch;
}

const newBranch = (): Branch => ({ next: new Map(), sum: undefined });
