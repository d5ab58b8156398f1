import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { OLDEST_VERSION } from '../../../src/ledger/duckdb/migrations.ts';
import { SCHEMA_VERSION } from '../../../src/ledger/duckdb/schema.ts';
import { LedgerUnreadable } from '../../../src/ledger/unreadable.ts';
import { temporaryFolder } from '../../support/service.ts';
import { NOTHING } from '../changes.ts';
import { aTask } from '../samples.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
let files = 0;
function freshPath() {
  files += 1;
  return join(folder.path, `${files}.duckdb`);
}

async function sql(path: string, ...statements: string[]) {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

/** A closed ledger of this many tasks. */
async function ledgerFile(tasks = 1) {
  const path = freshPath();
  const ledger = await openDuckDbLedger({ path });
  const rows = Array.from({ length: tasks }, (_, index) => ({
    task: aTask({ taskId: `${index}` }),
    charges: [],
  }));
  await ledger.apply({ ...NOTHING, tasks: rows });
  await ledger.close();
  return path;
}

async function refusal(path: string): Promise<string> {
  const error = await openDuckDbLedger({ path }).then(
    () => new Error('it was opened'),
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(LedgerUnreadable);
  expect(error.message).not.toContain('\n');
  return error.message;
}

describe('the line that tells why a ledger is not opened', () => {
  test.each([
    ['0', 'start the version that wrote it'],
    [`${SCHEMA_VERSION + 1}`, 'start the version that wrote it'],
    ['x', 'start the version that wrote it'],
  ])('schema %s', async (version, advice) => {
    const path = await ledgerFile();
    await sql(path, `UPDATE meta SET value = '${version}' WHERE name = 'schema'`);
    expect(await refusal(path)).toBe(
      `the ledger ${path} has schema ${version}, this program reads ${OLDEST_VERSION} to ${SCHEMA_VERSION}; ${advice}`,
    );
  });

  test('tables of another program, with and without a name in common', async () => {
    for (const statement of ['CREATE TABLE meta (name VARCHAR)', 'CREATE TABLE orders (id INTEGER)']) {
      const path = freshPath();
      await sql(path, statement);
      expect(await refusal(path)).toBe(
        `the ledger ${path} is a DuckDB file of another program; name another file`,
      );
    }
  });

  test('open twice in one process', async () => {
    const path = freshPath();
    const ledger = await openDuckDbLedger({ path });
    expect(await refusal(path)).toBe(`the ledger ${path} is already open in this process`);
    expect(await refusal(join(folder.path, '.', `${files}.duckdb`))).toContain('already open');
    await ledger.close();
  });

  test('open in another process, by its pid, and not after that has gone', async () => {
    const path = await ledgerFile();
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { openDuckDbLedger } from './dist/ledger/duckdb/ledger.js';
        await openDuckDbLedger({ path: ${JSON.stringify(path)} }); process.stdout.write('up'); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await once(child.stdout, 'data');
      const line = await refusal(path);
      expect(line).toContain(`the ledger ${path} cannot be opened: `);
      expect(line).toContain('Could not set lock on file');
      expect(line).toContain(`PID ${child.pid}`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const ledger = await openDuckDbLedger({ path });
    expect((await ledger.dataHealth()).tasks).toBe(1);
    await ledger.close();
  });

  test('a folder in its place', async () => {
    const path = freshPath();
    mkdirSync(path);
    expect(await refusal(path)).toContain(`the ledger ${path} cannot be opened: `);
  });

  test('a file in the place of its folder', async () => {
    const file = freshPath();
    writeFileSync(file, 'not a folder');
    const path = join(file, 'solvent.duckdb');
    expect(await refusal(path)).toContain(`the ledger ${path} cannot be opened: `);
  });
});

describe('a damaged file', () => {
  test('cut anywhere is refused in one line, and never takes the process along', async () => {
    const whole = await ledgerFile(3_000);
    const bytes = readFileSync(whole);
    for (const length of [0, 1, 100, 4_096, 8_192, 12_288, bytes.length >> 1]) {
      const path = freshPath();
      writeFileSync(path, bytes.subarray(0, length));
      expect(await refusal(path)).toContain(`the ledger ${path} cannot be opened: `);
    }
  });

  test('with a turned bit in its head is refused', async () => {
    const path = await ledgerFile();
    const bytes = readFileSync(path);
    bytes[20]! ^= 1;
    writeFileSync(path, bytes);
    expect(await refusal(path)).toContain('cannot be opened: ');
  });

  test('can be put back: a refused one is left as it was, and is not held', async () => {
    const path = await ledgerFile();
    const whole = readFileSync(path);
    truncateSync(path, 5_000);
    await refusal(path);
    expect(readFileSync(path)).toEqual(whole.subarray(0, 5_000));
    writeFileSync(path, whole);
    const ledger = await openDuckDbLedger({ path });
    expect((await ledger.task('0'))?.taskId).toBe('0');
    await ledger.close();
  });
});

test('a closed ledger is one file, and makes its folders', async () => {
  const path = join(folder.path, 'a', 'b', 'solvent.duckdb');
  const ledger = await openDuckDbLedger({ path });
  await ledger.apply({ ...NOTHING, tasks: [{ task: aTask(), charges: [] }] });
  await ledger.close();
  expect([existsSync(path), existsSync(`${path}.wal`)]).toEqual([true, false]);
});
