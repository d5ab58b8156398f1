import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { ledgerContract, type OpenLedger } from '../contract.ts';

// Once with nothing in the sums that are kept, as in every young ledger; once with all of it, as far as it ever gets.
for (const [engine, unsummed, runs] of [
  ['duckdb', undefined, 24],
  ['duckdb that sums at once', 0, 12],
] as const)
  ledgerContract(
    engine,
    async () => {
      const dir = await mkdtemp(join(tmpdir(), 'solvent-ledger-'));
      return openAt(dir, unsummed);
    },
    runs,
  );

async function openAt(dir: string, unsummed: number | undefined): Promise<OpenLedger> {
  const ledger = await openDuckDbLedger({
    path: join(dir, 'solvent.duckdb'),
    ...(unsummed !== undefined && { unsummed }),
  });
  return {
    ledger,
    async reopen() {
      await ledger.close();
      return openAt(dir, unsummed);
    },
    async close() {
      await ledger.close();
      await rm(dir, { recursive: true });
    },
  };
}
