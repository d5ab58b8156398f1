import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ChargeLine } from '../../domain/charge-line.ts';
import type { ExportColumn } from '../../domain/export-column.ts';
import { unreachable } from '../../lib/assert.ts';
import { formatDecimal } from '../../lib/decimal.ts';
import { BigColumn, type Column, IntColumn, TextColumn } from '../sql/columns.ts';
import { appendRows } from './append.ts';

/** Rows of a row group: what a reader takes into memory at once, and this writer too. */
const ROW_GROUP = 122_880;

/**
 * Lines as a Parquet file, in their order. They go through a database file of their own below `folder`, page by page, from
 * which DuckDB writes the file in row groups; then its bytes are given, and both are gone, however it ends.
 */
export async function* parquetOf(
  folder: string,
  columns: readonly ExportColumn[],
  pages: AsyncIterable<readonly ChargeLine[]>,
): AsyncGenerator<Uint8Array> {
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(join(folder, 'export-'));
  try {
    const path = join(own, 'charges.parquet');
    await writeFile(own, path, columns, pages);
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function writeFile(
  own: string,
  path: string,
  columns: readonly ExportColumn[],
  pages: AsyncIterable<readonly ChargeLine[]>,
): Promise<void> {
  const instance = await DuckDBInstance.create(join(own, 'lines.duckdb'), {
    memory_limit: '128MB',
    threads: '1',
    temp_directory: own,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    await connection.run(`CREATE TABLE lines (${columns.map(definitionOf).join(', ')})`);
    for await (const page of pages)
      await appendRows(
        connection,
        'lines',
        columns.map((column) => filled(column, page)),
      );
    await connection.run(
      `COPY (SELECT ${columns.map(selectionOf).join(', ')} FROM lines) TO '${path.replaceAll("'", "''")}'
        (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP})`,
    );
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

/** Integers as they are kept, texts as they are: what a reader of the file sees is made on the way out. */
const definitionOf = ({ name, type }: ExportColumn): string =>
  `"${name}" ${{ text: 'VARCHAR', list: 'VARCHAR', map: 'VARCHAR', integer: 'INTEGER', decimal: 'BIGINT', time: 'BIGINT' }[type]}`;

function selectionOf(column: ExportColumn): string {
  const name = `"${column.name}"`;
  switch (column.type) {
    case 'text':
      return `${column.nullable ? `nullif(${asGiven(name)}, '')` : asGiven(name)} AS ${name}`;
    case 'list':
    case 'map':
    case 'integer':
      return name;
    case 'decimal':
      // A product of two decimals is exact, and has as many digits as both together.
      return `${name}::DECIMAL(19, 0) * ${formatDecimal(1n, column.scale)}::DECIMAL(19, ${column.scale}) AS ${name}`;
    case 'time':
      return `make_timestamptz(${name}) AS ${name}`;
    default:
      return unreachable(column);
  }
}

/** A text that begins with a byte order mark gets one more on its way in; see `keptText`. */
const asGiven = (name: string): string =>
  `CASE WHEN starts_with(${name}, chr(65279)) THEN substr(${name}, 2) ELSE ${name} END`;

function filled(column: ExportColumn, page: readonly ChargeLine[]): Column {
  switch (column.type) {
    case 'text':
      return texts(page, (line) => column.of(line) ?? '');
    case 'list':
      return texts(page, (line) => column.of(line).join(' '));
    case 'map':
      return texts(page, (line) => JSON.stringify(column.of(line)));
    case 'integer': {
      const cells = new IntColumn();
      for (const line of page) cells.push(column.of(line));
      return cells;
    }
    case 'decimal':
      return numbers(page, column.of);
    case 'time':
      return numbers(page, (line) => microsOf(column.of(line)));
    default:
      return unreachable(column);
  }
}

function texts(page: readonly ChargeLine[], of: (line: ChargeLine) => string): Column {
  const cells = new TextColumn();
  for (const line of page) cells.push(of(line));
  return cells;
}

function numbers(page: readonly ChargeLine[], of: (line: ChargeLine) => bigint | null): Column {
  const cells = new BigColumn();
  for (const line of page) {
    const value = of(line);
    if (value === null) cells.pushNull();
    else cells.push(value);
  }
  return cells;
}

/** Down, not towards zero, so that no time before 1970 comes later than it was. */
function microsOf(at: bigint | null): bigint | null {
  if (at === null) return null;
  const rest = ((at % 1000n) + 1000n) % 1000n;
  return (at - rest) / 1000n;
}
