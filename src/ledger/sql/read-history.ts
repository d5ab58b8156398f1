import type { HistoryPage, HistoryQuery } from '../../domain/history.ts';
import { historyCursorOf, historyPlaceOf } from '../cursor.ts';
import { eventOf } from '../history-text.ts';
import type { Sql } from './sql.ts';

/** A page of a task's history; undefined where no task has the id, and none had. */
export async function readHistory(
  sql: Sql,
  { taskId, limit, cursor }: HistoryQuery,
): Promise<HistoryPage | undefined> {
  const after = cursor === undefined ? 0 : historyPlaceOf(cursor);
  const named = sql.dialect.taskNamed(taskId);
  const [known] = await sql.rows(
    `SELECT i.seq, EXISTS (SELECT 1 FROM tasks t WHERE t.seq = i.seq)
        OR EXISTS (SELECT 1 FROM history h WHERE h.task = i.seq)
      FROM task_ids i WHERE ${named.where}`,
    named.values,
  );
  if (known?.[1] !== true) return undefined;
  const rows = await sql.rows(
    `SELECT h.seq, h.at_ms, h.entry FROM history h WHERE h.task = ${known[0]} AND h.seq > ${after}
      ORDER BY h.seq LIMIT ${Math.max(0, limit) + 1}`,
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    events: page.map(([, atMs, text]) => eventOf(taskId, Number(atMs), text as string)),
    nextCursor:
      rows.length > page.length && last !== undefined ? historyCursorOf(Number(last[0])) : undefined,
  };
}
