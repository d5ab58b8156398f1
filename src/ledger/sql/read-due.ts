import type { Sql } from './sql.ts';

/** Open tasks whose time has come, oldest first. */
export async function readDueTasks(sql: Sql, now: number, limit: number): Promise<readonly string[]> {
  const rows = await sql.rows(
    `SELECT task_id FROM tasks WHERE NOT closed AND due_ms <= ${Math.floor(now)}
      ORDER BY due_ms, task_id COLLATE "C" LIMIT ${Math.max(0, limit)}`,
  );
  return rows.map(([taskId]) => taskId as string);
}

export async function readNextDue(sql: Sql): Promise<number | undefined> {
  const [row] = await sql.rows('SELECT min(due_ms) FROM tasks WHERE NOT closed');
  return row![0] === null ? undefined : Number(row![0]);
}
