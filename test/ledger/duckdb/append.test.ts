import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from '@jest/globals';
import { appendRows } from '../../../src/ledger/duckdb/append.ts';
import { rowsOf } from '../../../src/ledger/duckdb/session.ts';
import {
  BigColumn,
  FlagColumn,
  IntColumn,
  TextColumn,
  TinyColumn,
  UuidColumn,
} from '../../../src/ledger/sql/columns.ts';

/** More than two chunks of rows, and past every size at which a column grows. */
const ROWS = 5000;
const uuidOf = (row: number): string => `${row % 2 === 0 ? 'f' : '0'}${row.toString(16).padStart(31, '0')}`;

test('every value of every column arrives in its row, whatever chunk or growth it falls into', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    'CREATE TABLE t (tiny TINYINT, flag BOOLEAN, int INTEGER, big BIGINT, number BIGINT, hex BIGINT, id UUID, text VARCHAR, gap INTEGER)',
  );
  const tiny = new TinyColumn();
  const flag = new FlagColumn();
  const int = new IntColumn();
  const big = new BigColumn();
  const number = new BigColumn();
  const hex = new BigColumn();
  const id = new UuidColumn();
  const text = new TextColumn();
  const gap = new IntColumn();
  for (let row = 0; row < ROWS; row += 1) {
    tiny.push((row % 127) + 1);
    flag.push(row % 2);
    int.push(row + 1);
    big.push(BigInt(row + 1) * 10n ** 14n);
    number.pushNumber(row * 2 ** 40 - 1);
    hex.pushHex((row + 1).toString(16).padStart(16, '0'));
    id.push(uuidOf(row));
    text.push(`row ${row}`);
    if (row % 3 === 0) gap.pushNull();
    else gap.push(row);
  }
  await appendRows(connection, 't', [tiny, flag, int, big, number, hex, id, text, gap]);
  const rows = await rowsOf(
    connection,
    'SELECT tiny, flag, int, big, number, hex, id::VARCHAR, text, gap FROM t ORDER BY int',
  );
  expect(rows).toHaveLength(ROWS);
  for (const [row, values] of rows.entries()) {
    const digits = uuidOf(row);
    const dashed = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    expect(values).toEqual([
      (row % 127) + 1,
      row % 2 === 1,
      row + 1,
      BigInt(row + 1) * 10n ** 14n,
      BigInt(row) * 2n ** 40n - 1n,
      BigInt(row + 1),
      dashed,
      `row ${row}`,
      row % 3 === 0 ? null : row,
    ]);
  }
  connection.closeSync();
  instance.closeSync();
});
