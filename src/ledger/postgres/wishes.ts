import { randomUUID } from 'node:crypto';
import type { Rows } from './fleet-sql.ts';

/** What replicas ask of the one that keeps house, and its answers. Both are texts that the callers understand. */
export interface Wishes {
  /** Leaves a wish that holds for so long; its id. */
  leave(wish: string, validMs: number): Promise<string>;
  /** The answer, once there is one; it is given out once. */
  answer(id: string): Promise<string | undefined>;
  /** Takes a wish back. */
  forget(id: string): Promise<void>;
  /** Those that hold and have no answer, oldest first. */
  waiting(): Promise<readonly { readonly id: string; readonly wish: string }[]>;
  /** `undefined` for a wish that nobody waits for: it goes. */
  fulfil(id: string, answer: string | undefined): Promise<void>;
  /** Lets go what nobody took. */
  sweep(): Promise<void>;
}

const PAGE = 20;

export const openWishes = (sql: Rows): Wishes => ({
  async leave(wish, validMs) {
    const id = randomUUID();
    await sql.rows(
      `INSERT INTO wishes (id, wish, asked_at, valid_until)
       VALUES ($1, $2, now(), now() + $3 * INTERVAL '1 millisecond')`,
      [id, wish, validMs],
    );
    return id;
  },
  async answer(id) {
    const [row] = await sql.rows('DELETE FROM wishes WHERE id = $1 AND answer IS NOT NULL RETURNING answer', [
      id,
    ]);
    return row === undefined ? undefined : String(row[0]);
  },
  async forget(id) {
    await sql.rows('DELETE FROM wishes WHERE id = $1', [id]);
  },
  async waiting() {
    const rows = await sql.rows(
      `SELECT id, wish FROM wishes WHERE answer IS NULL AND valid_until > now() ORDER BY asked_at, id LIMIT ${PAGE}`,
    );
    return rows.map(([id, wish]) => ({ id: String(id), wish: String(wish) }));
  },
  async fulfil(id, answer) {
    if (answer === undefined) await sql.rows('DELETE FROM wishes WHERE id = $1', [id]);
    else await sql.rows('UPDATE wishes SET answer = $2 WHERE id = $1', [id, answer]);
  },
  async sweep() {
    await sql.rows(`DELETE FROM wishes WHERE valid_until < now() - INTERVAL '1 minute'`);
  },
});
