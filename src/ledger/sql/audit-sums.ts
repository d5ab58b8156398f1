import type { Fault } from '../../domain/audit.ts';
import { type ClosedWindow, closedStatement } from './closed-sums.ts';
import type { KindNumbers } from './dictionaries.ts';
import { healthSums } from './health-sums.ts';
import { reportedSums } from './reported-sums.ts';
import type { Row, Sql } from './sql.ts';
import { unpricedSums } from './unpriced-sums.ts';

const ALL_TIME = { from: 0n, to: 2n ** 63n - 1n };
const WINDOWS: readonly ClosedWindow[] = [
  { ...ALL_TIME, groups: ['agent_type', 'task_type'] },
  { ...ALL_TIME, groups: ['agent_type', 'task_type', 'model'] },
  { ...ALL_TIME, groups: ['agent_type', 'task_type', 'dimensions'] },
  { ...ALL_TIME, groups: ['agent_type', 'task_type', 'dimensions', 'model'] },
];

/** Where an engine keeps sums for its questions, whether they are what comes out without them. */
export async function* keptSums(sql: Sql, kinds: KindNumbers): AsyncGenerator<readonly Fault[]> {
  const { dialect } = sql;
  yield await compared(sql, 'all tasks, by flags', {
    kept: dialect.healthStatement,
    computed: healthSums(),
    keys: 1,
  });
  yield await compared(sql, 'reported costs, by kind', {
    kept: dialect.reportedStatement,
    computed: reportedSums(),
    keys: 1,
  });
  const unpriced = kinds.listWhere(({ reason }) => reason !== null);
  yield await compared(sql, 'unpriced lines, by kind', {
    kept: await dialect.unpricedStatement(unpriced),
    computed: unpricedSums(unpriced),
    keys: 1,
  });
  for (const { figure, ...piece } of await dialect.keptPieces(unpriced))
    yield await compared(sql, figure, piece);
  for (const window of WINDOWS)
    yield await compared(sql, `closed tasks, by ${window.groups.join(', ')}`, {
      kept: await dialect.closedStatement(window),
      computed: closedStatement(window),
      keys: window.groups.length,
    });
}

async function compared(
  sql: Sql,
  figure: string,
  { kept, computed, keys }: { readonly kept: string; readonly computed: string; readonly keys: number },
): Promise<readonly Fault[]> {
  // An engine that keeps none asks in the same words.
  if (kept === computed) return [];
  const [have, want] = [sumsOf(await sql.rows(kept), keys), sumsOf(await sql.rows(computed), keys)];
  for (const key of new Set([...have.keys(), ...want.keys()])) {
    const [is = 'none', should = 'none'] = [have.get(key), want.get(key)];
    if (is !== should)
      return [
        {
          check: 'tasks and charges -> kept sums',
          where: `sums of ${key}`,
          figure,
          kept: is,
          computed: should,
        },
      ];
  }
  return [];
}

/** A row of zeros is as good as none; two of one key are not as good as one. */
function sumsOf(rows: readonly Row[], keys: number): Map<string, string> {
  const sums = new Map<string, string>();
  for (const row of rows) {
    const figures = row.slice(keys).map((cell) => BigInt((cell ?? 0n) as bigint | number));
    if (figures.every((figure) => figure === 0n)) continue;
    const key = row.slice(0, keys).join(', ');
    const known = sums.get(key);
    sums.set(key, known === undefined ? figures.join(' ') : `${known} and ${figures.join(' ')}`);
  }
  return sums;
}
