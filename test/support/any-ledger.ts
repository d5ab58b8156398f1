import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';

/** Opens an empty ledger, and gives what takes it away. */
export type OpenLedger = () => Promise<{ readonly ledger: Ledger; close(): Promise<void> }>;

/** Both engines, for laws of what reads them. */
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
