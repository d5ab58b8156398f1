import { randomUUID } from 'node:crypto';
import type { Rows } from './fleet-sql.ts';

/** What the ledger in this database is known by, whoever asks: made by the first that does, and kept in it. */
export async function ledgerIdOf(sql: Rows): Promise<string> {
  await sql.rows("INSERT INTO meta (name, value) VALUES ('ledger', $1) ON CONFLICT (name) DO NOTHING", [
    randomUUID(),
  ]);
  const [row] = await sql.rows("SELECT value FROM meta WHERE name = 'ledger'");
  return String(row![0]);
}
