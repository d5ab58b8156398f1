import { type Connections, type ConnectionsOptions, openConnections } from './connections.ts';
import { migrate } from './migrate.ts';

/** Connections to a database that has this program's tables. Rejects with LedgerUnreadable where it cannot. */
export async function openDatabase(options: ConnectionsOptions): Promise<Connections> {
  const connections = await openConnections(options);
  try {
    await migrate(connections);
    return connections;
  } catch (error) {
    await connections.close();
    throw error;
  }
}
