/**
 * **Goal**: a ledger of a version before this one opens, and loses nothing by it.
 * **Method**: version-4/ holds a file that version 4 of the tables wrote, from changes that fast-check drew (30 kB), and
 * the answers that it gave then, but for the list by model: it counts the tasks that `GET /cpst` by model does since. What it answers today must hold all of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { migrate, OLDEST_VERSION } from '../../../src/ledger/duckdb/migrations.ts';
import { SCHEMA_VERSION } from '../../../src/ledger/duckdb/schema.ts';
import { rowsOf } from '../../../src/ledger/duckdb/session.ts';
import { LedgerUnreadable } from '../../../src/ledger/unreadable.ts';
import { temporaryFolder } from '../../support/service.ts';
import { everything } from '../answers.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aTask, aTrace } from '../samples.ts';
import { onFile } from './on-file.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const GOLDEN = join(import.meta.dirname, 'version-4');

let copies = 0;
async function oldFile(): Promise<string> {
  copies += 1;
  const path = join(folder.path, `version-4-${copies}.duckdb`);
  await writeFile(path, gunzipSync(await readFile(join(GOLDEN, 'solvent.duckdb.gz'))));
  return path;
}

const versionOf = (connection: DuckDBConnection) =>
  rowsOf(connection, "SELECT value FROM meta WHERE name = 'schema'").then(([row]) => row![0]);

/** Tables with their columns, in order, but for those of the months that were settled in. */
const columnsOf = (connection: DuckDBConnection) =>
  rowsOf(
    connection,
    `SELECT table_name, column_index, column_name, data_type, is_nullable FROM duckdb_columns()
      WHERE NOT internal AND NOT regexp_full_match(table_name, '.*_[0-9]{6}') ORDER BY table_name, column_index`,
  );

/** As answers.json has them: bigints as `12n`, undefined as null. */
const asJson = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one: unknown) => {
      if (one === undefined) return null;
      return typeof one === 'bigint' ? `${one}n` : one;
    }),
  );

describe('a ledger of version 4', () => {
  test('answers as it did, also after it was closed and opened again', async () => {
    const path = await oldFile();
    const before = JSON.parse(await readFile(join(GOLDEN, 'answers.json'), 'utf8')) as object;
    expect(Object.keys(before).length).toBeGreaterThan(10);
    for (let times = 0; times < 2; times += 1) {
      const ledger = await openDuckDbLedger({ path });
      expect(asJson(await everything(ledger))).toMatchObject(before);
      await ledger.close();
      expect(await onFile(path, versionOf)).toBe(String(SCHEMA_VERSION));
    }
  });

  test('has the very tables of a new one afterwards', async () => {
    const path = await oldFile();
    const fresh = join(folder.path, 'fresh.duckdb');
    for (const file of [path, fresh]) await (await openDuckDbLedger({ path: file })).close();
    expect(await onFile(path, columnsOf)).toEqual(await onFile(fresh, columnsOf));
  });

  test('takes what is settled next', async () => {
    const ledger = await openDuckDbLedger({ path: await oldFile() });
    const { taskId } = aTask();
    await ledger.apply({
      ...NOTHING,
      traces: [aTrace({ traceId: 'c'.repeat(32), charges: [aCharge({ traceId: 'c'.repeat(32), taskId })] })],
      tasks: [{ task: aTask(), charges: [] }],
    });
    expect((await ledger.charges(taskId))!.map((one) => one.traceId)).toContain('c'.repeat(32));
    await ledger.close();
  });

  describe('is of version 4 still, and the next start has it, after', () => {
    const leavesIt = (how: string, fail: (path: string) => Promise<void>) =>
      test(how, async () => {
        const path = await oldFile();
        const tables = await onFile(path, columnsOf);
        await fail(path);
        expect(await onFile(path, versionOf)).toBe('4');
        expect(await onFile(path, columnsOf)).toEqual(tables);
        await (await openDuckDbLedger({ path })).close();
        expect(await onFile(path, versionOf)).toBe(String(SCHEMA_VERSION));
      });

    leavesIt('a step that fails', async (path) => {
      const fault = new Error('out of space');
      const step = async (connection: DuckDBConnection) => {
        await connection.run('DROP TABLE charges');
        throw fault;
      };
      const steps = new Map([[OLDEST_VERSION, step]]);
      await expect(
        onFile(path, (connection) => migrate(connection, OLDEST_VERSION, () => {}, steps)),
      ).rejects.toBe(fault);
    });

    leavesIt('a process that is killed before it is durable', async (path) => {
      const child = spawn(process.execPath, [
        'test/ledger/duckdb/apply-child.js',
        path,
        'before_migrated',
        '1',
      ]);
      expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    });
  });
});

test.each([OLDEST_VERSION - 1, SCHEMA_VERSION + 1])(
  'a ledger of version %s is refused, and not touched',
  async (version) => {
    const path = await oldFile();
    await onFile(path, (connection) =>
      connection.run(`UPDATE meta SET value = '${version}' WHERE name = 'schema'`),
    );
    await expect(openDuckDbLedger({ path })).rejects.toThrow(LedgerUnreadable);
    expect(await onFile(path, versionOf)).toBe(String(version));
  },
);
