import type { TaskEvent } from '../../domain/history.ts';
import { eventText } from '../history-text.ts';
import { BigColumn, type Column, TextColumn } from './columns.ts';

/** Events on their way into `history`, each once. */
export class EventRows {
  readonly #task = new BigColumn();
  readonly #seq = new BigColumn();
  readonly #atMs = new BigColumn();
  readonly #entry = new TextColumn();
  readonly #seen = new Set<string>();
  /** Of those that were added, in milliseconds since 1970. */
  earliest = Number.POSITIVE_INFINITY;
  latest = 0;

  /** `nextSeq` is asked for the event's number, if it is not here already. */
  add(event: TaskEvent, task: number, nextSeq: () => number): void {
    const { atMs } = event;
    const text = eventText(event);
    const identity = `${task} ${atMs} ${text}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.#task.pushNumber(task);
    this.#seq.pushNumber(nextSeq());
    this.#atMs.pushNumber(atMs);
    this.#entry.push(text);
    this.earliest = Math.min(this.earliest, atMs);
    this.latest = Math.max(this.latest, atMs);
  }

  columns(): readonly Column[] {
    return [this.#task, this.#seq, this.#atMs, this.#entry];
  }
}
