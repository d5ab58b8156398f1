import {
  BIGINT,
  BLOB,
  BOOLEAN,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  INTEGER,
  TINYINT,
  UUID,
  VARCHAR,
} from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { assert } from '../../lib/assert.ts';

/**
 * Rows on their way into a table, column by column: fixed-width values lie in typed arrays as DuckDB wants them
 * and are copied into its vectors whole, 2048 rows at a time, without a call or an object per value.
 */
export interface Column {
  readonly type: DuckDBType;
  readonly length: number;
  pushNull(): void;
  /** Copies rows `from` to `from + count` into a vector. */
  fill(vector: duckdb.Vector, from: number, count: number): void;
}

const CHUNK_ROWS = 2048;

/** Appends all rows to a table in the connection's transaction. The columns are those of the table, in order. */
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
    const chunk = DuckDBDataChunk.create(columns.map((column) => column.type));
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - from);
      chunk.reset();
      chunk.rowCount = count;
      for (const [index, column] of columns.entries())
        column.fill(duckdb.data_chunk_get_vector(chunk.chunk, index), from, count);
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/** Marks nulls; the mask is made at the first of them. */
class Nulls {
  readonly #rows: number[] = [];

  mark(row: number): void {
    this.#rows.push(row);
  }

  fill(vector: duckdb.Vector, from: number, count: number): void {
    if (this.#rows.length === 0) return;
    const mask = new Uint8Array(CHUNK_ROWS / 8).fill(0xff);
    let any = false;
    for (let at = lowerBound(this.#rows, from); at < this.#rows.length; at += 1) {
      const row = this.#rows[at]! - from;
      if (row >= count) break;
      mask[row >> 3]! &= ~(1 << (row & 7));
      any = true;
    }
    if (!any) return;
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, mask.buffer, 0, mask.length);
  }
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

abstract class FixedColumn implements Column {
  abstract readonly type: DuckDBType;
  readonly #width: number;
  readonly #nulls = new Nulls();
  protected buffer: ArrayBuffer;
  protected capacity = 1024;
  length = 0;

  constructor(width: number) {
    this.#width = width;
    this.buffer = new ArrayBuffer(this.capacity * width);
  }

  /** Typed views of the buffer, taken again whenever it has grown. */
  protected abstract view(): void;

  /** Makes room for one more row and returns its index. */
  protected next(): number {
    if (this.length === this.capacity) {
      this.capacity *= 2;
      const grown = new ArrayBuffer(this.capacity * this.#width);
      new Uint8Array(grown).set(new Uint8Array(this.buffer));
      this.buffer = grown;
      this.view();
    }
    this.length += 1;
    return this.length - 1;
  }

  pushNull(): void {
    this.#nulls.mark(this.next());
  }

  fill(vector: duckdb.Vector, from: number, count: number): void {
    duckdb.copy_data_to_vector(vector, 0, this.buffer, from * this.#width, count * this.#width);
    this.#nulls.fill(vector, from, count);
  }
}

export class TinyColumn extends FixedColumn {
  readonly type: DuckDBType = TINYINT;
  #values: Int8Array = new Int8Array(this.buffer);

  constructor() {
    super(1);
  }

  protected view(): void {
    this.#values = new Int8Array(this.buffer);
  }

  push(value: number): void {
    // The row first: making room can replace the view that is written to.
    const row = this.next();
    this.#values[row] = value;
  }
}

export class FlagColumn extends TinyColumn {
  override readonly type: DuckDBType = BOOLEAN;
}

export class IntColumn extends FixedColumn {
  readonly type: DuckDBType = INTEGER;
  #values: Int32Array = new Int32Array(this.buffer);

  constructor() {
    super(4);
  }

  protected view(): void {
    this.#values = new Int32Array(this.buffer);
  }

  push(value: number): void {
    // The row first: making room can replace the view that is written to.
    const row = this.next();
    this.#values[row] = value;
  }
}

export class BigColumn extends FixedColumn {
  readonly type: DuckDBType = BIGINT;
  #values: BigInt64Array = new BigInt64Array(this.buffer);
  #words: Int32Array = new Int32Array(this.buffer);

  constructor() {
    super(8);
  }

  protected view(): void {
    this.#values = new BigInt64Array(this.buffer);
    this.#words = new Int32Array(this.buffer);
  }

  push(value: bigint): void {
    // The row first: making room can replace the view that is written to.
    const row = this.next();
    this.#values[row] = value;
  }

  /** A safe integer, without making a bigint of it. */
  pushNumber(value: number): void {
    const row = this.next();
    this.#words[row * 2] = value | 0;
    this.#words[row * 2 + 1] = Math.floor(value / 0x1_0000_0000);
  }

  #digits = '';
  #low = 0;
  #high = 0;

  /** 16 hex digits as their 64 bits. The lines of one span follow each other, so the last ones are kept at hand. */
  pushHex(digits: string): void {
    if (digits !== this.#digits) {
      this.#digits = digits;
      this.#low = Number.parseInt(digits.slice(8), 16);
      this.#high = Number.parseInt(digits.slice(0, 8), 16);
    }
    const row = this.next();
    this.#words[row * 2] = this.#low;
    this.#words[row * 2 + 1] = this.#high;
  }
}

export class UuidColumn extends FixedColumn {
  readonly type: DuckDBType = UUID;
  #words: Uint32Array = new Uint32Array(this.buffer);

  constructor() {
    super(16);
  }

  protected view(): void {
    this.#words = new Uint32Array(this.buffer);
  }

  /** 32 hex digits. DuckDB keeps a UUID as a signed number, so its top bit is turned. */
  push(digits: string): void {
    const at = this.next() * 4;
    for (let word = 0; word < 4; word += 1)
      this.#words[at + 3 - word] = Number.parseInt(digits.slice(word * 8, word * 8 + 8), 16);
    this.#words[at + 3]! ^= 0x8000_0000;
  }
}

export class TextColumn implements Column {
  readonly type: DuckDBType = VARCHAR;
  readonly #values: string[] = [];

  get length(): number {
    return this.#values.length;
  }

  push(value: string): void {
    this.#values.push(keptText(value));
  }

  pushNull(): void {
    throw new Error('no text column here has nulls');
  }

  fill(vector: duckdb.Vector, from: number, count: number): void {
    for (let row = 0; row < count; row += 1)
      duckdb.vector_assign_string_element(vector, row, this.#values[from + row]!);
  }
}

const BYTE_ORDER_MARK = '\ufeff';

/** DuckDB's client takes one byte order mark off the front of every text that it reads, so one more is written. */
export const keptText = (text: string): string =>
  text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK + text : text;

export class BlobColumn implements Column {
  readonly type: DuckDBType = BLOB;
  readonly #values: Uint8Array[] = [];

  get length(): number {
    return this.#values.length;
  }

  push(value: Uint8Array): void {
    this.#values.push(value);
  }

  pushNull(): void {
    throw new Error('no blob column here has nulls');
  }

  fill(vector: duckdb.Vector, from: number, count: number): void {
    for (let row = 0; row < count; row += 1)
      duckdb.vector_assign_string_element_len(vector, row, this.#values[from + row]!);
  }
}
