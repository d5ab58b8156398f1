import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openAuditor } from './audit/exports.ts';
import type { Auditor } from './domain/audit.ts';
import type { LedgerReads } from './domain/ledger-reads.ts';
import { parquetOf } from './ledger/duckdb/parquet.ts';

/** Where Parquet files are made before they are sent; nothing in it outlives the process that made it. */
const scratchOf = (dataDir: string): string => join(dataDir, 'exports');

/** Exports and checksums of a ledger, whichever engine keeps it. What a process before this one left half made goes. */
export async function openAuditing(
  settings: { readonly dataDir: string; readonly dimensions: readonly { readonly name: string }[] },
  ledger: Pick<LedgerReads, 'snapshot'>,
): Promise<Auditor> {
  const scratch = scratchOf(settings.dataDir);
  await rm(scratch, { recursive: true, force: true });
  return openAuditor({
    ledger,
    dimensions: settings.dimensions.map(({ name }) => name),
    parquet: (columns, pages) => parquetOf(scratch, columns, pages),
  });
}
