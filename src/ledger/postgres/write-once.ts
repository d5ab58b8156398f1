import type { TaskEvent } from '../../domain/history.ts';
import type { OutcomeReport } from '../../domain/task.ts';
import { eventText } from '../history-text.ts';
import { BigColumn, TextColumn } from '../sql/columns.ts';
import { EventRows } from '../sql/event-rows.ts';
import { reportText } from '../sql/part-codec.ts';
import { copyRows } from './copy-rows.ts';
import { type Locked, nextNumbers } from './lock.ts';
import type { Writing } from './writing.ts';

/** Adds the reports whose key is not kept for their task. */
export async function writeReports(
  writing: Writing,
  reports: readonly OutcomeReport[],
  { known, seqs }: Locked,
): Promise<void> {
  if (reports.length === 0) return;
  const tasks = new Set(reports.flatMap(({ taskId }) => known.get(taskId)?.seq ?? []));
  const kept = await writing.rows('SELECT task, key FROM reports WHERE task = ANY($1::int8[])', [[...tasks]]);
  const seen = new Set(kept.map(([task, key]) => `${task} ${key}`));
  const news = reports.filter((report) => {
    const place = `${seqs.get(report.taskId)} ${report.key}`;
    if (seen.has(place)) return false;
    seen.add(place);
    return true;
  });
  if (news.length === 0) return;
  const numbers = await nextNumbers(writing, 'report_numbers', news.length);
  const rows = [new BigColumn(), new BigColumn(), new TextColumn(), new TextColumn()] as const;
  for (const [index, report] of news.entries()) {
    rows[0].pushNumber(seqs.get(report.taskId)!);
    rows[1].pushNumber(numbers[index]!);
    rows[2].push(report.key);
    rows[3].push(reportText(report));
  }
  await writing.copy('reports', 'task, seq, key, report', copyRows(rows));
}

/** Adds events behind those that are kept, but for those that are kept already. */
export async function writeHistory(
  writing: Writing,
  events: readonly TaskEvent[],
  { known, seqs }: Locked,
): Promise<void> {
  if (events.length === 0) return;
  const tasks = new Set(events.flatMap(({ taskId }) => known.get(taskId)?.seq ?? []));
  const from = events.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
  const to = events.reduce((most, { atMs }) => Math.max(most, atMs), 0);
  const kept = await writing.rows(
    `SELECT task, at_ms, entry FROM history WHERE task = ANY($1::int8[])
      AND at_ms BETWEEN ${from} AND ${to}`,
    [[...tasks]],
  );
  const seen = new Set(kept.map((row) => row.join(' ')));
  const news = events.filter(
    (event) => !seen.has(`${seqs.get(event.taskId)} ${event.atMs} ${eventText(event)}`),
  );
  const numbers = (await nextNumbers(writing, 'event_numbers', news.length)).values();
  const rows = new EventRows();
  for (const event of news) rows.add(event, seqs.get(event.taskId)!, () => numbers.next().value!);
  await writing.copy('history', 'task, seq, at_ms, entry', copyRows(rows.columns()));
}
