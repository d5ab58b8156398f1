import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from '@jest/globals';
import { exportColumns } from '../../../src/audit/columns.ts';
import type { ChargeLine } from '../../../src/domain/charge-line.ts';
import { USD_PICO_MAX, type UsdPico } from '../../../src/domain/money.ts';
import { parquetOf } from '../../../src/ledger/duckdb/parquet.ts';
import { aLine, DAY, pages } from '../../audit/lines.ts';
import { temporaryFolder } from '../../support/service.ts';

/** Goal: a Parquet file says what the rows say. Method: it is read back by DuckDB, with types and all. */

const folder = temporaryFolder();
afterAll(folder.remove);
const columns = exportColumns(['team']);

async function written(given: (readonly ChargeLine[])[]): Promise<string> {
  const scratch = join(folder.path, 'exports');
  const chunks: Uint8Array[] = [];
  for await (const chunk of parquetOf(scratch, columns, pages(...given))) chunks.push(chunk);
  expect(readdirSync(scratch)).toEqual([]);
  const path = join(folder.path, 'read.parquet');
  writeFileSync(path, Buffer.concat(chunks));
  return path;
}

async function ask(sql: string) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test('has the columns in their order, each of its type', async () => {
  const path = await written([[aLine()]]);
  const described = await ask(`DESCRIBE SELECT * FROM '${path}'`);
  expect(described.map((row) => row.column_name)).toEqual(columns.map(({ name }) => name));
  const types = Object.fromEntries(described.map((row) => [row.column_name, row.column_type]));
  expect(types).toMatchObject({
    at: 'TIMESTAMP WITH TIME ZONE',
    closed_at: 'TIMESTAMP WITH TIME ZONE',
    line: 'INTEGER',
    quantity: 'DECIMAL(38,6)',
    rate_usd: 'DECIMAL(38,15)',
    amount_usd: 'DECIMAL(38,12)',
    flags: 'VARCHAR',
    dimensions: 'VARCHAR',
  });
});

test('keeps every value, what is none as null, and the order of many rows', async () => {
  const rows = [
    aLine({
      at: DAY + 1_234_567_891n,
      amount: USD_PICO_MAX,
      task: { taskId: '\ufeff"=1\n', dimensions: ['red'] },
    }),
    aLine({
      at: -1n,
      amount: -1n as UsdPico,
      kind: { flags: ['a', 'b'], priceId: '', served: { region: 'eu' } },
    }),
    aLine({ traceId: '', spanId: '', amount: null, kind: { rate: null, reason: 'no_rate', priceId: null } }),
  ];
  const path = await written([[rows[0]!], rows.slice(1)]);
  const read = await ask(
    `SELECT * REPLACE (epoch_us("at")::VARCHAR AS "at", chr(unicode(task_id)) || task_id AS task_id, closed_at IS NULL AS closed_at) FROM '${path}'`,
  );
  expect(read).toMatchObject([
    {
      at: ((DAY + 1_234_567_891n) / 1000n).toString(),
      amount_usd: '9223372.036854775807',
      quantity: '1.500000',
      rate_usd: '0.000002500000000',
      task_id: '\ufeff"=1\n',
      dimensions: '{"team":"red"}',
      price_id: 'openai/gpt-4o',
      user_id: null,
      reported_usd: null,
    },
    { at: '-1', amount_usd: '-0.000000000001', flags: 'a b', price_id: null, region: 'eu' },
    { trace_id: null, span_id: null, amount_usd: null, rate_usd: null, reason: 'no_rate', closed_at: false },
  ]);
  const many = Array.from({ length: 5000 }, (_, line) => aLine({ line }));
  const lines = await ask(`SELECT line FROM '${await written([many.slice(0, 2100), many.slice(2100)])}'`);
  expect(lines.map((row) => row.line)).toEqual(many.map(({ line }) => line));
});

test('no rows are a file with columns and without rows', async () => {
  expect(await ask(`SELECT count(*)::INTEGER AS n FROM '${await written([])}'`)).toEqual([{ n: 0 }]);
});

test('leaves nothing behind where its rows fail', async () => {
  async function* failing() {
    yield [aLine()];
    throw new Error('no more');
  }
  const scratch = join(folder.path, 'exports');
  await expect(parquetOf(scratch, columns, failing()).next()).rejects.toThrow('no more');
  expect(readdirSync(scratch)).toEqual([]);
});
