import type { Column } from '../sql/columns.ts';
import { keptText } from './kept-text.ts';

/** Bytes that go to the server at a time. */
const CHUNK_BYTES = 256 * 1024;
/** The most that a fixed-width cell takes, with its length before it. */
const CELL_BYTES = 20;

const HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TAIL = Buffer.from([0xff, 0xff]);

/**
 * Rows in the binary form of COPY: for each the number of its columns, for each column the length of its value (-1
 * where there is none) and the value, numbers with the high byte first. Yields chunks that are not used again.
 */
export function* copyRows(columns: readonly Column[]): Iterable<Uint8Array> {
  const rows = columns[0]?.length ?? 0;
  const out = new Out();
  out.put(HEAD);
  const writers = columns.map(writerOf);
  for (let row = 0; row < rows; row += 1) {
    out.room(2 + writers.length * CELL_BYTES);
    out.int16(writers.length);
    for (const write of writers) write(out, row);
    if (out.isFull) yield out.take();
  }
  out.put(TAIL);
  yield out.take();
}

type Write = (out: Out, row: number) => void;

/** The cells of one column, asked for from the first row to the last. */
function writerOf(column: Column): Write {
  if (column.kind === 'text') return (out, row) => out.text(keptText(column.values[row]!));
  if (column.kind === 'blob') return (out, row) => out.blob(column.values[row]!);
  const write = fixedWriterOf(column);
  const { nulls } = column;
  if (nulls.length === 0) return write;
  let next = 0;
  return (out, row) => {
    if (nulls[next] !== row) return write(out, row);
    next += 1;
    out.int32(-1);
  };
}

function fixedWriterOf({ kind, bytes }: Exclude<Column, { kind: 'text' | 'blob' }>): Write {
  if (kind === 'flag') {
    const values = new Int8Array(bytes);
    return (out, row) => out.flag(values[row]!);
  }
  if (kind === 'tiny') {
    const values = new Int8Array(bytes);
    return (out, row) => {
      out.int32(2);
      out.int16(values[row]!);
    };
  }
  const words = new Int32Array(bytes);
  if (kind === 'int')
    return (out, row) => {
      out.int32(4);
      out.int32(words[row]!);
    };
  if (kind === 'big')
    return (out, row) => {
      out.int32(8);
      out.int32(words[row * 2 + 1]!);
      out.int32(words[row * 2]!);
    };
  return (out, row) => {
    out.int32(16);
    // The top bit is turned in the column; see UuidColumn.
    out.int32(words[row * 4 + 3]! ^ 0x8000_0000);
    for (let word = 2; word >= 0; word -= 1) out.int32(words[row * 4 + word]!);
  };
}

/** Bytes that grow until they are taken. */
class Out {
  #bytes = Buffer.allocUnsafe(CHUNK_BYTES * 2);
  #view = viewOf(this.#bytes);
  #at = 0;

  get isFull(): boolean {
    return this.#at >= CHUNK_BYTES;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafe(CHUNK_BYTES * 2);
    this.#view = viewOf(this.#bytes);
    this.#at = 0;
    return taken;
  }

  room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }

  int16(value: number): void {
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  int32(value: number): void {
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  flag(value: number): void {
    this.int32(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  /** What room is left for the columns behind it is made again, since the text may have taken it. */
  text(text: string): void {
    this.room(text.length * 3 + ROW_BYTES);
    const bytes = this.#bytes.write(text, this.#at + 4);
    this.int32(bytes);
    this.#at += bytes;
  }

  blob(blob: Uint8Array): void {
    this.room(blob.length + ROW_BYTES);
    this.int32(blob.length);
    this.put(blob);
  }

  put(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }
}

/** More than all the cells of a row together that are neither text nor blob. */
const ROW_BYTES = 64 * CELL_BYTES;

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
