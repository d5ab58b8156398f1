import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { ledgerContract, type OpenLedger } from '../contract.ts';

ledgerContract(
  'duckdb',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'solvent-ledger-'));
    return openAt(dir);
  },
  24,
);

async function openAt(dir: string): Promise<OpenLedger> {
  const ledger = await openDuckDbLedger({ path: join(dir, 'solvent.duckdb') });
  return {
    ledger,
    async reopen() {
      await ledger.close();
      return openAt(dir);
    },
    async close() {
      await ledger.close();
      await rm(dir, { recursive: true });
    },
  };
}
