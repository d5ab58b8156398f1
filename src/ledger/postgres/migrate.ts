import { LedgerUnreadable } from '../unreadable.ts';
import type { Connections } from './connections.ts';
import { GROUND, MIGRATIONS } from './schema.ts';

/**
 * Brings the database to this program's tables. Of several replicas that start at once one does it and the others wait
 * for its row lock; a database of a newer Solvent is refused.
 */
export async function migrate(connections: Connections, migrations = MIGRATIONS): Promise<void> {
  for (const statement of GROUND) await untilThere(connections, statement);
  await connections.write(async (writing) => {
    const [row] = await writing.rows("SELECT value FROM meta WHERE name = 'schema' FOR UPDATE");
    const version = Number(row![0]);
    if (version > migrations.length)
      throw new LedgerUnreadable(
        `the database's ledger has schema ${version}, this program writes ${migrations.length}; start the version that wrote it`,
      );
    for (const step of migrations.slice(version).flat())
      await (typeof step === 'string' ? writing.run(step) : step(writing, connections.hasPartitions));
    if (version < migrations.length)
      await writing.run("UPDATE meta SET value = $1 WHERE name = 'schema'", [String(migrations.length)]);
  });
}

/** Two that make one table at the same time do not wait for each other: one of them fails, and finds it the next time. */
const MADE_MEANWHILE: ReadonlySet<string> = new Set(['23505', '42P07', '42710']);

async function untilThere(connections: Connections, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connections.write((writing) => writing.run(statement));
    } catch (error) {
      if (attempt === 5 || !MADE_MEANWHILE.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}
