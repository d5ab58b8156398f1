import { LedgerConflict } from '../../domain/ledger.ts';
import type { Ground } from './find.ts';

/** A row of `traces` or `task_ids`. */
export interface Versioned {
  readonly seq: number;
  readonly version: number;
}

/** The version of what is not there. */
const ABSENT = 0;

/**
 * What a settle step has read, by the versions that it had then; a step ends with its `apply`.
 *
 * **Invariant**: a version that was read first stays: what a step thinks of a trace began there.
 */
export class Seen {
  #ground: Ground | undefined;
  readonly #traces = new Map<string, number>();
  readonly #tasks = new Map<string, number>();

  forget(): void {
    this.#ground = undefined;
    this.#traces.clear();
    this.#tasks.clear();
  }

  /** How all stood when the reading happened. */
  reading(ground: Ground): void {
    this.#ground ??= ground;
  }

  /** Whether others may have applied something since the step began to read. */
  isBehind(tail: number): boolean {
    return this.#ground !== undefined && this.#ground.tail < tail;
  }

  traces(ids: Iterable<string>, found: ReadonlyMap<string, Versioned>): void {
    remember(this.#traces, ids, found);
  }

  tasks(ids: Iterable<string>, found: ReadonlyMap<string, Versioned>): void {
    remember(this.#tasks, ids, found);
  }

  /** Rejects a step that may know lines which are not there any more. */
  checkRolledOff(rolledOffMs: number): void {
    if (this.#ground !== undefined && this.#ground.rolledOffMs !== rolledOffMs)
      throw new LedgerConflict('lines rolled off since they were read');
  }

  /** Traces that were read and are none of these. */
  otherTraces(written: ReadonlySet<string>): readonly string[] {
    return [...this.#traces.keys()].filter((id) => !written.has(id));
  }

  /** Rejects what was read in another version; what was not read at all may have any. */
  checkTrace(id: string, version = ABSENT): void {
    const seen = this.#traces.get(id);
    if (seen !== undefined && seen !== version)
      throw new LedgerConflict(`trace ${id} was settled by another writer`);
  }

  checkTask(id: string, version = ABSENT): void {
    const seen = this.#tasks.get(id);
    if (seen !== undefined && seen !== version)
      throw new LedgerConflict(`task ${id} was changed by another writer`);
  }

  /** A trace that shows a call of this change: it must be known as it is now. */
  checkKin(id: string, version: number): void {
    if (this.#traces.get(id) !== version)
      throw new LedgerConflict(
        `trace ${id} may show the same call, and was settled meanwhile by another writer`,
      );
  }
}

function remember(
  seen: Map<string, number>,
  ids: Iterable<string>,
  found: ReadonlyMap<string, Versioned>,
): void {
  for (const id of ids) if (!seen.has(id)) seen.set(id, found.get(id)?.version ?? ABSENT);
}
