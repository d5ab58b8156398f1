import type { Auditor, DayChecksum, ExportFormat } from '../domain/audit.ts';
import type { ChargeLine, LineQuery } from '../domain/charge-line.ts';
import type { ExportColumn } from '../domain/export-column.ts';
import type { LedgerReads } from '../domain/ledger-reads.ts';
import { checksumsOf } from './checksums.ts';
import { exportColumns } from './columns.ts';
import { csvHeader, csvWriter } from './csv.ts';
import { jsonWriter } from './json.ts';

/** Writes lines as a Parquet file, and gives its bytes; the file goes with the last of them. */
export type WriteParquet = (
  columns: readonly ExportColumn[],
  pages: AsyncIterable<readonly ChargeLine[]>,
) => AsyncIterable<Uint8Array>;

export function openAuditor(parts: {
  readonly ledger: Pick<LedgerReads, 'snapshot'>;
  /** Names of the configured dimensions. */
  readonly dimensions: readonly string[];
  readonly parquet: WriteParquet;
}): Auditor {
  const columns = exportColumns(parts.dimensions);
  const { ledger } = parts;
  return {
    async *exported(format, query, signal) {
      yield* bytesOf(format, linesOf(ledger, query, signal), columns, parts.parquet);
    },
    async *checksums(range, signal): AsyncGenerator<DayChecksum> {
      yield* checksumsOf(linesOf(ledger, range, signal), columns);
    },
  };
}

/** Closes its snapshot however the walk ends. */
async function* linesOf(
  ledger: Pick<LedgerReads, 'snapshot'>,
  query: LineQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ChargeLine[]> {
  const snapshot = await ledger.snapshot();
  try {
    for await (const page of snapshot.lines(query)) {
      signal?.throwIfAborted();
      yield page;
    }
  } finally {
    await snapshot.close();
  }
}

function bytesOf(
  format: ExportFormat,
  pages: AsyncIterable<readonly ChargeLine[]>,
  columns: readonly ExportColumn[],
  parquet: WriteParquet,
): AsyncIterable<Uint8Array> {
  switch (format) {
    case 'csv':
      return chunksOf(pages, csvWriter(columns), { before: csvHeader(columns), between: '', after: '' });
    case 'json':
      return chunksOf(pages, jsonWriter(columns), { before: '[\n', between: ',\n', after: '\n]\n' });
    case 'ndjson': {
      const write = jsonWriter(columns);
      return chunksOf(pages, (line) => `${write(line)}\n`, { before: '', between: '', after: '' });
    }
    case 'parquet':
      return parquet(columns, pages);
  }
}

/** Lines of one chunk: some 300 kB, so that neither the sockets nor the event loop are kept waiting. */
const CHUNK_LINES = 1024;

async function* chunksOf(
  pages: AsyncIterable<readonly ChargeLine[]>,
  write: (line: ChargeLine) => string,
  { before, between, after }: { readonly before: string; readonly between: string; readonly after: string },
): AsyncGenerator<Uint8Array> {
  let text = before;
  let first = true;
  for await (const page of pages) {
    for (let from = 0; from < page.length; from += CHUNK_LINES) {
      for (const line of page.slice(from, from + CHUNK_LINES)) {
        text += first ? write(line) : between + write(line);
        first = false;
      }
      yield Buffer.from(text);
      text = '';
      // Other work of the process comes in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  text += after;
  if (text !== '') yield Buffer.from(text);
}
