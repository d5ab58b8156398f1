import { join } from 'node:path';
import type { Settings } from './table.ts';

/** The embedded ledger of a data directory: its file, and the memory that it may use, as DuckDB reads it. */
export const ledgerFile = ({
  dataDir,
  memoryLimit,
}: Pick<Settings, 'dataDir' | 'memoryLimit'>): { readonly path: string; readonly memoryLimit: string } => ({
  path: join(dataDir, 'solvent.duckdb'),
  memoryLimit: `${Math.floor(memoryLimit / 1024)}KiB`,
});
