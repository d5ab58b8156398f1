/**
 * Exports a ledger as DuckDB keeps it, a small range of it first and then all, and prints for each the most memory that this
 * process ever had, in bytes. Arguments: the file, the format or `held` to keep all rows instead, and the end of the small
 * range.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openAuditor } from '../../dist/audit/exports.js';
import { openDuckDbLedger } from '../../dist/ledger/duckdb/ledger.js';
import { parquetOf } from '../../dist/ledger/duckdb/parquet.js';

const [path, format, to] = process.argv.slice(2);
const ledger = await openDuckDbLedger({ path, memoryLimit: '64MB' });
const auditor = openAuditor({
  ledger,
  dimensions: [],
  parquet: (columns, pages) => parquetOf(join(dirname(path), 'exports'), columns, pages),
});

const peak = () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;

/** Gives the most memory so far, and how many bytes or rows that was. */
async function exported(query) {
  let size = 0;
  if (format === 'held') {
    const snapshot = await ledger.snapshot();
    const rows = [];
    for await (const page of snapshot.lines(query)) rows.push(page);
    size = rows.reduce((sum, page) => sum + page.length, 0);
    await snapshot.close();
  } else for await (const chunk of auditor.exported(format, query)) size += chunk.length;
  return { size, peak: peak() };
}

const small = await exported({ to: BigInt(to) });
const whole = await exported({});
await ledger.close();
process.stdout.write(`${JSON.stringify({ small, whole })}\n`);
