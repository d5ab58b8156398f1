import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';

/** Opens an empty ledger, and gives what takes it away. */
export type OpenLedger = () => Promise<{ readonly ledger: Ledger; close(): Promise<void> }>;

/** Both engines that need nothing beside them, for laws of what reads them; PostgreSQL is in `ledger/postgres/databases.ts`. */
export const ENGINES: Readonly<Record<'memory' | 'duckdb', OpenLedger>> = {
  async memory() {
    const ledger = openMemoryLedger();
    return { ledger, close: () => ledger.close() };
  },
  async duckdb() {
    const folder = await mkdtemp(join(tmpdir(), 'solvent-ledger-'));
    const ledger = await openDuckDbLedger({ path: join(folder, 'solvent.duckdb') });
    return {
      ledger,
      async close() {
        await ledger.close();
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** An empty ledger, for as long as `run` takes. */
export async function withLedger<T>(open: OpenLedger, run: (ledger: Ledger) => Promise<T>): Promise<T> {
  const { ledger, close } = await open();
  try {
    return await run(ledger);
  } finally {
    await close();
  }
}
