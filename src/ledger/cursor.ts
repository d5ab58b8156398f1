import { InvalidCursor, type TaskQuery } from '../domain/ledger-reads.ts';

/** Where a page ended: the last task's sort key (null sorts last) and its id. */
export interface PageEnd {
  readonly key: bigint | null;
  readonly taskId: string;
}

/** A cursor is opaque to its holder: base64url of `[sort, key, task id]`. */
export function cursorOf(sort: TaskQuery['sort'], end: PageEnd): string {
  const parts = [sort, end.key === null ? null : end.key.toString(), end.taskId];
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
}

/** Throws InvalidCursor for a text that `cursorOf` did not make for the same sort. */
export function pageEndOf(sort: TaskQuery['sort'], cursor: string): PageEnd {
  const parts = parsed(cursor);
  if (!Array.isArray(parts) || parts.length !== 3) throw new InvalidCursor('the cursor is not one of ours');
  const [madeFor, key, taskId] = parts as unknown[];
  if (madeFor !== sort) throw new InvalidCursor(`the cursor belongs to another sort than ${sort}`);
  if (typeof taskId !== 'string' || !(key === null || isWhole(key)))
    throw new InvalidCursor('the cursor is not one of ours');
  return { key: key === null ? null : BigInt(key), taskId };
}

/** Where a page of a history ended: the number that the ledger gave its last event. */
export const historyCursorOf = (place: number): string =>
  Buffer.from(JSON.stringify(['history', place]), 'utf8').toString('base64url');

/** Throws InvalidCursor for a text that `historyCursorOf` did not make. */
export function historyPlaceOf(cursor: string): number {
  const parts = parsed(cursor);
  if (Array.isArray(parts) && parts.length === 2) {
    const [madeFor, place] = parts as unknown[];
    if (madeFor === 'history' && Number.isSafeInteger(place) && (place as number) >= 0)
      return place as number;
  }
  throw new InvalidCursor('the cursor is not one of ours');
}

const isWhole = (key: unknown): key is string => typeof key === 'string' && /^-?\d{1,39}$/.test(key);

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
