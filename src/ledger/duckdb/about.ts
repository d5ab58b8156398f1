import { DuckDBInstance } from '@duckdb/node-api';
import { LedgerUnreadable } from '../unreadable.ts';
import { rowsOf } from './session.ts';

/** What a ledger's file says of itself; it is read, and not changed. Rejects with LedgerUnreadable. */
export async function aboutLedger(
  path: string,
): Promise<{ readonly schema: number; readonly position: string }> {
  let instance: DuckDBInstance | undefined;
  try {
    instance = await DuckDBInstance.create(path, {
      access_mode: 'READ_ONLY',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    const rows = await rowsOf(
      connection,
      "SELECT name, value FROM meta WHERE name IN ('schema', 'position')",
    );
    connection.closeSync();
    const values = new Map(rows.map(([name, value]) => [String(name), String(value)]));
    return { schema: Number(values.get('schema')), position: values.get('position') ?? '' };
  } catch (fault) {
    const [reason = ''] = String((fault as { message?: string }).message ?? fault).split('\n');
    throw new LedgerUnreadable(`the ledger ${path} cannot be read: ${reason}`, { cause: fault });
  } finally {
    instance?.closeSync();
  }
}
