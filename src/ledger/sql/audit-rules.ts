import type { Fault } from '../../domain/audit.ts';
import type { Sql } from './sql.ts';

/** `table.column` holds numbers of `parent.column`, or none. */
const REFERENCES: readonly (readonly [table: string, column: string, parent: string, key: string])[] = [
  ['parts', 'trace', 'traces', 'seq'],
  ['parts', 'task', 'task_ids', 'seq'],
  ['charges', 'trace', 'traces', 'seq'],
  ['charges', 'task', 'task_ids', 'seq'],
  ['charges', 'kind', 'kinds', 'id'],
  ['own_charges', 'task', 'tasks', 'seq'],
  ['own_charges', 'kind', 'kinds', 'id'],
  ['reported_costs', 'kind', 'kinds', 'id'],
  ['model_shares', 'task', 'task_ids', 'seq'],
  ['model_shares', 'model', 'texts', 'id'],
  ['closed_models', 'task', 'tasks', 'seq'],
  ['closed_models', 'model', 'texts', 'id'],
  ['suppressed', 'trace', 'traces', 'seq'],
  ['suppressed', 'rule', 'texts', 'id'],
  ['skeletons', 'trace', 'traces', 'seq'],
  ['calls', 'trace', 'skeletons', 'trace'],
  ['verdicts', 'trace', 'skeletons', 'trace'],
  ['tasks', 'seq', 'task_ids', 'seq'],
  ['tasks', 'agent_type', 'texts', 'id'],
  ['tasks', 'task_type', 'texts', 'id'],
  ['tasks', 'prompt_version', 'texts', 'id'],
  ['tasks', 'dimensions', 'texts', 'id'],
  ['tasks', 'flags', 'texts', 'id'],
  ['reports', 'task', 'task_ids', 'seq'],
  ['adjustments', 'trace', 'traces', 'seq'],
  ['adjustments', 'task', 'task_ids', 'seq'],
  ['adjustments', 'repricing', 'repricings', 'id'],
  ['adjustments', 'by_text', 'texts', 'id'],
  ['adjustments', 'kind_before', 'kinds', 'id'],
  ['adjustments', 'kind_after', 'kinds', 'id'],
  ['history', 'task', 'task_ids', 'seq'],
  ['rolled_off', 'trace', 'traces', 'seq'],
  ['bygone_shares', 'trace', 'rolled_off', 'trace'],
  ['bygone_shares', 'task', 'task_ids', 'seq'],
];

/** What is kept once. Lines within a trace and parts of it are looked at with the trace. */
const KEYS: readonly (readonly [table: string, columns: string])[] = [
  ['meta', 'name'],
  ['texts', 'id'],
  ['texts', 'text'],
  ['kinds', 'id'],
  ['kinds', 'kind'],
  ['traces', 'seq'],
  ['traces', 'trace'],
  ['skeletons', 'trace'],
  ['verdicts', 'trace'],
  ['task_ids', 'seq'],
  ['task_ids', 'task_id'],
  ['tasks', 'seq'],
  ['closed_models', 'task, model'],
  ['reports', 'task, key'],
  ['history', 'task, seq'],
  ['repricings', 'id'],
  ['counters', 'labels'],
  ['rolled_off', 'trace'],
];

/** Statements whose every row is a fault: where, figure, kept, computed; `task:` stands before a task's id. */
const OTHERS: readonly string[] = [
  `SELECT 'task:' || t.task_id, 'id of its number', t.task_id, i.task_id FROM tasks t JOIN task_ids i ON i.seq = t.seq
    WHERE t.task_id <> i.task_id`,
  `SELECT 'task:' || t.task_id, 'cost', t.cost, t.inference + t.vector + t.tooling + t.compute + t.remediation FROM tasks t
    WHERE t.cost <> t.inference + t.vector + t.tooling + t.compute + t.remediation`,
  `SELECT 'table reported_costs', 'line that it is beside', r.line, NULL FROM reported_costs r WHERE NOT EXISTS (
    SELECT 1 FROM charges c WHERE c.trace = r.trace AND c.span = r.span AND c.line = r.line)`,
  `SELECT 'table model_shares', 'trace', m.trace, NULL FROM model_shares m WHERE m.trace <> 0 AND NOT EXISTS (
    SELECT 1 FROM traces t WHERE t.seq = m.trace)`,
  `SELECT 'table calls', 'time', c.from_ms, c.to_ms FROM calls c WHERE c.from_ms > c.to_ms`,
];

/** Numbers that lead nowhere, what is kept twice, and what two tables say differently; the first of each sort. */
export async function* looseEnds(sql: Sql): AsyncGenerator<readonly Fault[]> {
  for (const [table, column, parent, key] of REFERENCES) {
    const rows = await sql.rows(
      `SELECT x.${column} FROM ${table} x WHERE x.${column} IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ${parent} p WHERE p.${key} = x.${column}) LIMIT 1`,
    );
    yield rows.map(([value]) => fault(`table ${table}`, column, String(value), `a number of ${parent}`));
  }
  for (const [table, columns] of KEYS) {
    const rows = await sql.rows(
      `SELECT count(*), ${columns} FROM ${table} GROUP BY ${columns} HAVING count(*) > 1 LIMIT 1`,
    );
    yield rows.map(([count, ...key]) =>
      fault(`table ${table}`, `${columns} = ${key.join(', ')}`, `${count} times`, 'once'),
    );
  }
  for (const statement of OTHERS) {
    const rows = await sql.rows(`${statement} LIMIT 1`);
    yield rows.map(([where, figure, kept, computed]) =>
      fault(
        placeOf(String(where)),
        String(figure),
        String(kept),
        computed === null ? 'none' : String(computed),
      ),
    );
  }
}

const placeOf = (where: string): string =>
  where.startsWith('task:') ? `task ${JSON.stringify(where.slice('task:'.length))}` : where;

const fault = (where: string, figure: string, kept: string, computed: string): Fault => ({
  check: 'numbers and keys',
  where,
  figure,
  kept,
  computed,
});
