import type { Fault } from '../../domain/audit.ts';
import { COMPONENTS } from '../../domain/charge.ts';
import type { TraceChange } from '../../domain/ledger.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import type { Dictionaries } from './dictionaries.ts';
import { grouped } from './grouped.ts';
import { type Share, sharesOf } from './share-rows.ts';
import type { Row, Sql } from './sql.ts';

/** What a trace, or a task's own charges, add to a task under one model; `values` are in the order of SHARE_COLUMNS. */
export interface AuditShare {
  /** The task's id and the model. */
  readonly key: string;
  readonly values: readonly bigint[];
}

export const SHARE_COLUMNS: readonly string[] = [
  ...COMPONENTS,
  ...TOKEN_CLASSES,
  'model_calls',
  'unpriced_calls',
];

/** By the number of their owner; `where` is about `model_shares` as s. */
export async function readShares(
  sql: Sql,
  { texts }: Dictionaries,
  { owner, where }: { readonly owner: 'trace' | 'task'; readonly where: string },
): Promise<Map<bigint, AuditShare[]>> {
  const rows = await sql.rows(
    `SELECT s.${owner}, i.task_id, s.model, ${SHARE_COLUMNS.map((name) => `s.${name}`).join(', ')}
      FROM model_shares s LEFT JOIN task_ids i ON i.seq = s.task WHERE ${where}`,
  );
  return grouped(rows, ([, taskId, model, ...values]: Row) => ({
    key: keyOf(String(taskId), texts.textOf(model as number)),
    values: values as bigint[],
  }));
}

/** Where the shares that are kept are not those that charges and parts make. */
export function shareFaults(
  where: string,
  kept: readonly AuditShare[],
  from: Pick<TraceChange, 'charges' | 'parts'>,
  figures: readonly string[] = SHARE_COLUMNS,
): readonly Fault[] {
  const computed = sharesOf(from, (taskId) => taskId).map(auditShare);
  const [have, want] = [summed(kept), summed(computed)];
  const faults: Fault[] = [];
  for (const key of new Set([...have.keys(), ...want.keys()])) {
    for (const [index, figure] of figures.entries()) {
      const [is = 0n, should = 0n] = [have.get(key)?.[index], want.get(key)?.[index]];
      if (is === should) continue;
      const check = 'charges and parts -> model_shares';
      faults.push({ check, where: `${where}, ${key}`, figure, kept: String(is), computed: String(should) });
    }
  }
  return faults;
}

const auditShare = ({ task, model, costs, tokens, calls, unpriced }: Share<string>): AuditShare => ({
  key: keyOf(task, model),
  values: [...costs, ...tokens.map(BigInt), BigInt(calls.size), BigInt(unpriced.size)],
});

const keyOf = (taskId: string, model: string): string =>
  `task ${JSON.stringify(taskId)}, model ${JSON.stringify(model)}`;

function summed(shares: readonly AuditShare[]): Map<string, readonly bigint[]> {
  const sums = new Map<string, readonly bigint[]>();
  for (const { key, values } of shares) {
    const known = sums.get(key);
    sums.set(key, known === undefined ? values : values.map((value, index) => value + known[index]!));
  }
  return sums;
}
