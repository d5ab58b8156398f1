import type { HistoryPage, HistoryQuery, TaskEvent } from '../domain/history.ts';
import { historyCursorOf, historyPlaceOf } from './cursor.ts';
import { eventText } from './history-text.ts';
import type { MemoryState } from './memory-state.ts';

export function keepHistory({ history }: MemoryState, events: readonly TaskEvent[]): void {
  if (events.length === 0) return;
  const known = new Set(history.map(identityOf));
  for (const event of events) {
    if (!known.has(identityOf(event))) history.push(event);
    known.add(identityOf(event));
  }
}

const identityOf = (event: TaskEvent): string => JSON.stringify([event.taskId, event.atMs, eventText(event)]);

export function historyOfTask(state: MemoryState, query: HistoryQuery): HistoryPage | undefined {
  const { taskId, limit, cursor } = query;
  const after = cursor === undefined ? 0 : historyPlaceOf(cursor);
  const all = state.history
    .map((event, index) => ({ event, place: index + 1 }))
    .filter(({ event }) => event.taskId === taskId);
  if (all.length === 0 && !state.tasks.has(taskId)) return undefined;
  const left = all.filter(({ place }) => place > after);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  return {
    events: page.map(({ event }) => event),
    nextCursor: left.length > page.length && last !== undefined ? historyCursorOf(last.place) : undefined,
  };
}
