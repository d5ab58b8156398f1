import {
  BIGINT,
  BLOB,
  BOOLEAN,
  type DuckDBConnection,
  DuckDBDataChunk,
  INTEGER,
  TINYINT,
  UUID,
  VARCHAR,
} from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { assert } from '../../lib/assert.ts';
import type { Column } from '../sql/columns.ts';

const CHUNK_ROWS = 2048;

const TYPES = {
  flag: BOOLEAN,
  tiny: TINYINT,
  int: INTEGER,
  big: BIGINT,
  uuid: UUID,
  text: VARCHAR,
  blob: BLOB,
} as const;

/**
 * Appends all rows to a table in the connection's transaction, 2048 at a time. The columns are those of the table, in
 * order; fixed-width ones are copied into DuckDB's vectors whole.
 */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
): Promise<void> {
  const rows = columns[0]?.length ?? 0;
  assert(
    columns.every((column) => column.length === rows),
    'every row has a value in every column',
  );
  if (rows === 0) return;
  const appender = await connection.createAppender(table);
  try {
    const chunk = DuckDBDataChunk.create(columns.map((column) => TYPES[column.kind]));
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - from);
      chunk.reset();
      chunk.rowCount = count;
      for (const [index, column] of columns.entries())
        fill(duckdb.data_chunk_get_vector(chunk.chunk, index), column, from, count);
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/** Copies rows `from` to `from + count` into a vector. */
function fill(vector: duckdb.Vector, column: Column, from: number, count: number): void {
  if (column.kind === 'text') {
    for (let row = 0; row < count; row += 1)
      duckdb.vector_assign_string_element(vector, row, keptText(column.values[from + row]!));
  } else if (column.kind === 'blob') {
    for (let row = 0; row < count; row += 1)
      duckdb.vector_assign_string_element_len(vector, row, column.values[from + row]!);
  } else {
    const { bytes, width, nulls } = column;
    duckdb.copy_data_to_vector(vector, 0, bytes, from * width, count * width);
    if (nulls.length > 0) fillNulls(vector, nulls, from, count);
  }
}

function fillNulls(vector: duckdb.Vector, nulls: readonly number[], from: number, count: number): void {
  const mask = new Uint8Array(CHUNK_ROWS / 8).fill(0xff);
  let any = false;
  for (let at = lowerBound(nulls, from); at < nulls.length; at += 1) {
    const row = nulls[at]! - from;
    if (row >= count) break;
    mask[row >> 3]! &= ~(1 << (row & 7));
    any = true;
  }
  if (!any) return;
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, mask.buffer, 0, mask.length);
}

function lowerBound(rows: readonly number[], least: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

const BYTE_ORDER_MARK = '\ufeff';

/** DuckDB's client takes one byte order mark off the front of every text that it reads, so one more is written. */
export const keptText = (text: string): string =>
  text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK + text : text;
