import type { DuckDBConnection } from '@duckdb/node-api';
import type { CounterDelta, CounterLabels } from '../../domain/ledger.ts';
import { appendRows, TextColumn } from './columns.ts';
import { rowsOf } from './session.ts';

/**
 * Adds deltas to the running totals. The deltas are summed by their labels first: DuckDB adds only one of several
 * rows that match the same total, and says nothing.
 */
export async function addCounters(
  connection: DuckDBConnection,
  deltas: readonly CounterDelta[],
): Promise<void> {
  if (deltas.length === 0) return;
  const rows = { labels: new TextColumn(), delta: new TextColumn() };
  for (const { labels, by } of sumsOf(deltas)) {
    rows.labels.push(labelsText(labels));
    rows.delta.push(by.toString());
  }
  await connection.run('TRUNCATE new_counters');
  await appendRows(connection, 'new_counters', Object.values(rows));
  await connection.run(
    'UPDATE counters SET value = value + n.delta::HUGEINT FROM new_counters n WHERE counters.labels = n.labels',
  );
  await connection.run(
    `INSERT INTO counters SELECT n.labels, n.delta::HUGEINT FROM new_counters n
      WHERE NOT EXISTS (SELECT 1 FROM counters c WHERE c.labels = n.labels)`,
  );
}

interface Sum {
  readonly labels: CounterLabels;
  by: bigint;
}

/** A sum under the label texts that lead to it: a delta finds its own without a text being made of it. */
interface Branch {
  readonly next: Map<string, Branch>;
  sum: Sum | undefined;
}

function sumsOf(deltas: readonly CounterDelta[]): readonly Sum[] {
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

export async function readCounters(connection: DuckDBConnection): Promise<readonly CounterDelta[]> {
  const rows = await rowsOf(connection, 'SELECT labels, value FROM counters');
  return rows.map(([labels, value]) => ({ ...labelsOf(labels as string), by: value as bigint }));
}

/** The labels in one fixed order, so that equal labels are equal texts. */
function labelsText(labels: CounterLabels): string {
  const { counter, agentType, taskType, dimensions } = labels;
  const common = [counter, agentType, taskType, dimensions];
  if (labels.counter === 'tokens')
    return JSON.stringify([...common, labels.provider, labels.model, labels.tokenClass]);
  if (labels.counter === 'actions') return JSON.stringify([...common, labels.tool, labels.status]);
  return JSON.stringify([...common, labels.component, labels.provider, labels.model]);
}

function labelsOf(text: string): CounterLabels {
  const [counter, agentType, taskType, dimensions, ...rest] = JSON.parse(text);
  const common = { counter, agentType, taskType, dimensions };
  if (counter === 'tokens') return { ...common, provider: rest[0], model: rest[1], tokenClass: rest[2] };
  if (counter === 'actions') return { ...common, tool: rest[0], status: rest[1] };
  return { ...common, component: rest[0], provider: rest[1], model: rest[2] };
}
